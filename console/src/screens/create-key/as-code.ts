/** The same key, made by other means. Texts of the reader are quoted as each language wants it. */

import { awsCommand, shellQuoted } from "../../ui/shell";
import { policyOf, tagsOf, type Draft } from "./draft";

/** A string of HCL: nothing in it is a template. */
export function hclQuoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, (sign) => sign + sign);
}

/** A string of YAML that Ansible takes as it is: JSON's strings are YAML's, and templates are not looked for in unsafe ones. */
export function yamlQuoted(text: string): string {
  return `${/[{][{%#]/.test(text) ? "!unsafe " : ""}${JSON.stringify(text)}`;
}

export function asCommands(draft: Draft): string {
  const tags = tagsOf(draft).map(({ TagKey, TagValue }) => JSON.stringify({ TagKey, TagValue }));
  const create = awsCommand("kms", "create-key", [
    ["--key-spec", draft.spec],
    ["--key-usage", draft.usage],
    draft.external ? ["--origin", "EXTERNAL"] : undefined,
    draft.multiRegion ? ["--multi-region"] : undefined,
    draft.description === "" ? undefined : ["--description", shellQuoted(draft.description)],
    tags.length === 0 ? undefined : ["--tags", shellQuoted(`[${tags.join(",")}]`)],
    ["--policy", shellQuoted(policyOf(draft))],
    ["--query", "KeyMetadata.KeyId", "--output", "text"],
  ]);
  return `KEY=$(${create})\naws kms create-alias --alias-name ${shellQuoted(`alias/${draft.alias}`)} --target-key-id "$KEY"\n`;
}

export function asTerraform(draft: Draft): string {
  const name = draft.alias.replace(/[^a-zA-Z0-9_-]/g, "_").replace(/^(?=[^a-zA-Z_])/, "_") || "key";
  const resource = draft.external ? "aws_kms_external_key" : "aws_kms_key";
  const tags = tagsOf(draft);
  const settings: readonly (readonly [string, string])[] = [
    ...(draft.external
      ? []
      : ([
          ["customer_master_key_spec", hclQuoted(draft.spec)],
          ["key_usage", hclQuoted(draft.usage)],
        ] as const)),
    ...(draft.description === "" ? [] : ([["description", hclQuoted(draft.description)]] as const)),
    ...(draft.multiRegion ? ([["multi_region", "true"]] as const) : []),
  ];
  const width = Math.max(...settings.map(([setting]) => setting.length), 0);
  const lines = settings.map(([setting, value]) => `  ${setting.padEnd(width)} = ${value}`);
  if (tags.length > 0) {
    lines.push(
      "",
      "  tags = {",
      ...tags.map(({ TagKey = "", TagValue = "" }) => `    ${hclQuoted(TagKey)} = ${hclQuoted(TagValue)}`),
      "  }",
    );
  }
  lines.push("", `  policy = ${hclQuoted(oneLine(policyOf(draft)))}`);
  return [
    `resource "${resource}" "${name}" {`,
    ...lines,
    "}",
    "",
    `resource "aws_kms_alias" "${name}" {`,
    `  name          = ${hclQuoted(`alias/${draft.alias}`)}`,
    `  target_key_id = ${resource}.${name}.key_id`,
    "}",
    "",
  ].join("\n");
}

/** undefined where Ansible's module cannot do it. */
export function asAnsible(draft: Draft): string | undefined {
  if (draft.external) return undefined;
  const tags = tagsOf(draft);
  return [
    `- name: ${yamlQuoted(`KMS key ${draft.alias}`)}`,
    "  amazon.aws.kms_key:",
    "    state: present",
    `    alias: ${yamlQuoted(draft.alias)}`,
    `    key_spec: ${draft.spec}`,
    `    key_usage: ${draft.usage}`,
    ...(draft.multiRegion ? ["    multi_region: true"] : []),
    ...(draft.description === "" ? [] : [`    description: ${yamlQuoted(draft.description)}`]),
    ...(tags.length === 0
      ? []
      : ["    tags:", ...tags.map(({ TagKey = "", TagValue = "" }) => `      ${JSON.stringify(TagKey)}: ${yamlQuoted(TagValue)}`)]),
    `    policy: ${yamlQuoted(oneLine(policyOf(draft)))}`,
    "",
  ].join("\n");
}

function oneLine(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return json;
  }
}
