/** Identities: who there is, what they may, and what they sign in with. */

import Tabs from "@cloudscape-design/components/tabs";
import { useNavigate } from "react-router";

import { Page } from "../../app/Page";
import { path } from "../paths";
import { usePathParams } from "../usePathParams";
import { OwnerList } from "./OwnerList";
import { isOwner } from "./owners";
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
  const { kind: given } = usePathParams<"identities">();
  const navigate = useNavigate();
  const kind = TABS.find(({ id }) => id === given)?.id ?? "users";
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
