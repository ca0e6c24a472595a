import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { useState } from "react";

import { Code } from "../../ui/Code";
import { Foreign } from "../../ui/Foreign";
import { textIn, toBase64 } from "./bytes";

/** Bytes in Base64, under their name. */
export function BytesResult({ label, bytes }: { readonly label: string; readonly bytes: Uint8Array }) {
  return (
    <SpaceBetween size="xxs">
      <Box variant="awsui-key-label">
        {label} ({bytes.length} bytes, Base64)
      </Box>
      <Code label={label} text={toBase64(bytes)} wrap />
    </SpaceBetween>
  );
}

/** A plaintext: as text where it is one. */
export function PlaintextResult({ bytes }: { readonly bytes: Uint8Array }) {
  const text = textIn(bytes);
  return (
    <SpaceBetween size="m">
      {text !== undefined && (
        <SpaceBetween size="xxs">
          <Box variant="awsui-key-label">Plaintext</Box>
          <Code label="Plaintext" text={text} wrap />
        </SpaceBetween>
      )}
      <BytesResult label="Plaintext bytes" bytes={bytes} />
    </SpaceBetween>
  );
}

/** Bytes that nobody should see over a shoulder. */
export function HiddenResult({ label, bytes }: { readonly label: string; readonly bytes: Uint8Array }) {
  const [shown, setShown] = useState(false);
  return (
    <SpaceBetween size="xs">
      <Toggle
        checked={shown}
        onChange={({ detail }) => {
          setShown(detail.checked);
        }}
      >
        Show {label.toLowerCase()}
      </Toggle>
      {shown && <BytesResult label={label} bytes={bytes} />}
    </SpaceBetween>
  );
}

export function Facts({ facts }: { readonly facts: Readonly<Record<string, string | undefined>> }) {
  return (
    <SpaceBetween size="xs">
      {Object.entries(facts).map(([label, value]) =>
        value === undefined ? null : (
          <div key={label}>
            <Box variant="awsui-key-label">{label}</Box>
            <Foreign text={value} />
          </div>
        ),
      )}
    </SpaceBetween>
  );
}
