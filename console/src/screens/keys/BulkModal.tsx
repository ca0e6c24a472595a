import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { useNotices } from "../../app/notices";
import type { FoundKey } from "../../api/strongroom-types";
import { useAction } from "../../remote/useAction";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { DaysField } from "../../ui/DaysField";
import { Foreign } from "../../ui/Foreign";
import { act, each, POSSIBLE, toType, type BulkAction, type Refused } from "./bulk";
import { nameOf } from "./columns";

const SHOWN = 10;
const WORDS: Readonly<
  Record<BulkAction, { readonly header: string; readonly confirm: string; readonly done: string; readonly effect: string }>
> = {
  enable: { header: "Enable keys", confirm: "Enable", done: "enabled", effect: "These keys can be used again." },
  disable: {
    header: "Disable keys",
    confirm: "Disable",
    done: "disabled",
    effect: "Until they are enabled again nothing can be encrypted, decrypted, signed or verified with these keys.",
  },
  delete: {
    header: "Schedule key deletion",
    confirm: "Schedule deletion",
    done: "scheduled for deletion",
    effect:
      "These keys cannot be used from now on. After the waiting period they are gone, and nobody can ever decrypt what they encrypted. Until then the deletion can be cancelled. To only stop their use, disable them.",
  },
};

export interface BulkModalProps {
  readonly action: BulkAction;
  readonly keys: readonly FoundKey[];
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

export function BulkModal({ action, keys, onDone, onDismiss }: BulkModalProps) {
  const { notify } = useNotices();
  const [days, setDays] = useState("30");
  const [done, setDone] = useState(0);
  const [refused, setRefused] = useState<readonly Refused<FoundKey>[]>([]);
  const possible = keys.filter(({ KeyMetadata: key }) => POSSIBLE[action].includes(key?.KeyState ?? ""));
  const words = WORDS[action];
  const work = useAction((connection) =>
    each(possible, ({ KeyMetadata: key }) => act(connection, action, key?.KeyId ?? "", Number(days)), setDone),
  );
  const confirm = async (): Promise<void> => {
    const left = (await work.run()) ?? [];
    const count = possible.length - left.length;
    if (count > 0) notify({ type: "success", content: `${count === 1 ? "1 key was" : `${count} keys were`} ${words.done}.` });
    if (left.length === 0) onDone();
    setRefused(left);
  };
  const name = toType(action, possible.map(nameOf));
  return (
    <ConfirmModal
      header={words.header}
      confirm={words.confirm}
      busy={work.busy}
      failure={work.failure}
      onDismiss={refused.length > 0 ? onDone : onDismiss}
      onConfirm={() => {
        void confirm();
      }}
      {...(name === undefined || possible.length === 0 ? {} : { name })}
    >
      {possible.length === 0 ? (
        <Alert type="info">None of the chosen keys is in a state that allows this.</Alert>
      ) : (
        <SpaceBetween size="s">
          {action === "enable" ? <span>{words.effect}</span> : <Alert type="warning">{words.effect}</Alert>}
          <Names keys={possible} />
          {possible.length < keys.length && (
            <Box color="text-body-secondary">{`${keys.length - possible.length} of the chosen keys stay as they are: their state does not allow this.`}</Box>
          )}
          {action === "delete" && (
            <DaysField label="Waiting period (in days)" description="7 to 30 days." days={days} onChange={setDays} />
          )}
          {work.busy && <span aria-live="polite">{`${done} of ${possible.length}`}</span>}
        </SpaceBetween>
      )}
      {refused.length > 0 && (
        <Alert type="error" header={`${refused.length} of ${possible.length} were refused`}>
          <ul>
            {refused.slice(0, SHOWN).map(({ key, failure }) => (
              <li key={key.KeyMetadata?.KeyId}>
                <Foreign text={`${nameOf(key)}: ${failure.message}`} />
              </li>
            ))}
          </ul>
        </Alert>
      )}
    </ConfirmModal>
  );
}

function Names({ keys }: { readonly keys: readonly FoundKey[] }) {
  return (
    <ul aria-label="Keys">
      {keys.slice(0, SHOWN).map((key) => (
        <li key={key.KeyMetadata?.KeyId}>
          <Foreign text={nameOf(key)} />
        </li>
      ))}
      {keys.length > SHOWN && <li>{`and ${keys.length - SHOWN} more`}</li>}
    </ul>
  );
}
