/** Commands of the AWS CLI, to be pasted into a POSIX shell (bash, zsh). */

export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** An option and its words, as the shell is to read them; undefined: not sent. */
export type Option = readonly string[] | undefined;

/** `aws kms encrypt \ --key-id ...`, an option a line. */
export function awsCommand(service: string, operation: string, options: readonly Option[]): string {
  const given = options.filter((option) => option !== undefined).map((option) => option.join(" "));
  return [`aws ${service} ${operation}`, ...given].join(" \\\n  ");
}

/** Bytes that anybody may see, in Base64. The same for both generations of the CLI, which read Base64 differently. */
export function bytesWord(base64: string): string {
  return `fileb://<(echo ${shellQuoted(base64)} | base64 -d)`;
}
