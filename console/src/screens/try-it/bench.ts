/** What lies on the bench: written in one tab, at hand in the next. In memory only. */

import type { Pair } from "../../ui/context";
import { NOTHING, type Written } from "./bytes";

export interface Bench {
  readonly plaintext: Written;
  /** Base64, as are signature, mac and encapsulated. */
  readonly ciphertext: string;
  readonly context: readonly Pair[];
  readonly message: Written;
  readonly signature: string;
  readonly mac: string;
  readonly encapsulated: string;
  /** PEM or Base64. */
  readonly peer: string;
}

export const EMPTY_BENCH: Bench = { plaintext: NOTHING, ciphertext: "", context: [], message: NOTHING, signature: "", mac: "", encapsulated: "", peer: "" };

export type TryTab = "encrypt" | "decrypt" | "re-encrypt" | "data-key" | "sign" | "verify" | "mac" | "agree" | "encapsulate" | "random";

const FIRST: Readonly<Record<string, TryTab>> = {
  SIGN_VERIFY: "sign",
  GENERATE_VERIFY_MAC: "mac",
  KEY_AGREEMENT: "agree",
  ENCAPSULATE_DECAPSULATE: "encapsulate",
};

/** Where to begin with a key. */
export function firstTab(usage: string | undefined): TryTab {
  return FIRST[usage ?? ""] ?? "encrypt";
}

export interface TabProps {
  readonly keyId: string;
  readonly onKey: (keyId: string) => void;
  readonly bench: Bench;
  readonly onBench: (change: Partial<Bench>) => void;
  /** `key` is the one to go on with, where it is another. */
  readonly onTab: (tab: TryTab, key?: string) => void;
}
