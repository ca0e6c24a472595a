import { expect, test } from "vitest";

import { awsCommand, shellQuoted } from "./shell";

test("texts stay texts in a shell", () => {
  expect(shellQuoted("it's $(rm) `x`")).toBe(`'it'\\''s $(rm) \`x\`'`);
  expect(shellQuoted("alias/a")).toBe("alias/a");
});

test("an option a line", () => {
  expect(awsCommand("kms", "create-key", [["--multi-region"], undefined, ["--query", "KeyId"]])).toBe(
    "aws kms create-key \\\n  --multi-region \\\n  --query KeyId",
  );
});
