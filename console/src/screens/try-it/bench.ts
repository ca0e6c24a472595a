/** What lies on the bench: written in one tab, at hand in the next. In memory only. */

import type { Pair } from "../../ui/context";
import { NOTHING, type Written } from "./bytes";

export interface Bench {
  readonly plaintext: Written;
  /** Base64, as are signature and mac. */
  readonly ciphertext: string;
  readonly context: readonly Pair[];
  readonly message: Written;
  readonly signature: string;
  readonly mac: string;
}

export const EMPTY_BENCH: Bench = { plaintext: NOTHING, ciphertext: "", context: [], message: NOTHING, signature: "", mac: "" };

export type TryTab = "encrypt" | "decrypt" | "data-key" | "sign" | "verify" | "mac" | "random";

export interface TabProps {
  readonly keyId: string;
  readonly onKey: (keyId: string) => void;
  readonly bench: Bench;
  readonly onBench: (change: Partial<Bench>) => void;
  readonly onTab: (tab: TryTab) => void;
}
