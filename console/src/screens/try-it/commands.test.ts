import { expect, test } from "vitest";

import { bytesOption, contextOption, keyOption, kmsCommand, plaintextOption, textOption } from "./commands";

test("a command says what the form does, and nothing secret", () => {
  const context = [{ name: "it's", value: "$(rm)" }];
  expect(kmsCommand("encrypt", keyOption(" alias/a "), plaintextOption, contextOption("--encryption-context", context))).toBe(
    `aws kms encrypt \\\n  --key-id alias/a \\\n  --plaintext fileb://plaintext.bin \\\n  --encryption-context '{"it'\\''s":"$(rm)"}'`,
  );
});

test("what is not written is left out, what is missing is marked", () => {
  expect(textOption("--key-id", " ")).toBeUndefined();
  expect(keyOption("")).toEqual(["--key-id", "..."]);
  expect(bytesOption("--mac", "")).toEqual(["--mac", "fileb://..."]);
  expect(bytesOption("--mac", "q\n80=")).toEqual(["--mac", "fileb://<(echo q80= | base64 -d)"]);
});
