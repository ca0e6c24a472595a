import { DisableKeyCommand, EnableKeyCommand, type KeyMetadata } from "@aws-sdk/client-kms";
import Alert from "@cloudscape-design/components/alert";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import { useState } from "react";
import { useNavigate } from "react-router";

import { kms } from "../../api/kms";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { path } from "../paths";
import { firstTab } from "../try-it/bench";
import { useTask } from "../../app/useTask";

export interface KeyActionsProps {
  readonly of: KeyMetadata;
  readonly name: string;
  readonly reload: () => void;
}

export function KeyActions({ of: { KeyId: id = "", Arn: arn, KeyState: state, KeyUsage: usage, KeyManager: manager }, name, reload }: KeyActionsProps) {
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"enable" | "disable">();
  const after = (): void => {
    setAsked(undefined);
    reload();
  };
  const enable = useTask((connection) => kms(connection).send(new EnableKeyCommand({ KeyId: arn })), "The key was enabled.", after);
  const disable = useTask((connection) => kms(connection).send(new DisableKeyCommand({ KeyId: arn })), "The key was disabled.", after);
  const customers = manager === "CUSTOMER";
  const task = asked === "enable" ? enable : disable;
  return (
    <>
      <ButtonDropdown
        items={[
          { id: "enable", text: "Enable", disabled: !customers || state !== "Disabled" },
          { id: "disable", text: "Disable", disabled: !customers || state !== "Enabled" },
          {
            id: "deletion",
            text: state === "PendingDeletion" ? "Cancel key deletion" : "Schedule key deletion",
            disabled: !customers,
          },
          { id: "try", text: "Try it", disabled: state !== "Enabled" },
          { id: "audit", text: "Search the audit" },
        ]}
        onItemClick={({ detail }) => {
          if (detail.id === "enable" || detail.id === "disable") setAsked(detail.id);
          else if (detail.id === "deletion") void navigate(path("key", { keyId: id, tab: "deletion" }));
          else if (detail.id === "try") void navigate(path("tryIt", {}, { do: firstTab(usage), key: id }));
          else void navigate(path("audit", {}, { keys: arn, span: "30d" }));
        }}
      >
        Key actions
      </ButtonDropdown>
      {asked !== undefined && (
        <ConfirmModal
          header={asked === "enable" ? "Enable key" : "Disable key"}
          confirm={asked === "enable" ? "Enable" : "Disable"}
          busy={task.busy}
          failure={task.failure}
          onConfirm={task.run}
          onDismiss={() => {
            task.forget();
            setAsked(undefined);
          }}
          {...(asked === "disable" ? { name } : {})}
        >
          {asked === "enable" ? (
            "The key can be used again."
          ) : (
            <Alert type="warning">
              Until it is enabled again nothing can be encrypted, decrypted, signed or verified with this key. What depends on it fails.
            </Alert>
          )}
        </ConfirmModal>
      )}
    </>
  );
}
