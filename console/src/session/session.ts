/**
 * Who is signed in. Credentials live in this module's memory and nowhere else: not in storage, addresses, logs or React's
 * state. A session holds a function that gives them.
 */

import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import type { AwsCredentialIdentity } from "@smithy/types";

import type { Connection } from "../api/connection";
import { sts } from "../api/sts";
import { signIn } from "../api/strongroom";
import { kept, keep } from "../preferences/preferences";

export interface Session {
  readonly id: number;
  readonly account: string;
  /** Of the caller: user, role session or root. */
  readonly arn: string;
  readonly expiration: Date | undefined;
  readonly credentials: () => Promise<AwsCredentialIdentity>;
}

export interface Sessions {
  readonly all: readonly Session[];
  readonly current: Session | undefined;
  readonly region: string;
  /** Of the current session and Region; undefined when nobody is signed in. */
  readonly connection: Connection | undefined;
  /** Whether the sign-in form shall lie over the page: to go on after expiry, or for one more account. */
  readonly asking: boolean;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

const DEFAULT_REGION = "us-east-1";
const endpoint = (): string => window.location.origin;

let state: Sessions = {
  all: [],
  current: undefined,
  region: kept("region") ?? DEFAULT_REGION,
  connection: undefined,
  asking: false,
};
let lastId = 0;
const listeners = new Set<() => void>();

function become(next: Omit<Sessions, "connection">): void {
  const same = state.connection !== undefined && state.current === next.current && state.region === next.region;
  const connection = same ? state.connection : connectionOf(next.current, next.region);
  state = { ...next, connection };
  for (const listener of listeners) listener();
}

function connectionOf(session: Session | undefined, region: string): Connection | undefined {
  return session && { endpoint: endpoint(), region, credentials: session.credentials };
}

export function sessions(): Sessions {
  return state;
}

export function onSessionsChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Ask the server whose key it is, and become that. Throws what the call throws. */
export async function signInWithKey(key: AccessKey): Promise<Session> {
  const { expiration, ...identity } = key;
  const credentials = (): Promise<AwsCredentialIdentity> => Promise.resolve(identity);
  const caller = await sts({ endpoint: endpoint(), region: state.region, credentials }).send(new GetCallerIdentityCommand({}));
  lastId += 1;
  const session: Session = { id: lastId, account: caller.Account ?? "", arn: caller.Arn ?? "", expiration, credentials };
  const others = state.all.filter((other) => other.arn !== session.arn);
  become({ ...state, all: [...others, session], current: session, asking: false });
  return session;
}

export interface Password {
  /** Twelve digits, or the account's alias. */
  readonly account: string;
  readonly userName: string;
  readonly password: string;
  /** To take the place of one that must be changed. */
  readonly newPassword?: string;
}

/** Have a password turned into a session of an hour. Throws what the call throws. */
export async function signInWithPassword({ account, userName, password, newPassword }: Password): Promise<Session> {
  const { Credentials: given = {} } = await signIn(endpoint(), {
    Account: account,
    UserName: userName,
    Password: password,
    ...(newPassword === undefined ? {} : { NewPassword: newPassword }),
  });
  return signInWithKey({
    accessKeyId: given.AccessKeyId ?? "",
    secretAccessKey: given.SecretAccessKey ?? "",
    sessionToken: given.SessionToken ?? "",
    ...(given.Expiration === undefined ? {} : { expiration: new Date(given.Expiration * 1000) }),
  });
}

export function switchTo(session: Session): void {
  if (state.all.includes(session)) become({ ...state, current: session });
}

export function switchRegion(region: string): void {
  keep("region", region);
  become({ ...state, region });
}

/** Forget the current session, and go on as another that is signed in, if there is one. */
export function signOut(): void {
  const all = state.all.filter((session) => session !== state.current);
  become({ ...state, all, current: all.at(-1), asking: false });
}

/** Forget every session. */
export function signOutOfAll(): void {
  become({ ...state, all: [], current: undefined, asking: false });
}

export function askToSignIn(asking: boolean): void {
  become({ ...state, asking });
}
