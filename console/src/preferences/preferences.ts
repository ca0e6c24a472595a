/** What the browser remembers for a person. INVARIANT: nothing secret, and nothing about keys. */

const PREFIX = "strongroom.";

/** Every name there is; each of them is a matter of taste. */
export type Preference = "region" | "theme" | "sign-in" | `table.${string}`;

export function kept(name: Preference): string | undefined {
  try {
    return window.localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined; // storage can be forbidden; then nothing is remembered
  }
}

export function keep(name: Preference, value: string): void {
  try {
    window.localStorage.setItem(PREFIX + name, value);
  } catch {
    // as above
  }
}
