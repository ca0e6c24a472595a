import { path } from "../screens/paths";
import { Foreign } from "./Foreign";
import { LinkTo } from "./LinkTo";

export interface KeyLinkProps {
  readonly keyId: string;
  /** With or without `alias/` before it. */
  readonly alias?: string | undefined;
}

/** A key by the name that people know it by, and the way to it. */
export function KeyLink({ keyId, alias }: KeyLinkProps) {
  const name = alias?.replace(/^alias\//, "") ?? keyId;
  return (
    <LinkTo to={path("key", { keyId })}>
      <Foreign text={name} />
    </LinkTo>
  );
}
