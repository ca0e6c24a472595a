import { useEffect, useState } from "react";

const QUIET_MS = 250;

/** `value` once it has not changed for a moment: one question a pause, not one a letter. */
export function useQuiet(value: string): string {
  const [quiet, setQuiet] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => {
      setQuiet(value);
    }, QUIET_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [value]);
  return quiet;
}
