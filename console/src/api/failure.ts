/** What went wrong with a call, in the server's words, and what can be done about it. */

export type FailureKind = "denied" | "expired" | "not-built" | "not-found" | "throttled" | "unreachable" | "other";

export interface Denial {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
}

export interface Failure {
  readonly kind: FailureKind;
  /** AWS's name of the error, as in `NotFoundException`. */
  readonly name: string;
  /** AWS's words; shown as they are. */
  readonly message: string;
  /** What to do; a sentence of ours. */
  readonly advice: string;
  readonly requestId?: string;
  readonly denial?: Denial;
}

/** An answer of the `strongroom` service that is an error; shaped as the SDK's own errors are. */
export class ServiceError extends Error {
  readonly $metadata: { httpStatusCode: number; requestId: string | undefined };

  constructor(name: string, message: string, status: number, requestId: string | undefined) {
    super(message);
    this.name = name;
    this.$metadata = { httpStatusCode: status, requestId };
  }
}

const KINDS: Readonly<Record<string, FailureKind>> = {
  AccessDenied: "denied",
  AccessDeniedException: "denied",
  ExpiredToken: "expired",
  ExpiredTokenException: "expired",
  InvalidClientTokenId: "expired",
  UnrecognizedClientException: "expired",
  UnknownOperationException: "not-built",
  NotFoundException: "not-found",
  NoSuchEntity: "not-found",
  NoSuchEntityException: "not-found",
  ThrottlingException: "throttled",
  Throttling: "throttled",
  TypeError: "unreachable", // what fetch throws when there is no answer
  TimeoutError: "unreachable",
};

const KIND_ADVICE: Readonly<Record<FailureKind, string>> = {
  denied: "Ask an administrator for this permission, or see why it is missing.",
  expired: "Sign in again; this page stays as it is.",
  "not-built": "This server does not have this operation. A newer version of strongroom may have it.",
  "not-found": "It may have been deleted, or be in another Region or account: see the top of the page.",
  throttled: "Too many requests: wait a moment and try again.",
  unreachable: "The server does not answer. See that it runs (strongroom status) and try again.",
  other: "",
};

const ADVICE: Readonly<Record<string, string>> = {
  DisabledException: "Enable the key first, or use another one.",
  DependencyTimeoutException: "The server waits for something it depends on: try again.",
  IncorrectKeyMaterialException: "Import the very key material that this key had before.",
  InvalidCiphertextException: "Check the key, the encryption context (it must be the same as for encryption) and that the ciphertext is whole.",
  InvalidSignatureException: "See that the secret access key is complete, and that this computer's clock is right.",
  SignatureDoesNotMatch: "See that the secret access key is complete, and that this computer's clock is right.",
  KMSInvalidStateException: "The key's state does not allow this: see its detail page for the state and what changes it.",
  KMSInternalException: "Try again. If it stays so, the server's log names this request by its id.",
  KMSInvalidSignatureException: "The signature does not belong to this message, key and algorithm.",
  LimitExceededException: "Delete what is not needed any more, or ask the operator for a higher quota.",
  MalformedPolicyDocumentException: "The policy is no valid JSON policy: the message names the place.",
  MissingAuthenticationTokenException: "Sign in again.",
  NotExplainableException: "Only calls that policies decide can be explained.",
  PasswordChangeRequiredException: "Choose a new password below.",
  SignInFailedException: "Check account, user name and password. Not every user has one: an administrator can give it, or use an access key.",
  TooManyAttemptsException: "Wait before you try again.",
  UnavailableException: "The audit index is not there (yet): strongroom status says how it is.",
};

const DENIED = /^User: (\S+) is not authorized to perform: (\S+)(?: on resource: (\S+))?/;

/** Says whether `error` is only the end of a call that nobody waits for any more. */
export function isAbort(error: unknown): boolean {
  return typeof error === "object" && error !== null && "name" in error && error.name === "AbortError";
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) {
    return { kind: "other", name: "Error", message: String(error), advice: "" };
  }
  const kind = KINDS[error.name] ?? "other";
  const requestId = requestIdOf(error);
  const denial = kind === "denied" ? denialIn(error.message) : undefined;
  return {
    kind,
    name: error.name,
    message: kind === "unreachable" ? "No answer from the server." : error.message || error.name,
    advice: ADVICE[error.name] ?? KIND_ADVICE[kind],
    ...(requestId === undefined ? {} : { requestId }),
    ...(denial === undefined ? {} : { denial }),
  };
}

export function denialIn(message: string): Denial | undefined {
  const found = DENIED.exec(message);
  if (found === null) return undefined;
  const [, principal = "", action = "", resource = ""] = found;
  return { principal, action, resource: resource === "*" ? "" : resource };
}

function requestIdOf(error: Error): string | undefined {
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  if (typeof metadata !== "object" || metadata === null || !("requestId" in metadata)) return undefined;
  return typeof metadata.requestId === "string" ? metadata.requestId : undefined;
}
