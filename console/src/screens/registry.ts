/** Every screen: its title, and what it stands under. To add one: an entry here and in loaders.ts, a path in paths.ts, a folder. */

import type { ScreenId } from "./paths";

export interface Screen {
  readonly title: string;
  /** The screen above, in the breadcrumbs; the dashboard is above all. */
  readonly parent?: ScreenId;
}

export const SCREENS: Readonly<Record<ScreenId, Screen>> = {
  dashboard: { title: "Dashboard" },
  keys: { title: "Customer managed keys" },
  createKey: { title: "Create key", parent: "keys" },
  key: { title: "Key", parent: "keys" },
  awsKeys: { title: "AWS managed keys" },
  keyStores: { title: "Custom key stores" },
  deletions: { title: "Deletion queue" },
  access: { title: "Access check" },
  audit: { title: "Audit search" },
  identities: { title: "Identities" },
  identity: { title: "Identity", parent: "identities" },
  integrations: { title: "Integrations" },
  tryIt: { title: "Try it" },
  settings: { title: "Settings" },
};

/** What stands in the navigation, in its sections. */
export const NAVIGATION: readonly { readonly title?: string; readonly screens: readonly ScreenId[] }[] = [
  { screens: ["dashboard"] },
  { title: "Keys", screens: ["keys", "awsKeys", "keyStores", "deletions", "tryIt"] },
  { title: "Access and audit", screens: ["access", "audit", "identities"] },
  { title: "Server", screens: ["integrations", "settings"] },
];
