/** AWS's three steps: download the wrapping key and the import token, encrypt elsewhere, upload. */

import {
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type AlgorithmSpec,
  type KeyMetadata,
  type WrappingKeySpec,
} from "@aws-sdk/client-kms";
import Button from "@cloudscape-design/components/button";
import Checkbox from "@cloudscape-design/components/checkbox";
import FileInput from "@cloudscape-design/components/file-input";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import RadioGroup from "@cloudscape-design/components/radio-group";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../../api/kms";
import { FailureAlert } from "../../../remote/FailureAlert";
import { useAction } from "../../../remote/useAction";
import { Code } from "../../../ui/Code";
import { ConfirmModal } from "../../../ui/ConfirmModal";
import { download } from "../../../ui/download";
import { Foreign } from "../../../ui/Foreign";
import { When } from "../../../ui/When";
import { useTask } from "../../../app/useTask";
import { algorithmsFor, bytesIn, expiry, SPECS, wrapCommand } from "./importing";

export interface ImportModalProps {
  readonly of: KeyMetadata;
  readonly arn: string;
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

const choice = (value: string) => ({ value, label: value });

export function ImportModal({ of: key, arn, onDone, onDismiss }: ImportModalProps) {
  const [spec, setSpec] = useState("RSA_4096");
  const algorithms = algorithmsFor(key.KeySpec);
  const [algorithm, setAlgorithm] = useState(algorithms[0] ?? "");
  const [material, setMaterial] = useState<File>();
  const [token, setToken] = useState<File>();
  const [expires, setExpires] = useState(false);
  const [until, setUntil] = useState("");
  const [kind, setKind] = useState("EXISTING_KEY_MATERIAL");
  const [given, setGiven] = useState<{ readonly token: Uint8Array; readonly validTo: Date | undefined }>();
  const fetchParameters = useAction(async (connection) => {
    const request = { KeyId: arn, WrappingAlgorithm: algorithm as AlgorithmSpec, WrappingKeySpec: spec as WrappingKeySpec };
    const answer = await kms(connection).send(new GetParametersForImportCommand(request));
    const wrapping = new Uint8Array(answer.PublicKey ?? []);
    const importToken = new Uint8Array(answer.ImportToken ?? []);
    download("WrappingPublicKey.bin", wrapping);
    download("ImportToken.bin", importToken);
    setGiven({ token: importToken, validTo: answer.ParametersValidTo });
  });
  const upload = useTask(
    async (connection) => {
      const importToken = token === undefined ? given?.token : await bytesIn(token);
      await kms(connection).send(
        new ImportKeyMaterialCommand({
          KeyId: arn,
          ImportToken: importToken,
          EncryptedKeyMaterial: material === undefined ? undefined : await bytesIn(material),
          ...(expires
            ? { ExpirationModel: "KEY_MATERIAL_EXPIRES" as const, ValidTo: expiry(until) }
            : { ExpirationModel: "KEY_MATERIAL_DOES_NOT_EXPIRE" as const }),
          ...(kind === "NEW_KEY_MATERIAL" ? { ImportType: "NEW_KEY_MATERIAL" as const } : {}),
        }),
      );
    },
    "The key material was imported.",
    onDone,
  );
  const again = key.KeyState !== "PendingImport" && key.KeySpec === "SYMMETRIC_DEFAULT";
  return (
    <ConfirmModal
      header="Import key material"
      confirm="Upload key material"
      busy={upload.busy}
      failure={upload.failure}
      onConfirm={upload.run}
      onDismiss={onDismiss}
    >
      <SpaceBetween size="m">
        <Header variant="h3">1. Download wrapping key and import token</Header>
        <FormField label="Wrapping key spec">
          <Select
            options={SPECS.map(choice)}
            selectedOption={choice(spec)}
            onChange={({ detail }) => {
              setSpec(detail.selectedOption.value ?? "");
            }}
          />
        </FormField>
        <FormField label="Wrapping algorithm">
          <Select
            options={algorithms.map(choice)}
            selectedOption={choice(algorithm)}
            onChange={({ detail }) => {
              setAlgorithm(detail.selectedOption.value ?? "");
            }}
          />
        </FormField>
        <Button
          iconName="download"
          loading={fetchParameters.busy}
          onClick={() => {
            void fetchParameters.run();
          }}
        >
          Download wrapping public key and import token
        </Button>
        {fetchParameters.failure !== undefined && <FailureAlert failure={fetchParameters.failure} />}
        {given !== undefined && (
          <span>
            They can be used until <When at={given.validTo} />.
          </span>
        )}
        <Header variant="h3">2. Encrypt your key material, where it is</Header>
        <Code text={wrapCommand(algorithm, key.KeySpec)} label="commands" wrap />
        <Header variant="h3">3. Upload</Header>
        <FileField label="Encrypted key material" file={material} onChange={setMaterial} />
        <FileField
          label="Import token"
          description={
            given === undefined
              ? "ImportToken.bin, downloaded with the wrapping key."
              : "The one just downloaded is used, unless you choose another."
          }
          file={token}
          onChange={setToken}
        />
        {again && (
          <RadioGroup
            ariaLabel="What is imported"
            value={kind}
            items={[
              { value: "EXISTING_KEY_MATERIAL", label: "Key material that this key had before" },
              { value: "NEW_KEY_MATERIAL", label: "New key material", description: "It waits for Rotate now." },
            ]}
            onChange={({ detail }) => {
              setKind(detail.value);
            }}
          />
        )}
        <Checkbox
          checked={expires}
          onChange={({ detail }) => {
            setExpires(detail.checked);
          }}
        >
          The key material expires
        </Checkbox>
        {expires && (
          <FormField label="Expires on" constraintText="As in 2027-01-31 or 2027-01-31T18:00, in your time zone.">
            <Input
              value={until}
              onChange={({ detail }) => {
                setUntil(detail.value);
              }}
            />
          </FormField>
        )}
      </SpaceBetween>
    </ConfirmModal>
  );
}

interface FileFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly file: File | undefined;
  readonly onChange: (file: File | undefined) => void;
}

function FileField({ label, description, file, onChange }: FileFieldProps) {
  return (
    <FormField label={label} description={description}>
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        <FileInput
          ariaLabel={label}
          value={file === undefined ? [] : [file]}
          onChange={({ detail }) => {
            onChange(detail.value[0]);
          }}
        >
          Choose file
        </FileInput>
        {file !== undefined && <Foreign text={`${file.name}, ${file.size} bytes`} />}
      </SpaceBetween>
    </FormField>
  );
}
