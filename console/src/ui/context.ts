/** Encryption contexts (and condition values) as rows of a form, and in addresses. */

export interface Pair {
  readonly name: string;
  readonly value: string;
}

export const NO_PAIR: Pair = { name: "", value: "" };

const isEmpty = ({ name, value }: Pair): boolean => name === "" && value === "";

/** What is wrong with each row; undefined where nothing is. Rows that are empty are not there. */
export function problemsOf(pairs: readonly Pair[]): readonly (string | undefined)[] {
  return pairs.map((pair, index) => {
    if (isEmpty(pair)) return undefined;
    if (pair.name === "") return "A name is needed.";
    return pairs.findIndex(({ name }) => name === pair.name) < index ? "This name is there already." : undefined;
  });
}

export function areGood(pairs: readonly Pair[]): boolean {
  return problemsOf(pairs).every((problem) => problem === undefined);
}

/** The map that the API takes; undefined for an empty one. */
export function mapOf(pairs: readonly Pair[]): Record<string, string> | undefined {
  const there = pairs.filter((pair) => !isEmpty(pair));
  return there.length === 0 ? undefined : Object.fromEntries(there.map(({ name, value }) => [name, value]));
}

export function pairsOf(map: Readonly<Record<string, string>>): readonly Pair[] {
  return Object.entries(map).map(([name, value]) => ({ name, value }));
}

/** `name=value`, each part encoded, so that every text can be told from every other. */
export function pairText({ name, value }: Pair): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}

/** The inverse of `pairText`; what was typed by hand and is not encoded right stands for itself. */
export function pairIn(text: string): Pair {
  const at = text.indexOf("=");
  const [name, value] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  return { name: decoded(name), value: decoded(value) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
