import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useRef, useState } from "react";
import { useNavigate } from "react-router";

import type { FoundKey } from "../../api/strongroom-types";
import { path } from "../paths";
import { POSSIBLE, type BulkAction } from "./bulk";
import { BulkModal } from "./BulkModal";
import { KeyTable } from "./KeyTable";

const ACTIONS: readonly { readonly id: BulkAction; readonly text: string }[] = [
  { id: "enable", text: "Enable" },
  { id: "disable", text: "Disable" },
  { id: "delete", text: "Schedule key deletion" },
];

export default function CustomerKeys() {
  const navigate = useNavigate();
  const [chosen, setChosen] = useState<readonly FoundKey[]>([]);
  const [asked, setAsked] = useState<BulkAction>();
  const reload = useRef<() => void>(undefined);
  const create = (): void => {
    void navigate(path("createKey", {}));
  };
  return (
    <KeyTable
      screen="keys"
      chosen={chosen}
      onChoose={setChosen}
      empty={
        <>
          <p>There are no customer managed keys in this Region.</p>
          <Button onClick={create}>Create key</Button>
        </>
      }
      actions={(again) => (
        <SpaceBetween direction="horizontal" size="xs">
          <ButtonDropdown
            disabled={chosen.length === 0}
            items={ACTIONS.map(({ id, text }) => {
              const disabled = !chosen.some(({ KeyMetadata: key }) => POSSIBLE[id].includes(key?.KeyState ?? ""));
              return { id, text, disabled };
            })}
            onItemClick={({ detail }) => {
              reload.current = again;
              setAsked(detail.id as BulkAction);
            }}
          >
            Key actions
          </ButtonDropdown>
          <Button variant="primary" onClick={create}>
            Create key
          </Button>
        </SpaceBetween>
      )}
    >
      {asked !== undefined && (
        <BulkModal
          action={asked}
          keys={chosen}
          onDismiss={() => {
            setAsked(undefined);
          }}
          onDone={() => {
            setAsked(undefined);
            setChosen([]);
            reload.current?.();
          }}
        />
      )}
    </KeyTable>
  );
}
