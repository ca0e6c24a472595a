/** Identities: who there is, what they may, and what they sign in with. */

import Tabs from "@cloudscape-design/components/tabs";
import { useNavigate } from "react-router";

import { Page } from "../../app/Page";
import { path } from "../paths";
import { usePathParams } from "../usePathParams";
import { OwnerDetail } from "./OwnerDetail";
import { OwnerList } from "./OwnerList";
import { OWNERS, type OwnerKind } from "./owners";
import { PolicyDetail } from "./PolicyDetail";
import { PolicyList } from "./PolicyList";
import { Services } from "./Services";

const TABS = [
  { id: "users", label: "Users" },
  { id: "groups", label: "Groups" },
  { id: "roles", label: "Roles" },
  { id: "policies", label: "Policies" },
  { id: "services", label: "Services" },
] as const;

export default function Identities() {
  const { kind: given, name } = usePathParams<"identities">();
  const navigate = useNavigate();
  const kind = TABS.find(({ id }) => id === given)?.id ?? "users";
  if (name !== undefined && isOwner(kind)) return <OwnerDetail key={`${kind} ${name}`} kind={kind} name={name} />;
  if (name !== undefined && kind === "policies") return <PolicyDetail key={name} arn={name} />;
  return (
    <Page screen="identities" description="Users, groups and roles of this account, their policies and access keys.">
      <Tabs
        ariaLabel="Kinds of identities"
        activeTabId={kind}
        onChange={({ detail }) => { void navigate(path("identities", { kind: detail.activeTabId })); }}
        tabs={TABS.map((tab) => ({ ...tab, content: tab.id === kind ? <Content kind={kind} /> : null }))}
      />
    </Page>
  );
}

type Kind = (typeof TABS)[number]["id"];

function Content({ kind }: { readonly kind: Kind }) {
  if (isOwner(kind)) return <OwnerList key={kind} kind={kind} />;
  return kind === "policies" ? <PolicyList /> : <Services />;
}

function isOwner(kind: Kind): kind is OwnerKind {
  return kind in OWNERS;
}
