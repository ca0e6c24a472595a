import { beforeEach, expect, test, vi } from "vitest";

import { askToSignIn, sessions, signInWithKey, signOut, signOutOfAll, switchRegion, switchTo } from "./session";

const ARNS: Readonly<Record<string, string>> = {
  AKIAALICE: "arn:aws:iam::111122223333:user/alice",
  AKIABOB: "arn:aws:iam::444455556666:user/bob",
};
vi.mock("../api/sts", () => ({
  sts: ({ credentials }: { credentials: () => Promise<{ accessKeyId: string }> }) => ({
    send: async () => {
      const arn = ARNS[(await credentials()).accessKeyId];
      if (arn === undefined) throw new Error("refused");
      return { Arn: arn, Account: arn.split(":")[4] };
    },
  }),
}));

const signIn = (accessKeyId: string) => signInWithKey({ accessKeyId, secretAccessKey: "a secret" });

beforeEach(() => {
  signOutOfAll();
  switchRegion("us-east-1");
});

test("nobody is signed in before the server has said who it is", async () => {
  await expect(signIn("AKIAWRONG")).rejects.toThrow("refused");
  expect(sessions()).toMatchObject({ all: [], current: undefined, connection: undefined });
});

test("several are signed in at once, one of them at work", async () => {
  const alice = await signIn("AKIAALICE");
  await signIn("AKIABOB");
  expect(sessions().current?.account).toBe("444455556666");
  switchTo(alice);
  expect(sessions().current).toBe(alice);
  signOut();
  expect(sessions().current?.account).toBe("444455556666");
  signOut();
  expect(sessions()).toMatchObject({ all: [], connection: undefined });
});

test("who signs in again takes the place of the old session", async () => {
  const before = await signIn("AKIAALICE");
  askToSignIn(true);
  const after = await signIn("AKIAALICE");
  expect(sessions()).toMatchObject({ all: [after], current: after, asking: false });
  switchTo(before);
  expect(sessions().current).toBe(after);
});

test("the connection changes with session and Region, and with nothing else", async () => {
  await signIn("AKIAALICE");
  const first = sessions().connection;
  askToSignIn(true);
  askToSignIn(false);
  expect(sessions().connection).toBe(first);
  switchRegion("eu-west-1");
  expect(sessions().connection).not.toBe(first);
  expect(sessions().connection?.region).toBe("eu-west-1");
});

test("nothing secret is in what could be shown, logged or stored", async () => {
  await signIn("AKIAALICE");
  expect(JSON.stringify(sessions())).not.toContain("secret");
  expect(JSON.stringify(Object.entries(window.localStorage))).not.toContain("secret");
});
