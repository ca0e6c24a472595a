/** Something that the server knows: asked for when the screen appears, and again when what it depends on changes. */

import { useCallback, useEffect, useEffectEvent, useState } from "react";

import type { Connection } from "../api/connection";
import { failureOf, isAbort, type Failure } from "../api/failure";
import { useConnection } from "../session/useSessions";

export type Outcome<Value> =
  | { readonly status: "loading" }
  | { readonly status: "failed"; readonly failure: Failure }
  | { readonly status: "loaded"; readonly value: Value };

export type Remote<Value> = Outcome<Value> & {
  /** The newest value there was, also while the next one is on its way. */
  readonly last: Value | undefined;
  /** Whether an answer is waited for, the first or another. */
  readonly busy: boolean;
  readonly reload: () => void;
}

interface Held<Value> {
  readonly of: string;
  readonly connection: Connection;
  readonly outcome: Outcome<Value>;
}

const LOADING = { status: "loading" } as const;
const AGAIN_MS = 3000;

/**
 * `key` says what is asked for: another key (or session, or Region) asks anew. Give the signal on to the call, so that it
 * ends when nobody waits for it any more. While the server does not answer it is asked again every few seconds: it may be starting.
 */
export function useRemote<Value>(
  key: readonly unknown[],
  load: (connection: Connection, signal: AbortSignal) => Promise<Value>,
): Remote<Value> {
  const connection = useConnection();
  const of = JSON.stringify(key);
  const [held, setHeld] = useState<Held<Value>>();
  const [last, setLast] = useState<{ connection: Connection; value: Value }>();
  const [attempt, setAttempt] = useState(0);
  const [answered, setAnswered] = useState(-1);
  const loadNow = useEffectEvent(load);

  useEffect(() => {
    const controller = new AbortController();
    const settle = (outcome: Outcome<Value>): void => {
      if (controller.signal.aborted) return;
      setHeld({ of, connection, outcome });
      if (outcome.status === "loaded") setLast({ connection, value: outcome.value });
      setAnswered(attempt);
    };
    loadNow(connection, controller.signal).then(
      (value) => {
        settle({ status: "loaded", value });
      },
      (error: unknown) => {
        if (!isAbort(error)) settle({ status: "failed", failure: failureOf(error) });
      },
    );
    return () => {
      controller.abort();
    };
  }, [connection, of, attempt]);

  const reload = useCallback(() => {
    setAttempt((before) => before + 1);
  }, []);
  const current = held?.of === of && held.connection === connection ? held.outcome : LOADING;
  const unanswered = current.status === "failed" && current.failure.kind === "unreachable";
  useEffect(() => {
    if (!unanswered) return undefined;
    const timer = window.setTimeout(reload, AGAIN_MS);
    return () => {
      window.clearTimeout(timer);
    };
  }, [unanswered, answered, reload]);
  return {
    ...current,
    last: last?.connection === connection ? last.value : undefined,
    busy: current.status === "loading" || answered !== attempt,
    reload,
  };
}
