import { DeleteImportedKeyMaterialCommand } from "@aws-sdk/client-kms";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../../api/kms";
import { ConfirmModal } from "../../../ui/ConfirmModal";
import { When } from "../../../ui/When";
import type { TabProps } from "../tab";
import { useTask } from "../../../app/useTask";
import { ImportModal } from "./ImportModal";

/** Key material that its owner brings. */
export function ImportSection({ of: key, arn, reload }: TabProps & { readonly turn: number }) {
  const [asked, setAsked] = useState<"import" | "delete">();
  const close = (): void => {
    setAsked(undefined);
  };
  const after = (): void => {
    close();
    reload();
  };
  const remove = useTask(
    (connection) => kms(connection).send(new DeleteImportedKeyMaterialCommand({ KeyId: arn })),
    "The key material was deleted. Import it again to use the key.",
    after,
  );
  const waits = key.KeyState === "PendingImport";
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="You made this key material, and must keep it: only the very same can be imported again."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button
                disabled={waits}
                onClick={() => {
                  setAsked("delete");
                }}
              >
                Delete key material
              </Button>
              <Button
                variant={waits ? "primary" : "normal"}
                onClick={() => {
                  setAsked("import");
                }}
              >
                Import key material
              </Button>
            </SpaceBetween>
          }
        >
          Imported key material
        </Header>
      }
    >
      {waits ? (
        "This key has no key material: it can be used once some is imported."
      ) : (
        <>
          Expires: <When at={key.ValidTo} never="never" />
        </>
      )}
      {asked === "import" && <ImportModal of={key} arn={arn} onDone={after} onDismiss={close} />}
      {asked === "delete" && (
        <ConfirmModal
          header="Delete key material"
          confirm="Delete key material"
          name={key.KeyId ?? ""}
          busy={remove.busy}
          failure={remove.failure}
          onConfirm={remove.run}
          onDismiss={close}
        >
          <Alert type="warning">Until the same key material is imported again nothing can use this key.</Alert>
        </ConfirmModal>
      )}
    </Container>
  );
}
