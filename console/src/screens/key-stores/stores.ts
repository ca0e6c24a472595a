/** Custom key stores: what is asked of who makes one, and what the states mean. */

import type { CreateCustomKeyStoreCommandInput } from "@aws-sdk/client-kms";
import type { StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";

export type StoreType = "AWS_CLOUDHSM" | "EXTERNAL_KEY_STORE";

export const TYPES: Readonly<Record<StoreType, string>> = {
  AWS_CLOUDHSM: "HSM cluster (AWS CloudHSM)",
  EXTERNAL_KEY_STORE: "External key store (proxy)",
};

export interface Draft {
  readonly name: string;
  readonly type: StoreType;
  readonly cluster: string;
  readonly anchor: string;
  readonly password: string;
  readonly endpoint: string;
  readonly path: string;
  readonly accessKeyId: string;
  readonly secret: string;
}

export const EMPTY: Draft = {
  name: "",
  type: "AWS_CLOUDHSM",
  cluster: "",
  anchor: "",
  password: "",
  endpoint: "",
  path: "/kms/xks/v1",
  accessKeyId: "",
  secret: "",
};

export function isWhole(draft: Draft): boolean {
  const needed = draft.type === "AWS_CLOUDHSM" ? [draft.cluster, draft.anchor, draft.password] : [draft.endpoint, draft.path, draft.accessKeyId, draft.secret];
  return [draft.name, ...needed].every((text) => text.trim() !== "");
}

export function requestOf(draft: Draft): CreateCustomKeyStoreCommandInput {
  const common = { CustomKeyStoreName: draft.name.trim(), CustomKeyStoreType: draft.type };
  if (draft.type === "AWS_CLOUDHSM") {
    return { ...common, CloudHsmClusterId: draft.cluster.trim(), TrustAnchorCertificate: draft.anchor, KeyStorePassword: draft.password };
  }
  return {
    ...common,
    XksProxyConnectivity: "PUBLIC_ENDPOINT",
    XksProxyUriEndpoint: draft.endpoint.trim(),
    XksProxyUriPath: draft.path.trim(),
    XksProxyAuthenticationCredential: { AccessKeyId: draft.accessKeyId.trim(), RawSecretAccessKey: draft.secret.trim() },
  };
}

interface StateText {
  readonly type: StatusIndicatorProps.Type;
  readonly text: string;
}

const STATES: Readonly<Record<string, StateText>> = {
  CONNECTED: { type: "success", text: "Connected" },
  CONNECTING: { type: "in-progress", text: "Connecting" },
  DISCONNECTED: { type: "stopped", text: "Disconnected" },
  DISCONNECTING: { type: "in-progress", text: "Disconnecting" },
  FAILED: { type: "error", text: "Failed" },
};

export function stateText(state: string | undefined): StateText {
  return STATES[state ?? ""] ?? { type: "info", text: state ?? "-" };
}

/** AWS lets go of a store only where nothing can come in between. */
export function mayConnect(state: string | undefined): boolean {
  return state === "DISCONNECTED";
}

export function mayDisconnect(state: string | undefined): boolean {
  return state === "CONNECTED" || state === "FAILED" || state === "CONNECTING";
}
