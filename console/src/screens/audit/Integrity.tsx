/** Whether the records can be trusted, and whether all of them are found: in one line. */

import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";

import { strongroom } from "../../api/strongroom";
import type { IndexLag } from "../../api/strongroom-types";
import { useRemote } from "../../remote/useRemote";
import { Foreign } from "../../ui/Foreign";
import { When } from "../../ui/When";

const GOOD = new Set(["VERIFIED", "INTACT", "OK"]);
const BAD = new Set(["BROKEN", "FAILED", "DAMAGED"]);

export function Integrity({ lag }: { readonly lag: IndexLag | undefined }) {
  const status = useRemote(["integrity"], (connection, signal) => strongroom(connection, "GetServerStatus", {}, signal));
  const { State = "UNKNOWN", VerifiedAt, Text = "" } = status.last?.Integrity ?? {};
  return (
    <SpaceBetween direction="horizontal" size="l">
      {status.status === "loaded" && (
        <StatusIndicator type={GOOD.has(State) ? "success" : BAD.has(State) ? "error" : "info"}>
          {State === "UNKNOWN" ? "Integrity not checked by the server" : `Integrity: ${State}`}
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
