import type { KeyMetadata } from "@aws-sdk/client-kms";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";

import { keyTypeText, originText, usageText } from "../../ui/key-words";
import { When } from "../../ui/When";
import type { TabProps } from "./tab";

export default function CryptographyTab({ of: key }: TabProps) {
  const algorithms = algorithmsOf(key);
  return (
    <Container header={<Header variant="h2">Cryptographic configuration</Header>}>
      <KeyValuePairs
        columns={3}
        items={[
          { label: "Key type", value: keyTypeText(key.KeySpec) },
          { label: "Origin", value: originText(key.Origin) },
          { label: "Key spec", value: key.KeySpec ?? "-" },
          { label: "Key usage", value: usageText(key.KeyUsage) },
          {
            label: algorithms.label,
            value: algorithms.names.map((name) => <div key={name}>{name}</div>),
          },
          ...(key.CurrentKeyMaterialId === undefined ? [] : [{ label: "Current key material ID", value: key.CurrentKeyMaterialId }]),
          ...(key.CustomKeyStoreId === undefined ? [] : [{ label: "Custom key store ID", value: key.CustomKeyStoreId }]),
          ...(key.XksKeyConfiguration?.Id === undefined ? [] : [{ label: "External key ID", value: key.XksKeyConfiguration.Id }]),
          ...(key.Origin === "EXTERNAL" ? [{ label: "Key material expires", value: <When at={key.ValidTo} never="Never" /> }] : []),
        ]}
      />
    </Container>
  );
}

function algorithmsOf(key: KeyMetadata): { readonly label: string; readonly names: readonly string[] } {
  const kinds: readonly (readonly [string, readonly string[] | undefined])[] = [
    ["Signing algorithms", key.SigningAlgorithms],
    ["MAC algorithms", key.MacAlgorithms],
    ["Key agreement algorithms", key.KeyAgreementAlgorithms],
    ["Encapsulation algorithms", key.EncapsulationAlgorithms],
    ["Encryption algorithms", key.EncryptionAlgorithms],
  ];
  const [label, names = []] = kinds.find(([, found]) => found !== undefined && found.length > 0) ?? ["Algorithms"];
  return { label, names };
}
