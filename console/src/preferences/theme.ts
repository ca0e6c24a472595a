import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { useSyncExternalStore } from "react";

import { keep, kept } from "./preferences";

const listeners = new Set<() => void>();
let dark = kept("theme") === "dark" || (kept("theme") === undefined && window.matchMedia("(prefers-color-scheme: dark)").matches);

export function applyTheme(): void {
  applyMode(dark ? Mode.Dark : Mode.Light);
}

export function setDark(wanted: boolean): void {
  dark = wanted;
  keep("theme", dark ? "dark" : "light");
  applyTheme();
  for (const listener of listeners) listener();
}

export function useDark(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => dark,
  );
}
