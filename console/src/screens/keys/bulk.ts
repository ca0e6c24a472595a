/** The same done to several keys, one after the other; a refusal of one does not stop the others. */

import { DisableKeyCommand, EnableKeyCommand, ScheduleKeyDeletionCommand } from "@aws-sdk/client-kms";

import type { Connection } from "../../api/connection";
import { failureOf, type Failure } from "../../api/failure";
import { kms } from "../../api/kms";

export type BulkAction = "enable" | "disable" | "delete";

export interface Refused<Key> {
  readonly key: Key;
  readonly failure: Failure;
}

/** States in which an action can do something. */
export const POSSIBLE: Readonly<Record<BulkAction, readonly string[]>> = {
  enable: ["Disabled"],
  disable: ["Enabled"],
  delete: ["Enabled", "Disabled", "PendingImport", "Unavailable"],
};

export function act(connection: Connection, action: BulkAction, KeyId: string, PendingWindowInDays: number): Promise<unknown> {
  if (action === "enable") return kms(connection).send(new EnableKeyCommand({ KeyId }));
  if (action === "disable") return kms(connection).send(new DisableKeyCommand({ KeyId }));
  return kms(connection).send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }));
}

export async function each<Key>(
  keys: readonly Key[],
  one: (key: Key) => Promise<unknown>,
  onProgress: (done: number) => void,
): Promise<readonly Refused<Key>[]> {
  const refused: Refused<Key>[] = [];
  for (const [index, key] of keys.entries()) {
    try {
      await one(key);
    } catch (error) {
      refused.push({ key, failure: failureOf(error) });
    }
    onProgress(index + 1);
  }
  return refused;
}

/** What must be typed: the name of one key, or how many it will be. */
export function toType(action: BulkAction, names: readonly string[]): string | undefined {
  if (action === "enable") return undefined;
  const [first = ""] = names;
  return names.length === 1 ? first : `${action} ${names.length} keys`;
}
