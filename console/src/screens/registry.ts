/** Every screen: its title, what it stands under, and how it is loaded. To add one: an entry here, a path in paths.ts, a folder. */

import type { ComponentType } from "react";

import type { ScreenId } from "./paths";

export interface Screen {
  readonly title: string;
  /** The screen above, in the breadcrumbs; the dashboard is above all. */
  readonly parent?: ScreenId;
  readonly load: () => Promise<{ default: ComponentType }>;
}

export const SCREENS: Readonly<Record<ScreenId, Screen>> = {
  dashboard: { title: "Dashboard", load: () => import("./dashboard/Dashboard") },
  keys: { title: "Customer managed keys", load: () => import("./keys/CustomerKeys") },
  createKey: { title: "Create key", parent: "keys", load: () => import("./create-key/CreateKey") },
  key: { title: "Key", parent: "keys", load: () => import("./key/KeyDetail") },
  awsKeys: { title: "AWS managed keys", load: () => import("./aws-keys/AwsKeys") },
  keyStores: { title: "Custom key stores", load: () => import("./key-stores/KeyStores") },
  deletions: { title: "Deletion queue", load: () => import("./deletions/Deletions") },
  access: { title: "Access check", load: () => import("./access/AccessCheck") },
  audit: { title: "Audit search", load: () => import("./audit/AuditSearch") },
  identities: { title: "Identities", load: () => import("./identities/Identities") },
  identity: { title: "Identity", parent: "identities", load: () => import("./identities/Identity") },
  integrations: { title: "Integrations", load: () => import("./integrations/Integrations") },
  tryIt: { title: "Try it", load: () => import("./try-it/TryIt") },
  settings: { title: "Settings", load: () => import("./settings/Settings") },
};

/** What stands in the navigation, in its sections. */
export const NAVIGATION: readonly { readonly title?: string; readonly screens: readonly ScreenId[] }[] = [
  { screens: ["dashboard"] },
  { title: "Keys", screens: ["keys", "awsKeys", "keyStores", "deletions", "tryIt"] },
  { title: "Access and audit", screens: ["access", "audit", "identities"] },
  { title: "Server", screens: ["integrations", "settings"] },
];
