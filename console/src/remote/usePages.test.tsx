// @vitest-environment jsdom
import { act, renderHook, waitFor } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { usePages, type Sheet } from "./usePages";

const connection = vi.hoisted(() => ({ endpoint: "http://localhost", region: "us-east-1", credentials: () => Promise.reject(new Error()) }));
vi.mock("../session/useSessions", () => ({ useConnection: () => connection }));

const SHEETS: Readonly<Record<string, Sheet<string>>> = {
  "": { items: ["a", "b"], next: "t1" },
  t1: { items: ["c", "d"], next: "t2" },
  t2: { items: ["e"], next: undefined },
};

test("it goes from page to page by the tokens, and starts anew for another question", async () => {
  const asked: (string | undefined)[] = [];
  const { result, rerender } = renderHook(
    ({ of }) =>
      usePages<string>([of], (_connection, _signal, token) => {
        asked.push(token);
        return Promise.resolve(SHEETS[token ?? ""] ?? { items: [], next: undefined });
      }),
    { initialProps: { of: "x" } },
  );
  const shows = (...items: readonly string[]) =>
    waitFor(() => {
      expect(result.current.page).toMatchObject({ status: "loaded", value: { items } });
    });
  await shows("a", "b");
  expect(result.current).toMatchObject({ index: 1, reachable: 2, more: true });
  act(() => {
    result.current.go(3); // nobody knows the way there yet
  });
  expect(result.current.index).toBe(1);
  act(() => {
    result.current.go(2);
  });
  await shows("c", "d");
  act(() => {
    result.current.go(3);
  });
  await shows("e");
  expect(result.current).toMatchObject({ index: 3, reachable: 3, more: false });
  act(() => {
    result.current.go(1);
  });
  await shows("a", "b");
  rerender({ of: "y" });
  await shows("a", "b");
  expect(result.current).toMatchObject({ index: 1, reachable: 2 });
  expect(asked).toEqual([undefined, "t1", "t2", undefined, undefined]);
});
