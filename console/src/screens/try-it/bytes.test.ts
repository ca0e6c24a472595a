// @vitest-environment node
import { expect, test } from "vitest";

import { bytesOf, fromBase64, fromPEM, textIn, toBase64, toHex } from "./bytes";

test("text and Base64 are the bytes they stand for", () => {
  expect(bytesOf({ form: "text", text: "ü" })).toEqual(new Uint8Array([0xc3, 0xbc]));
  expect(bytesOf({ form: "base64", text: "w7\nw=" })).toEqual(new Uint8Array([0xc3, 0xbc]));
  expect(fromBase64("-_8")).toEqual(new Uint8Array([0xfb, 0xff]));
  expect(fromBase64("no base64!")).toBeUndefined();
  expect(fromPEM("-----BEGIN PUBLIC KEY-----\n-_\n8=\n-----END PUBLIC KEY-----\n")).toEqual(new Uint8Array([0xfb, 0xff]));
});

test("all bytes survive the way to Base64 and back", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  expect(toHex(bytes.slice(9, 12))).toBe("090a0b");
});

test("only text is shown as text", () => {
  expect(textIn(new Uint8Array([0xc3, 0xbc]))).toBe("ü");
  expect(textIn(new Uint8Array([0xff]))).toBeUndefined();
});
