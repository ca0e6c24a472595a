/** What a tab does, as a command. INVARIANT: what is secret is read from a file: a command line stays in the shell's history. */

import { mapOf, type Pair } from "../../ui/context";
import { awsCommand, bytesWord, shellQuoted, type Option } from "../../ui/shell";

/** Secret bytes, in a file of this name. */
export const plaintextOption: Option = ["--plaintext", "fileb://plaintext.bin"];
export const messageOption: Option = ["--message", "fileb://message.bin"];

/** Left out where nothing is written. */
export function textOption(name: string, text: string): Option {
  return text.trim() === "" ? undefined : [name, shellQuoted(text.trim())];
}

/** `base64` as it was pasted; a name stands for what is not there yet. */
export function bytesOption(name: string, base64: string): Option {
  const compact = base64.replace(/\s+/g, "");
  return [name, compact === "" ? "fileb://..." : bytesWord(compact)];
}

export function contextOption(name: string, pairs: readonly Pair[]): Option {
  const map = mapOf(pairs);
  return map === undefined ? undefined : [name, shellQuoted(JSON.stringify(map))];
}

export function keyOption(keyId: string, name = "--key-id"): Option {
  return [name, keyId.trim() === "" ? "..." : shellQuoted(keyId.trim())];
}

export function kmsCommand(operation: string, ...options: readonly Option[]): string {
  return awsCommand("kms", operation, options);
}
