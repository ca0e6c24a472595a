/** One user, group, role or managed policy. */

import { NoSuchPage } from "../../app/NoSuchPage";
import { usePathParams } from "../usePathParams";
import { OwnerDetail } from "./OwnerDetail";
import { isOwner } from "./owners";
import { PolicyDetail } from "./PolicyDetail";

export default function Identity() {
  const { kind, name } = usePathParams<"identity">();
  if (isOwner(kind)) return <OwnerDetail key={`${kind} ${name}`} kind={kind} name={name} />;
  if (kind === "policies") return <PolicyDetail key={name} arn={name} />;
  return <NoSuchPage />;
}
