/** Something that the server is asked to do, once a press of a button. */

import { useCallback, useState } from "react";

import type { Connection } from "../api/connection";
import { failureOf, type Failure } from "../api/failure";
import { useConnection } from "../session/useSessions";

export interface Action<Arguments extends readonly unknown[], Value> {
  /** Resolves to undefined when it failed; `failure` then says why. */
  readonly run: (...given: Arguments) => Promise<Value | undefined>;
  readonly busy: boolean;
  readonly failure: Failure | undefined;
  readonly forget: () => void;
}

export function useAction<Arguments extends readonly unknown[], Value>(
  act: (connection: Connection, ...given: Arguments) => Promise<Value>,
): Action<Arguments, Value> {
  const connection = useConnection();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const run = async (...given: Arguments): Promise<Value | undefined> => {
    setBusy(true);
    setFailure(undefined);
    try {
      return await act(connection, ...given);
    } catch (error) {
      setFailure(failureOf(error));
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  const forget = useCallback(() => {
    setFailure(undefined);
  }, []);
  return { run, busy, failure, forget };
}
