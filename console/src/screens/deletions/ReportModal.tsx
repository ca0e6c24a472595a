/** The use report: what breaks when the key is gone. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";

import { strongroom } from "../../api/strongroom";
import type { GetKeyReportResponse, UseCount } from "../../api/strongroom-types";
import { Empty, Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { Foreign } from "../../ui/Foreign";
import { LinkTo } from "../../ui/LinkTo";
import { When } from "../../ui/When";
import { path } from "../paths";

export function ReportModal({ keyId, onDismiss }: { readonly keyId: string; readonly onDismiss: () => void }) {
  const report = useRemote(["key report", keyId], (connection, signal) => strongroom(connection, "GetKeyReport", { KeyId: keyId }, signal));
  return (
    <Modal
      visible
      size="large"
      header="Who used this key"
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <Button onClick={onDismiss}>Close</Button>
        </Box>
      }
    >
      <Loaded of={report} loading="Counting calls">
        {(found) => <Report report={found} keyId={keyId} />}
      </Loaded>
    </Modal>
  );
}

function Report({ report, keyId }: { readonly report: GetKeyReportResponse; readonly keyId: string }) {
  const { LastUsed, Aliases = [], Grants = [], GrantsTotal = 0, Answered = 0, Refused = 0, CountedSince, CiphertextsMade = 0, CiphertextsOpened = 0 } = report;
  return (
    <SpaceBetween size="l">
      <KeyValuePairs
        columns={4}
        items={[
          { label: "Last used", value: LastUsed?.Time === undefined ? "never" : <><When at={LastUsed.Time} /> ({LastUsed.Operation})</> },
          { label: "Calls answered", value: Answered },
          { label: "Calls refused", value: Refused },
          { label: "Counted since", value: <When at={CountedSince} never="the beginning" /> },
          { label: "Ciphertexts made", value: CiphertextsMade },
          { label: "Ciphertexts opened", value: CiphertextsOpened },
          { label: "Grants", value: GrantsTotal },
          { label: "Aliases", value: Aliases.length === 0 ? "-" : <Foreign text={Aliases.join(", ")} /> },
        ]}
      />
      <Uses title="Principals" uses={report.ByPrincipal ?? []} />
      <Uses title="Operations" uses={report.ByOperation ?? []} />
      {Grants.length > 0 && (
        <div>
          Grants to: <Foreign text={Grants.map(({ GranteePrincipal = "" }) => GranteePrincipal).join(", ")} />
        </div>
      )}
      <LinkTo to={path("audit", {}, { keys: keyId, span: "90d" })}>Its calls in the audit</LinkTo>
    </SpaceBetween>
  );
}

function Uses({ title, uses }: { readonly title: string; readonly uses: readonly UseCount[] }) {
  return (
    <Table<UseCount>
      variant="embedded"
      contentDensity="compact"
      items={uses}
      columnDefinitions={[
        { id: "name", header: title, isRowHeader: true, cell: ({ Name = "" }) => <Foreign text={Name} /> },
        { id: "calls", header: "Calls", cell: ({ Calls = 0 }) => Calls },
        { id: "refused", header: "Refused", cell: ({ Refused = 0 }) => Refused },
        { id: "last", header: "Last used", cell: ({ LastUsed }) => <When at={LastUsed} /> },
      ]}
      ariaLabels={{ tableLabel: title }}
      empty={<Empty>None.</Empty>}
    />
  );
}
