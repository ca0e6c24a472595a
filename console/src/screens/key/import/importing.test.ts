import { expect, test } from "vitest";

import { algorithmsFor, expiry, wrapCommand } from "./importing";

test("short material is wrapped directly, private keys through an AES key", () => {
  expect(algorithmsFor(undefined)).toEqual(algorithmsFor("SYMMETRIC_DEFAULT"));
  expect(algorithmsFor("HMAC_512")).not.toContain("RSA_AES_KEY_WRAP_SHA_256");
  expect(algorithmsFor("RSA_2048")).not.toContain("RSAES_OAEP_SHA_256");
  expect(wrapCommand("RSAES_OAEP_SHA_1", "HMAC_384")).toMatch(/rand -out KeyMaterial.bin 48\n.*rsa_oaep_md:sha1/);
  expect(wrapCommand("RSA_AES_KEY_WRAP_SHA_256", "RSA_2048").split("\n")).toHaveLength(5);
});

test("dates as people write them", () => {
  expect(expiry("2027-01-31").getTime()).toBe(new Date(2027, 0, 31).getTime());
  expect(expiry(" 2027-01-31T18:00 ").getTime()).toBe(new Date(2027, 0, 31, 18).getTime());
  for (const text of ["", "soon"]) expect(() => expiry(text)).toThrow("2027-01-31");
});
