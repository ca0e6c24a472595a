/** A failure as every screen shows it: the server's words, what to do, and for a denial the way to its reasons. */

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";

import type { Failure } from "../api/failure";
import { askToSignIn } from "../session/session";
import { path } from "../screens/paths";
import { Foreign } from "../ui/Foreign";
import { LinkTo } from "../ui/LinkTo";

const HEADERS: Partial<Record<Failure["kind"], string>> = {
  denied: "Access denied",
  expired: "Your session is not valid any more",
  "not-built": "Not on this server",
  "not-found": "Not found",
  throttled: "Too many requests",
  unreachable: "No connection",
};

export interface FailureAlertProps {
  readonly failure: Failure;
  readonly retry?: (() => void) | undefined;
  /** What was not done, as in "The key was not created". */
  readonly header?: string;
}

export function FailureAlert({ failure, retry, header }: FailureAlertProps) {
  return (
    <Alert
      type={failure.kind === "not-built" ? "warning" : "error"}
      header={header ?? HEADERS[failure.kind] ?? failure.name}
      action={actionFor(failure, retry)}
    >
      <SpaceBetween size="xs">
        <div>
          <Foreign text={failure.message} />
        </div>
        {failure.advice !== "" && <div>{failure.advice}</div>}
        {retry !== undefined && failure.kind === "unreachable" && <div>This page asks again every few seconds.</div>}
        <Why failure={failure} />
        {failure.kind !== "unreachable" && (
          <Box variant="small">
            {failure.name}
            {failure.requestId !== undefined && `, request id ${failure.requestId}`}
          </Box>
        )}
      </SpaceBetween>
    </Alert>
  );
}

function actionFor(failure: Failure, retry: (() => void) | undefined) {
  if (failure.kind === "expired") {
    return (
      <Button
        onClick={() => {
          askToSignIn(true);
        }}
      >
        Sign in again
      </Button>
    );
  }
  return retry && <Button onClick={retry}>Try again</Button>;
}

function Why({ failure: { denial, requestId } }: { readonly failure: Failure }) {
  if (denial === undefined) return null;
  const { principal, action, resource } = denial;
  return <LinkTo to={path("access", {}, { principal, action, key: resource, request: requestId })}>Explain why</LinkTo>;
}
