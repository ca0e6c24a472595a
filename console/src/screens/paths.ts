/** Where every screen lives below /console. Deep links are promises: paths are added, not changed. */

import { matchPath } from "react-router";

export const PATHS = {
  dashboard: "/",
  keys: "/keys",
  createKey: "/keys/create",
  key: "/keys/:keyId/:tab?",
  awsKeys: "/aws-keys",
  keyStores: "/key-stores",
  deletions: "/deletions",
  access: "/access",
  audit: "/audit",
  identities: "/identities/:kind?",
  identity: "/identities/:kind/:name",
  integrations: "/integrations/:name?",
  tryIt: "/try",
  settings: "/settings/:tab?",
} as const;

export type ScreenId = keyof typeof PATHS;

type Param<Name extends string> = Name extends `${infer Optional}?` ? Partial<Record<Optional, string>> : Record<Name, string>;
type ParamsOf<Pattern extends string> = Pattern extends `${string}:${infer Name}/${infer Rest}`
  ? Param<Name> & ParamsOf<`/${Rest}`>
  : Pattern extends `${string}:${infer Name}`
    ? Param<Name>
    : unknown;

/** The parts of a screen's path, as `path` takes them and `usePathParams` gives them. */
export type PathParams<Screen extends ScreenId> = ParamsOf<(typeof PATHS)[Screen]>;

/** Empty and undefined values of `search` are left out. INVARIANT: nothing secret goes into a path or its search. */
export function path<Screen extends ScreenId>(
  screen: Screen,
  params: PathParams<Screen>,
  search: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = params as Readonly<Record<string, string | undefined>>;
  const parts = PATHS[screen].split("/").flatMap((part) => {
    if (!part.startsWith(":")) return [part];
    const value = given[part.slice(1).replace("?", "")];
    return value === undefined || value === "" ? [] : [encodeURIComponent(value)];
  });
  const pairs = Object.entries(search).filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "");
  const query = new URLSearchParams(pairs).toString();
  return (parts.join("/") || "/") + (query === "" ? "" : `?${query}`);
}

/** What a path is about, whatever tab of it is open: another tab is no other screen. */
export function subject(pathname: string): string {
  for (const pattern of Object.values(PATHS)) {
    const found = matchPath(pattern, pathname);
    if (found === null || !pattern.endsWith("/:tab?")) continue;
    return JSON.stringify([pattern, { ...found.params, tab: undefined }]);
  }
  return pathname;
}
