import { expect, test } from "vitest";

import { asAnsible, asCommands, asTerraform, hclQuoted, yamlQuoted } from "./as-code";
import { aliasFault, chosen, emptyDraft, requestOf, specsOf, type Draft } from "./draft";

const DRAFT = emptyDraft("111122223333");

test("a choice that no longer goes gives way to what is usual", () => {
  const signing = chosen(chosen(DRAFT, { symmetric: false }), { usage: "SIGN_VERIFY" });
  expect([signing.usage, signing.spec]).toEqual(["SIGN_VERIFY", "RSA_2048"]);
  expect(chosen(signing, { usage: "KEY_AGREEMENT" }).spec).toBe("ECC_NIST_P256");
  const back = chosen(signing, { symmetric: true });
  expect([back.usage, back.spec]).toEqual(["ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT"]);
  expect(specsOf(chosen(DRAFT, { usage: "GENERATE_VERIFY_MAC" }))).toContain("HMAC_512");
});

test("the request says what was chosen", () => {
  const draft: Draft = {
    ...DRAFT,
    external: true,
    tags: [
      { name: "a", value: "" },
      { name: "", value: "x" },
    ],
  };
  expect(requestOf(draft)).toMatchObject({
    KeySpec: "SYMMETRIC_DEFAULT",
    Origin: "EXTERNAL",
    MultiRegion: false,
    Tags: [{ TagKey: "a", TagValue: "" }],
  });
  expect(requestOf(draft)).not.toHaveProperty("Description");
});

test("aliases", () => {
  expect(["a", "team/app_1-x"].map(aliasFault)).toEqual([undefined, undefined]);
  expect(["", "aws/s3", "a b", "<b>", "x".repeat(251)].map((alias) => typeof aliasFault(alias))).toEqual(Array(5).fill("string"));
});

test("texts stay texts in every language", () => {
  expect(hclQuoted('a ${b} %{c} "d"\n')).toBe('"a $${b} %%{c} \\"d\\"\\n"');
  expect(yamlQuoted("{{ lookup('env') }}")).toBe(`!unsafe "{{ lookup('env') }}"`);
  expect(yamlQuoted("yes: no # x")).toBe('"yes: no # x"');
});

test("the same key in three languages", () => {
  const draft: Draft = { ...DRAFT, alias: "team/app", description: "it's", multiRegion: true, tags: [{ name: "t", value: "${x}" }] };
  expect(asCommands(draft)).toContain(`--multi-region \\\n  --description 'it'\\''s' \\\n  --tags '[{"TagKey":"t","TagValue":"\${x}"}]'`);
  expect(asTerraform(draft)).toContain('resource "aws_kms_alias" "team_app" {\n  name          = "alias/team/app"');
  expect(asTerraform(draft)).toContain('"t" = "$${x}"');
  expect(asAnsible(draft)).toContain("    multi_region: true\n");
  expect(asAnsible({ ...draft, external: true })).toBeUndefined();
});
