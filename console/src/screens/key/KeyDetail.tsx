import { DescribeKeyCommand, ListAliasesCommand, type KeyMetadata } from "@aws-sdk/client-kms";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { lazy, Suspense, type ComponentType } from "react";
import { useNavigate } from "react-router";

import { kms } from "../../api/kms";
import { Page } from "../../app/Page";
import { Loaded } from "../../remote/Loaded";
import { Loading } from "../../remote/Loading";
import { useRemote } from "../../remote/useRemote";
import { shortAlias } from "../../ui/key-words";
import { path } from "../paths";
import { usePathParams } from "../usePathParams";
import { General } from "./General";
import { KeyActions } from "./KeyActions";
import type * as LateTabs from "./tabs";
import { OverviewTab } from "./OverviewTab";
import type { TabProps } from "./tab";

interface Tab {
  readonly id: string;
  readonly label: string;
  readonly Content: ComponentType<TabProps>;
  readonly has?: (key: KeyMetadata) => boolean;
}

const asymmetric = ({ KeySpec: spec }: KeyMetadata): boolean => spec !== "SYMMETRIC_DEFAULT" && spec?.startsWith("HMAC_") !== true;
const customers = ({ KeyManager: manager }: KeyMetadata): boolean => manager === "CUSTOMER";

const late = (name: keyof typeof LateTabs) =>
  lazy(async () => {
    const tabs = await import("./tabs");
    return { default: tabs[name] };
  });

/** Ids stand in addresses: promises. */
const TABS: readonly Tab[] = [
  { id: "overview", label: "Overview", Content: OverviewTab },
  { id: "policy", label: "Key policy", Content: lazy(() => import("./policy/PolicyTab")) },
  { id: "grants", label: "Grants", Content: late("GrantsTab") },
  { id: "cryptography", label: "Cryptographic configuration", Content: late("CryptographyTab") },
  {
    id: "material",
    label: "Key material and rotations",
    Content: late("MaterialTab"),
    has: ({ Origin: origin, KeySpec: spec }) => origin === "EXTERNAL" || (origin === "AWS_KMS" && spec === "SYMMETRIC_DEFAULT"),
  },
  { id: "public-key", label: "Public key", Content: late("PublicKeyTab"), has: asymmetric },
  { id: "aliases", label: "Aliases", Content: late("AliasesTab") },
  { id: "tags", label: "Tags", Content: late("TagsTab") },
  {
    id: "regionality",
    label: "Regionality",
    Content: late("RegionalityTab"),
    has: ({ MultiRegion: multi }) => multi === true,
  },
  { id: "deletion", label: "Deletion", Content: late("DeletionTab"), has: customers },
];

export default function KeyDetail() {
  const { keyId, tab = "overview" } = usePathParams<"key">();
  const navigate = useNavigate();
  const key = useRemote(["key", keyId], async (connection, signal) => {
    const { KeyMetadata: found } = await kms(connection).send(new DescribeKeyCommand({ KeyId: keyId }), { abortSignal: signal });
    return found ?? { KeyId: keyId };
  });
  const arn = key.last?.Arn;
  const aliases = useRemote(["aliases", arn], async (connection, signal) => {
    if (arn === undefined) return [];
    const { Aliases: found = [] } = await kms(connection).send(new ListAliasesCommand({ KeyId: arn }), { abortSignal: signal });
    return found.flatMap(({ AliasName: name }) => (name === undefined ? [] : [name]));
  });
  const [first] = aliases.last ?? [];
  const title = first === undefined ? keyId : shortAlias(first);
  const reload = (): void => {
    key.reload();
    aliases.reload();
  };
  return (
    <Page
      screen="key"
      title={title}
      actions={key.last !== undefined && key.status !== "failed" && <KeyActions of={key.last} name={title} reload={reload} />}
    >
      <Loaded of={key} loading="Loading the key">
        {(found) => {
          const tabs = TABS.filter(({ has }) => has?.(found) ?? true);
          const active = tabs.find(({ id }) => id === tab)?.id ?? "overview";
          const props: TabProps = { of: found, arn: found.Arn ?? found.KeyId ?? keyId, changeable: customers(found), reload };
          return (
            <SpaceBetween size="l">
              <General of={found} aliases={aliases} changeable={props.changeable} reload={key.reload} />
              <Tabs
                ariaLabel="Key details"
                activeTabId={active}
                keyboardActivationMode="manual"
                onChange={({ detail }) => {
                  void navigate(path("key", { keyId, tab: detail.activeTabId }), { replace: true, preventScrollReset: true });
                }}
                tabs={tabs.map(({ id, label, Content }) => ({
                  id,
                  label,
                  content: id === active && (
                    <Suspense fallback={<Loading />}>
                      <Content {...props} />
                    </Suspense>
                  ),
                }))}
              />
            </SpaceBetween>
          );
        }}
      </Loaded>
    </Page>
  );
}
