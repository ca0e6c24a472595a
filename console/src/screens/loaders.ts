/** How the code of each screen is loaded. Apart from registry.ts, which the screens themselves read. */

import type { ComponentType } from "react";

import type { ScreenId } from "./paths";

export const LOADERS: Readonly<Record<ScreenId, () => Promise<{ default: ComponentType }>>> = {
  dashboard: () => import("./dashboard/Dashboard"),
  keys: () => import("./keys/CustomerKeys"),
  createKey: () => import("./create-key/CreateKey"),
  key: () => import("./key/KeyDetail"),
  awsKeys: () => import("./aws-keys/AwsKeys"),
  keyStores: () => import("./key-stores/KeyStores"),
  deletions: () => import("./deletions/Deletions"),
  access: () => import("./access/AccessCheck"),
  audit: () => import("./audit/AuditSearch"),
  identities: () => import("./identities/Identities"),
  identity: () => import("./identities/Identity"),
  integrations: () => import("./integrations/Integrations"),
  tryIt: () => import("./try-it/TryIt"),
  settings: () => import("./settings/Settings"),
};
