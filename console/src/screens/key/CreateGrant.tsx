import { CreateGrantCommand, type GrantOperation, type KeyUsageType } from "@aws-sdk/client-kms";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Multiselect from "@cloudscape-design/components/multiselect";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { kms } from "../../api/kms";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Rows, type Row } from "./Rows";
import { useTask } from "../../app/useTask";

const ALWAYS = ["DescribeKey", "CreateGrant", "RetireGrant"];
const BY_USAGE: Readonly<Record<string, readonly string[]>> = {
  ENCRYPT_DECRYPT: [
    "Encrypt",
    "Decrypt",
    "ReEncryptFrom",
    "ReEncryptTo",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GetPublicKey",
  ],
  SIGN_VERIFY: ["Sign", "Verify", "GetPublicKey"],
  GENERATE_VERIFY_MAC: ["GenerateMac", "VerifyMac"],
  KEY_AGREEMENT: ["DeriveSharedSecret", "GetPublicKey"],
  ENCAPSULATE_DECAPSULATE: ["Encapsulate", "Decapsulate", "GetPublicKey"],
};
const MAX_PAIRS = 8;

export interface CreateGrantProps {
  readonly arn: string;
  readonly usage: KeyUsageType | undefined;
  readonly onDone: () => void;
  readonly onDismiss: () => void;
}

export function CreateGrant({ arn, usage, onDone, onDismiss }: CreateGrantProps) {
  const [name, setName] = useState("");
  const [grantee, setGrantee] = useState("");
  const [retiring, setRetiring] = useState("");
  const [operations, setOperations] = useState<readonly string[]>([]);
  const [match, setMatch] = useState("EncryptionContextSubset");
  const [pairs, setPairs] = useState<readonly Row[]>([]);
  const task = useTask(
    (connection) => {
      const context = Object.fromEntries(pairs.filter((pair) => pair.name !== "").map((pair) => [pair.name, pair.value]));
      return kms(connection).send(
        new CreateGrantCommand({
          KeyId: arn,
          GranteePrincipal: grantee.trim(),
          Operations: operations as GrantOperation[],
          ...(name.trim() === "" ? {} : { Name: name.trim() }),
          ...(retiring.trim() === "" ? {} : { RetiringPrincipal: retiring.trim() }),
          ...(Object.keys(context).length === 0 ? {} : { Constraints: { [match]: context } }),
        }),
      );
    },
    "The grant was created.",
    onDone,
  );
  const options = [...(BY_USAGE[usage ?? ""] ?? []), ...ALWAYS].map((value) => ({ value, label: value }));
  return (
    <ConfirmModal
      header="Create grant"
      confirm="Create grant"
      busy={task.busy}
      failure={task.failure}
      onConfirm={task.run}
      onDismiss={onDismiss}
    >
      <SpaceBetween size="m">
        <FormField label="Grantee principal" description="ARN of the user or role that may use the key.">
          <Input
            value={grantee}
            placeholder="arn:aws:iam::111122223333:role/name"
            spellcheck={false}
            onChange={({ detail }) => {
              setGrantee(detail.value);
            }}
          />
        </FormField>
        <FormField label="Operations">
          <Multiselect
            options={options}
            selectedOptions={options.filter(({ value }) => operations.includes(value))}
            placeholder="Choose operations"
            onChange={({ detail }) => {
              setOperations(detail.selectedOptions.map(({ value = "" }) => value));
            }}
          />
        </FormField>
        <FormField label="Name - optional" description="The same grant with the same name is made only once.">
          <Input
            value={name}
            onChange={({ detail }) => {
              setName(detail.value);
            }}
          />
        </FormField>
        <FormField label="Retiring principal - optional">
          <Input
            value={retiring}
            spellcheck={false}
            onChange={({ detail }) => {
              setRetiring(detail.value);
            }}
          />
        </FormField>
        {usage === "ENCRYPT_DECRYPT" && (
          <FormField label="Encryption context - optional" description="The grant counts only for calls with this encryption context.">
            <SpaceBetween size="xs">
              {pairs.length > 0 && (
                <RadioGroup
                  value={match}
                  items={[
                    { value: "EncryptionContextSubset", label: "At least these pairs" },
                    { value: "EncryptionContextEquals", label: "Exactly these pairs" },
                  ]}
                  onChange={({ detail }) => {
                    setMatch(detail.value);
                  }}
                />
              )}
              <Rows rows={pairs} onChange={setPairs} names="Name" values="Value" add="Add pair" max={MAX_PAIRS} />
            </SpaceBetween>
          </FormField>
        )}
      </SpaceBetween>
    </ConfirmModal>
  );
}
