/** An action that says what was done, and lets the page ask anew. */

import type { Connection } from "../api/connection";
import type { Failure } from "../api/failure";
import { useNotices } from "./notices";
import { useAction } from "../remote/useAction";

export interface Task<Arguments extends readonly unknown[]> {
  readonly run: (...given: Arguments) => void;
  readonly busy: boolean;
  readonly failure: Failure | undefined;
  readonly forget: () => void;
}

/** `after` is called only when it was done. */
export function useTask<Arguments extends readonly unknown[]>(
  act: (connection: Connection, ...given: Arguments) => Promise<unknown>,
  done: string,
  after: () => void,
): Task<Arguments> {
  const { notify } = useNotices();
  const { run, busy, failure, forget } = useAction(async (connection, ...given: Arguments) => {
    await act(connection, ...given);
    return true;
  });
  return {
    busy,
    failure,
    forget,
    run: (...given) => {
      void run(...given).then((succeeded) => {
        if (succeeded !== true) return;
        notify({ type: "success", content: done });
        after();
      });
    },
  };
}
