import { useState, type ReactNode } from "react";

import type { Connection } from "../../api/connection";
import { useTask } from "../../app/useTask";
import type { PolicyKind } from "../../policy/lint";
import { indented, problemOf } from "./documents";
import { FormModal } from "./FormModal";
import { PolicyField } from "./PolicyField";
import { TryPolicy, type Attempt } from "./TryPolicy";

export interface EditPolicyProps {
  readonly header: string;
  readonly kind: PolicyKind;
  readonly stored: string;
  readonly act?: string;
  readonly save: (connection: Connection, document: string) => Promise<unknown>;
  /** What is said when it is saved. */
  readonly saved: string;
  readonly onDone: () => void;
  readonly onDismiss: () => void;
  /** What it would change, where the server can tell. */
  readonly attempt?: Attempt | undefined;
  /** Other fields. */
  readonly children?: ReactNode;
}

/** A policy there is, changed in a dialog: what differs stands below, and the server's refusal. */
export function EditPolicy({ header, kind, stored, act = "Save changes", save, saved, onDone, onDismiss, attempt, children }: EditPolicyProps) {
  const before = indented(stored);
  const [written, setWritten] = useState(before);
  const saving = useTask((connection) => save(connection, written), saved, onDone);
  return (
    <FormModal
      header={header}
      act={act}
      large
      ready={written !== before && problemOf(written) === undefined}
      busy={saving.busy}
      failure={saving.failure}
      onAct={saving.run}
      onDismiss={onDismiss}
    >
      <PolicyField kind={kind} label="Policy" value={written} onChange={setWritten} stored={before} />
      {attempt !== undefined && <TryPolicy attempt={attempt} document={written} />}
      {children}
    </FormModal>
  );
}
