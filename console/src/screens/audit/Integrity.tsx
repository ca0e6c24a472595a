/** Whether the records can be trusted, and whether all of them are found: in one line. */

import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";

import { strongroom } from "../../api/strongroom";
import type { IndexLag } from "../../api/strongroom-types";
import { useRemote } from "../../remote/useRemote";
import { Foreign } from "../../ui/Foreign";
import { integrityOf } from "../../ui/integrity";
import { When } from "../../ui/When";

export function Integrity({ lag }: { readonly lag: IndexLag | undefined }) {
  const status = useRemote(["integrity"], (connection, signal) => strongroom(connection, "GetServerStatus", {}, signal));
  const integrity = status.last?.Integrity ?? {};
  const { VerifiedAt, Text = "" } = integrity;
  const { type, text } = integrityOf(integrity);
  return (
    <SpaceBetween direction="horizontal" size="l">
      {status.status === "loaded" && (
        <StatusIndicator type={type}>
          Integrity: {text}
          {VerifiedAt !== undefined && <> (<When at={VerifiedAt} />)</>}. <Foreign text={Text} />
        </StatusIndicator>
      )}
      {lag?.Usable === false && (
        <StatusIndicator type="warning">
          The index cannot be used, so searching reads the journal itself and is slower. <Foreign text={lag.Problem ?? ""} />
        </StatusIndicator>
      )}
    </SpaceBetween>
  );
}
