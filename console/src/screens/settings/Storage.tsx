import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";

import type { GetServerStatusResponse, IndexLag, IntegrityStatus } from "../../api/strongroom-types";
import { Foreign } from "../../ui/Foreign";
import { bytes } from "../../ui/format";
import { When } from "../../ui/When";
import { integrityOf } from "../../ui/integrity";

const LITTLE_BYTES = 1024 ** 3;

export function Storage({ status }: { readonly status: GetServerStatusResponse }) {
  const { Storage: { DatabaseBytes, JournalBytes, IndexBytes, FreeBytes } = {}, Index = {}, Integrity = {} } = status;
  return (
    <SpaceBetween size="l">
      {FreeBytes !== undefined && FreeBytes < LITTLE_BYTES && (
        <Alert type="warning" header="Little room is left">
          When the audit journal cannot be written any more, every request is refused. serve --help names what compresses and retires it.
        </Alert>
      )}
      <KeyValuePairs
        columns={4}
        items={[
          { label: "Database", value: bytes(DatabaseBytes) },
          { label: "Audit journal", value: bytes(JournalBytes) },
          { label: "Audit index", value: bytes(IndexBytes) },
          { label: "Free on this disk", value: bytes(FreeBytes) },
        ]}
      />
      <KeyValuePairs
        columns={4}
        items={[
          { label: "Journal's integrity", value: <Integral of={Integrity} /> },
          { label: "Verified", value: <When at={Integrity.VerifiedAt} never="not yet" /> },
          { label: "Index", value: <Lag of={Index} /> },
        ]}
      />
    </SpaceBetween>
  );
}

function Integral({ of }: { readonly of: IntegrityStatus }) {
  const { type, text } = integrityOf(of);
  return (
    <>
      <StatusIndicator type={type}>{text}</StatusIndicator>
      {of.Text !== undefined && (
        <Box variant="small" display="block">
          <Foreign text={of.Text} />
        </Box>
      )}
    </>
  );
}

function Lag({ of: { Usable = false, Bytes = 0, Problem } }: { readonly of: IndexLag }) {
  if (!Usable) {
    return (
      <>
        <StatusIndicator type="error">Not usable</StatusIndicator>
        <Box variant="small" display="block">
          <Foreign text={Problem ?? ""} />
        </Box>
      </>
    );
  }
  if (Bytes > 0) return <StatusIndicator type="in-progress">{bytes(Bytes)} behind</StatusIndicator>;
  return <StatusIndicator type="success">Has everything</StatusIndicator>;
}
