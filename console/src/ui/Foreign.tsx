/** Text that somebody else chose: shown as text, with what hides or turns letters made visible. */

// Controls (but line feed and tab), and what changes the direction of its neighbours or takes no room.
const HIDDEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
}

export function Foreign({ text }: { readonly text: string }) {
  return <bdi>{visible(text)}</bdi>;
}
