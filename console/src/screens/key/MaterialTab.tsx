import {
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyRotationStatusCommand,
  RotateKeyOnDemandCommand,
  type GetKeyRotationStatusCommandOutput,
} from "@aws-sdk/client-kms";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../api/kms";
import { Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { DaysField } from "../../ui/DaysField";
import { When } from "../../ui/When";
import { ImportSection } from "./import/ImportSection";
import { Timeline } from "./Timeline";
import type { TabProps } from "./tab";
import { useTask } from "../../app/useTask";

const STANDARD_DAYS = 365;

export default function MaterialTab(props: TabProps) {
  const { of: key, arn, changeable, reload } = props;
  const [turn, setTurn] = useState(0);
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState(false);
  const symmetric = key.KeySpec === "SYMMETRIC_DEFAULT";
  const own = key.Origin === "AWS_KMS";
  const status = useRemote(["rotation status", arn, symmetric, turn], (connection, signal) =>
    symmetric ? kms(connection).send(new GetKeyRotationStatusCommand({ KeyId: arn }), { abortSignal: signal }) : Promise.resolve(undefined),
  );
  const after = (): void => {
    setEditing(false);
    setAsking(false);
    setTurn((before) => before + 1);
    reload();
  };
  const rotate = useTask(
    (connection) => kms(connection).send(new RotateKeyOnDemandCommand({ KeyId: arn })),
    "The key is being rotated. New key material is used from now on; the old one still decrypts.",
    after,
  );
  const replica = key.MultiRegionConfiguration?.MultiRegionKeyType === "REPLICA";
  const enabled = key.KeyState === "Enabled";
  return (
    <SpaceBetween size="l">
      {symmetric && (
        <Container
          header={
            <Header
              variant="h2"
              actions={
                changeable &&
                !replica && (
                  <SpaceBetween direction="horizontal" size="xs">
                    {own && (
                      <Button
                        disabled={status.last === undefined || !enabled}
                        onClick={() => {
                          setEditing(true);
                        }}
                      >
                        Edit rotation
                      </Button>
                    )}
                    <Button
                      disabled={!enabled}
                      onClick={() => {
                        setAsking(true);
                      }}
                    >
                      Rotate now
                    </Button>
                  </SpaceBetween>
                )
              }
            >
              Automatic key rotation
            </Header>
          }
        >
          <Loaded of={status}>
            {(found) => (
              <KeyValuePairs
                columns={4}
                items={[
                  { label: "Status", value: found?.KeyRotationEnabled === true ? "Enabled" : "Disabled" },
                  {
                    label: "Rotation period",
                    value: found?.RotationPeriodInDays === undefined ? "-" : `${found.RotationPeriodInDays} days`,
                  },
                  { label: "Next rotation", value: <When at={found?.NextRotationDate} /> },
                  { label: "Rotation on demand began", value: <When at={found?.OnDemandRotationStartDate} /> },
                ]}
              />
            )}
          </Loaded>
        </Container>
      )}
      {key.Origin === "EXTERNAL" && changeable && <ImportSection {...props} reload={after} turn={turn} />}
      {symmetric && <Timeline arn={arn} turn={turn} />}
      {editing && status.last !== undefined && (
        <EditRotation
          arn={arn}
          status={status.last}
          onDone={after}
          onDismiss={() => {
            setEditing(false);
          }}
        />
      )}
      {asking && (
        <ConfirmModal
          header="Rotate now"
          confirm="Rotate now"
          busy={rotate.busy}
          failure={rotate.failure}
          onConfirm={rotate.run}
          onDismiss={() => {
            setAsking(false);
            rotate.forget();
          }}
        >
          {own
            ? "The key gets new key material. What was encrypted before is still decrypted: old key material is kept. A key can be rotated on demand 25 times."
            : "The key material that was imported last, and waits, becomes the current one."}
        </ConfirmModal>
      )}
    </SpaceBetween>
  );
}

interface EditRotationProps {
  readonly arn: string;
  readonly status: GetKeyRotationStatusCommandOutput;
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

function EditRotation({ arn, status, onDone, onDismiss }: EditRotationProps) {
  const [on, setOn] = useState(status.KeyRotationEnabled === true);
  const [days, setDays] = useState(String(status.RotationPeriodInDays ?? STANDARD_DAYS));
  const task = useTask(
    async (connection) => {
      if (on) await kms(connection).send(new EnableKeyRotationCommand({ KeyId: arn, RotationPeriodInDays: Number(days) }));
      else await kms(connection).send(new DisableKeyRotationCommand({ KeyId: arn }));
    },
    on ? "Automatic rotation is enabled." : "Automatic rotation is disabled.",
    onDone,
  );
  return (
    <ConfirmModal
      header="Edit automatic key rotation"
      confirm="Save"
      busy={task.busy}
      failure={task.failure}
      onConfirm={task.run}
      onDismiss={onDismiss}
    >
      <SpaceBetween size="m">
        <Checkbox
          checked={on}
          onChange={({ detail }) => {
            setOn(detail.checked);
          }}
        >
          Rotate this key automatically
        </Checkbox>
        {on && (
          <DaysField label="Rotation period (in days)" description="90 to 2560 days." days={days} onChange={setDays} />
        )}
      </SpaceBetween>
    </ConfirmModal>
  );
}
