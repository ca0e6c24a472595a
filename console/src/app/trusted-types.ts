/**
 * The content security policy lets no text become markup. One use is harmless and needed: IAM and STS answer in XML, which
 * AWS's clients read with a DOMParser, whose documents run nothing.
 */

interface TrustedTypes {
  createPolicy: (name: string, rules: { createHTML: (text: string, type: string, sink: string) => string | null }) => unknown;
}

const { trustedTypes } = window as { trustedTypes?: TrustedTypes };

trustedTypes?.createPolicy("default", {
  createHTML: (text, _type, sink) => (sink === "DOMParser parseFromString" ? text : null),
});
