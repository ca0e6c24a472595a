/** One audit record, whole, and the ways on from it. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { Code } from "../../ui/Code";
import { LinkTo } from "../../ui/LinkTo";
import { path } from "../paths";
import { word } from "./filters";
import { indented, type Row } from "./record";

/** What policies decide of: all calls but a sign-in, and what the server did by itself. */
const EXPLAINED = ["kms.amazonaws.com", "iam.amazonaws.com", "sts.amazonaws.com", "cloudtrail.amazonaws.com", "strongroom.amazonaws.com"];

export function RecordModal({ row, onDismiss }: { readonly row: Row; readonly onDismiss: () => void }) {
  return (
    <Modal
      visible
      size="large"
      header={`Record of ${row.name}`}
      onDismiss={onDismiss}
      footer={
        <Box float="right">
          <Button onClick={onDismiss}>Close</Button>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <SpaceBetween direction="horizontal" size="l">
          {EXPLAINED.includes(row.source) && row.requestId !== "" && <LinkTo to={path("access", {}, { request: row.requestId })}>Explain this decision</LinkTo>}
          {row.requestId !== "" && <LinkTo to={path("audit", {}, { requestId: row.requestId, span: "400d" })}>All records of this request</LinkTo>}
          {row.caller !== "" && <LinkTo to={path("audit", {}, { principals: word(row.callerArn || row.caller) })}>What else this principal did</LinkTo>}
        </SpaceBetween>
        <Code label="Record" text={indented(row.text)} />
      </SpaceBetween>
    </Modal>
  );
}
