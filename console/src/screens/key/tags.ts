import type { Tag } from "@aws-sdk/client-kms";

import type { Row } from "./Rows";

/** What must be done so that `before` becomes `rows`. */
export function tagChanges(
  before: readonly Tag[],
  rows: readonly Row[],
): { readonly put: readonly Tag[]; readonly remove: readonly string[] } {
  const named = rows.filter(({ name }) => name !== "");
  const put = named
    .filter(({ name, value }) => !before.some(({ TagKey, TagValue }) => TagKey === name && TagValue === value))
    .map(({ name, value }) => ({ TagKey: name, TagValue: value }));
  const remove = before.flatMap(({ TagKey = "" }) => (named.some(({ name }) => name === TagKey) ? [] : [TagKey]));
  return { put, remove };
}
