/** What the list is asked for: the filter's tokens, the address (for a colleague), SearchKeys' request. */

import type { PropertyFilterProps } from "@cloudscape-design/components/property-filter";

import type { KeyManagerType, SearchKeysRequest, SortKeysBy } from "../../api/strongroom-types";
import { keyStateText } from "../../ui/KeyStateIndicator";
import { originText, usageText } from "../../ui/key-words";

export type Query = PropertyFilterProps.Query;
type Token = PropertyFilterProps.Token;

export interface Sorting {
  readonly by: SortKeysBy;
  readonly descending: boolean;
}

const STATES = ["Enabled", "Disabled", "PendingDeletion", "PendingImport", "PendingReplicaDeletion", "Unavailable", "Creating", "Updating"];
const USAGES = ["ENCRYPT_DECRYPT", "SIGN_VERIFY", "GENERATE_VERIFY_MAC", "KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE"];
const ORIGINS = ["AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"];
export const SPECS = [
  "SYMMETRIC_DEFAULT",
  ...["2048", "3072", "4096"].map((bits) => `RSA_${bits}`),
  ...["NIST_P256", "NIST_P384", "NIST_P521", "SECG_P256K1", "NIST_EDWARDS25519"].map((curve) => `ECC_${curve}`),
  ...["224", "256", "384", "512"].map((bits) => `HMAC_${bits}`),
  ...["44", "65", "87"].map((level) => `ML_DSA_${level}`),
  ...["512", "768", "1024"].map((level) => `ML_KEM_${level}`),
  "SM2",
];

const OF_SEVERAL: PropertyFilterProps.FilteringProperty["operators"] = [{ operator: "=", tokenType: "enum" }];

/** In SearchKeys' request, in the address, and in the filter. */
const LISTS = [
  { key: "state", member: "States", label: "Status", group: "Status values", values: STATES, text: keyStateText },
  { key: "spec", member: "Specs", label: "Key spec", group: "Key spec values", values: SPECS, text: (value: string) => value },
  { key: "usage", member: "Usages", label: "Key usage", group: "Key usage values", values: USAGES, text: usageText },
  { key: "origin", member: "Origins", label: "Origin", group: "Origin values", values: ORIGINS, text: originText },
] as const;

export const PROPERTIES: readonly PropertyFilterProps.FilteringProperty[] = [
  ...LISTS.map(({ key, label, group }) => ({ key, propertyLabel: label, groupValuesLabel: group, operators: OF_SEVERAL })),
  { key: "multiRegion", propertyLabel: "Regionality", groupValuesLabel: "Regionality values", operators: ["="] },
  { key: "tagKey", propertyLabel: "Tag key", groupValuesLabel: "Tag keys", operators: ["="] },
  { key: "tagValue", propertyLabel: "Tag value", groupValuesLabel: "Tag values", operators: ["="] },
];

export const OPTIONS: readonly PropertyFilterProps.FilteringOption[] = [
  ...LISTS.flatMap(({ key, values, text }) => values.map((value) => ({ propertyKey: key, value, label: text(value) }))),
  { propertyKey: "multiRegion", value: "false", label: "Single-Region" },
  { propertyKey: "multiRegion", value: "true", label: "Multi-Region" },
];

const SINGLE = ["multiRegion", "tagKey", "tagValue"];

/** One token a property: SearchKeys takes one value of these, so the last one counts. Texts are words that must all be found. */
export function settled(query: Query): Query {
  const last = new Map<string, Token>();
  for (const token of query.tokens) last.set(token.propertyKey ?? `text ${String(token.value)}`, token);
  return { operation: "and", tokens: [...last.values()] };
}

const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);

export function toSearch(query: Query, sorting: Sorting): Record<string, string> {
  const search: Record<string, string> = {};
  const words = query.tokens.filter(({ propertyKey }) => propertyKey === undefined).map(({ value }) => String(value));
  if (words.length > 0) search["text"] = words.join(" ");
  for (const { propertyKey, value } of query.tokens) {
    if (propertyKey !== undefined) search[propertyKey] = textsOf(value).join(",");
  }
  if (sorting.by !== "ALIAS") search["sort"] = sorting.by.toLowerCase();
  if (sorting.descending) search["order"] = "descending";
  return search;
}

export function fromSearch(search: URLSearchParams): { readonly query: Query; readonly sorting: Sorting } {
  const tokens: Token[] = [];
  for (const { key, values } of LISTS) {
    const value = (search.get(key) ?? "").split(",").filter((one) => (values as readonly string[]).includes(one));
    if (value.length > 0) tokens.push({ propertyKey: key, operator: "=", value });
  }
  for (const key of SINGLE) {
    const value = search.get(key);
    if (value !== null && (key !== "multiRegion" || value === "true" || value === "false"))
      tokens.push({ propertyKey: key, operator: "=", value });
  }
  const text = search.get("text");
  if (text !== null && text !== "") tokens.push({ operator: ":", value: text });
  const by = SORTS.find((sort) => sort.toLowerCase() === search.get("sort")) ?? "ALIAS";
  return { query: { operation: "and", tokens }, sorting: { by, descending: search.get("order") === "descending" } };
}

const SORTS: readonly SortKeysBy[] = ["ALIAS", "CREATED", "LAST_USED", "STATE", "SPEC"];

export function toRequest(query: Query, sorting: Sorting, manager: KeyManagerType): SearchKeysRequest {
  const request: Record<string, unknown> = { Managers: [manager], SortBy: sorting.by, Descending: sorting.descending };
  const words: string[] = [];
  for (const { propertyKey, value } of query.tokens) {
    const list = LISTS.find(({ key }) => key === propertyKey);
    if (propertyKey === undefined) words.push(String(value));
    else if (list !== undefined) request[list.member] = textsOf(value);
    else if (propertyKey === "multiRegion") request["MultiRegion"] = value === "true";
    else if (propertyKey === "tagKey") request["TagKey"] = textsOf(value).join(",");
    else if (propertyKey === "tagValue") request["TagValue"] = textsOf(value).join(",");
  }
  if (words.length > 0) request["Text"] = words.join(" ");
  return request;
}
