/** Bytes as people write and read them. */

export type Form = "text" | "base64";

export interface Written {
  readonly form: Form;
  readonly text: string;
}

export const NOTHING: Written = { form: "text", text: "" };

/** undefined where it is no Base64. */
export function bytesOf({ form, text }: Written): Uint8Array | undefined {
  return form === "text" ? new TextEncoder().encode(text) : fromBase64(text);
}

export function fromBase64(text: string): Uint8Array | undefined {
  const compact = text.replace(/\s+/g, "").replaceAll("-", "+").replaceAll("_", "/");
  try {
    return Uint8Array.from(atob(compact), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** A public key, in PEM (RFC 7468) or in Base64. */
export function fromPEM(text: string): Uint8Array | undefined {
  return fromBase64(text.replace(/-----(BEGIN|END) [A-Z ]+-----/g, ""));
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** undefined where the bytes are no text in UTF-8. */
export function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
