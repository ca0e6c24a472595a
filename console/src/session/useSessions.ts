import { useSyncExternalStore } from "react";

import type { Connection } from "../api/connection";
import { onSessionsChange, sessions, type Session, type Sessions } from "./session";

export function useSessions(): Sessions {
  return useSyncExternalStore(onSessionsChange, sessions);
}

/** Screens exist only while somebody is signed in. */
export function useConnection(): Connection {
  const { connection } = useSessions();
  if (connection === undefined) throw new Error("no session");
  return connection;
}

export function useSession(): Session {
  const { current } = useSessions();
  if (current === undefined) throw new Error("no session");
  return current;
}
