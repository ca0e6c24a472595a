// @vitest-environment jsdom
import { act, renderHook, waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";

import { ServiceError } from "../api/failure";
import { useRemote } from "./useRemote";

const held = vi.hoisted(() => ({ connection: { endpoint: "http://localhost", region: "us-east-1", credentials: () => Promise.reject(new Error()) } }));
vi.mock("../session/useSessions", () => ({ useConnection: () => held.connection }));

beforeEach(() => {
  held.connection = { ...held.connection };
});

test("it loads, and loads anew when asked to, keeping what there was", async () => {
  let answers = 0;
  const { result } = renderHook(() => useRemote(["x"], () => Promise.resolve(++answers)));
  expect(result.current).toMatchObject({ status: "loading", busy: true, last: undefined });
  await waitFor(() => {
    expect(result.current).toMatchObject({ status: "loaded", value: 1, busy: false });
  });
  act(() => {
    result.current.reload();
  });
  expect(result.current).toMatchObject({ status: "loaded", value: 1, busy: true });
  await waitFor(() => {
    expect(result.current).toMatchObject({ value: 2, busy: false });
  });
});

test("another key asks anew; what comes late for the first is not shown", async () => {
  const waiting: ((value: string) => void)[] = [];
  const signals: AbortSignal[] = [];
  const { result, rerender } = renderHook(
    ({ id }) =>
      useRemote([id], (_connection, signal) => {
        signals.push(signal);
        return new Promise<string>((resolve) => waiting.push(resolve));
      }),
    { initialProps: { id: "a" } },
  );
  rerender({ id: "b" });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  await act(async () => {
    waiting[1]?.("of b");
    waiting[0]?.("of a");
    await Promise.resolve();
  });
  expect(result.current).toMatchObject({ status: "loaded", value: "of b" });
});

test("a failure is told in the server's words", async () => {
  const { result } = renderHook(() => useRemote(["x"], () => Promise.reject(new ServiceError("NotFoundException", "no such key", 400, "r"))));
  await waitFor(() => {
    expect(result.current).toMatchObject({ status: "failed", failure: { kind: "not-found", message: "no such key" } });
  });
});

test("nothing of one session is shown in another", async () => {
  const { result, rerender } = renderHook(() => useRemote(["x"], (connection) => Promise.resolve(connection.region)));
  await waitFor(() => {
    expect(result.current).toMatchObject({ value: "us-east-1" });
  });
  held.connection = { ...held.connection, region: "eu-west-1" };
  rerender();
  expect(result.current).toMatchObject({ status: "loading", last: undefined });
  await waitFor(() => {
    expect(result.current).toMatchObject({ value: "eu-west-1" });
  });
});

test("a server that does not answer is asked again, until it does", async () => {
  vi.useFakeTimers();
  const load = vi.fn(() => Promise.reject(new TypeError("Failed to fetch")));
  const { result } = renderHook(() => useRemote<string>(["restarting"], load));
  await act(() => vi.advanceTimersByTimeAsync(0));
  expect(result.current).toMatchObject({ status: "failed", failure: { kind: "unreachable" } });
  await act(() => vi.advanceTimersByTimeAsync(3000));
  expect(load).toHaveBeenCalledTimes(2);
  load.mockImplementation(() => Promise.resolve("up") as never);
  await act(() => vi.advanceTimersByTimeAsync(3000));
  expect(result.current).toMatchObject({ status: "loaded", value: "up" });
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(load).toHaveBeenCalledTimes(3);
  vi.useRealTimers();
});
