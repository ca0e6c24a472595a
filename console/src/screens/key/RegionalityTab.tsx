import { ReplicateKeyCommand, UpdatePrimaryRegionCommand } from "@aws-sdk/client-kms";
import Alert from "@cloudscape-design/components/alert";
import Badge from "@cloudscape-design/components/badge";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { useNavigate } from "react-router";

import { kms } from "../../api/kms";
import { REGIONS } from "../../app/regions";
import { useServerStatus } from "../../remote/useServerStatus";
import { switchRegion } from "../../session/session";
import { useConnection } from "../../session/useSessions";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { path } from "../paths";
import type { TabProps } from "./tab";
import { useTask } from "../../app/useTask";

interface Place {
  readonly region: string;
  readonly arn: string;
  readonly primary: boolean;
}

export default function RegionalityTab({ of: key, arn, changeable, reload }: TabProps) {
  const { region } = useConnection();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"replicate" | "primary">();
  const { PrimaryKey: primary, ReplicaKeys: replicas = [], MultiRegionKeyType: type } = key.MultiRegionConfiguration ?? {};
  const places: readonly Place[] = [
    ...(primary === undefined ? [] : [{ region: primary.Region ?? "", arn: primary.Arn ?? "", primary: true }]),
    ...replicas.map((one) => ({ region: one.Region ?? "", arn: one.Arn ?? "", primary: false })),
  ];
  const close = (): void => {
    setAsked(undefined);
  };
  const after = (): void => {
    close();
    reload();
  };
  return (
    <>
      <Table
        variant="container"
        wrapLines
        items={places}
        ariaLabels={{ tableLabel: "Related multi-Region keys" }}
        columnDefinitions={[
          {
            id: "region",
            header: "Region",
            isRowHeader: true,
            cell: (one) => (
              <SpaceBetween direction="horizontal" size="xs">
                <span>{one.region}</span>
                {one.region === region && <Badge>This key</Badge>}
              </SpaceBetween>
            ),
          },
          { id: "type", header: "Type", cell: (one) => (one.primary ? "Primary key" : "Replica key") },
          { id: "arn", header: "ARN", cell: (one) => one.arn },
          {
            id: "open",
            header: "",
            cell: (one) =>
              one.region !== region && (
                <Button
                  variant="inline-link"
                  ariaLabel={`Open in ${one.region}`}
                  onClick={() => {
                    switchRegion(one.region);
                    void navigate(path("key", { keyId: key.KeyId ?? "" }));
                  }}
                >
                  Open
                </Button>
              ),
          },
        ]}
        header={
          <Header
            variant="h2"
            counter={`(${places.length})`}
            description="Keys with the same key material in several Regions: each decrypts what another encrypted. Each has its own policy, aliases and grants."
            actions={
              changeable &&
              type === "PRIMARY" && (
                <SpaceBetween direction="horizontal" size="xs">
                  <Button
                    disabled={replicas.length === 0}
                    onClick={() => {
                      setAsked("primary");
                    }}
                  >
                    Change primary Region
                  </Button>
                  <Button
                    onClick={() => {
                      setAsked("replicate");
                    }}
                  >
                    Create replica key
                  </Button>
                </SpaceBetween>
              )
            }
          >
            Regionality
          </Header>
        }
      />
      {asked === "replicate" && <Replicate arn={arn} taken={places.map((one) => one.region)} onDone={after} onDismiss={close} />}
      {asked === "primary" && (
        <ChangePrimary arn={arn} regions={replicas.flatMap(({ Region: one }) => one ?? [])} onDone={after} onDismiss={close} />
      )}
    </>
  );
}

interface AskProps {
  readonly arn: string;
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

function Replicate({ arn, taken, onDone, onDismiss }: AskProps & { readonly taken: readonly string[] }) {
  const status = useServerStatus();
  const regions = (status.last?.Regions ?? Object.keys(REGIONS)).filter((one) => !taken.includes(one));
  const [region, setRegion] = useState("");
  const [description, setDescription] = useState("");
  const task = useTask(
    (connection) => kms(connection).send(new ReplicateKeyCommand({ KeyId: arn, ReplicaRegion: region, Description: description })),
    "The replica key was created.",
    onDone,
  );
  return (
    <ConfirmModal
      header="Create replica key"
      confirm="Create replica key"
      busy={task.busy}
      failure={task.failure}
      onConfirm={task.run}
      onDismiss={onDismiss}
    >
      <SpaceBetween size="m">
        <FormField label="Region">
          <RegionSelect regions={regions} region={region} onChange={setRegion} />
        </FormField>
        <FormField label="Description - optional">
          <Input
            value={description}
            onChange={({ detail }) => {
              setDescription(detail.value);
            }}
          />
        </FormField>
      </SpaceBetween>
    </ConfirmModal>
  );
}

function ChangePrimary({ arn, regions, onDone, onDismiss }: AskProps & { readonly regions: readonly string[] }) {
  const [region, setRegion] = useState(regions[0] ?? "");
  const task = useTask(
    (connection) => kms(connection).send(new UpdatePrimaryRegionCommand({ KeyId: arn, PrimaryRegion: region })),
    "The primary Region was changed.",
    onDone,
  );
  return (
    <ConfirmModal
      header="Change primary Region"
      confirm="Change primary Region"
      busy={task.busy}
      failure={task.failure}
      onConfirm={task.run}
      onDismiss={onDismiss}
    >
      <SpaceBetween size="m">
        <Alert type="info">The replica in that Region becomes the primary key, this key a replica. Both can be used all the while.</Alert>
        <FormField label="New primary Region">
          <RegionSelect regions={regions} region={region} onChange={setRegion} />
        </FormField>
      </SpaceBetween>
    </ConfirmModal>
  );
}

interface RegionSelectProps {
  readonly regions: readonly string[];
  readonly region: string;
  readonly onChange: (region: string) => void;
}

function RegionSelect({ regions, region, onChange }: RegionSelectProps) {
  const options = regions.map((value) => ({ value, label: value, description: REGIONS[value] ?? "" }));
  return (
    <Select
      options={options}
      selectedOption={options.find(({ value }) => value === region) ?? null}
      placeholder="Choose a Region"
      filteringType="auto"
      onChange={({ detail }) => {
        onChange(detail.selectedOption.value ?? "");
      }}
    />
  );
}
