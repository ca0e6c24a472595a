/**
 * Try it: cryptographic operations by hand. INVARIANT: the address has the tab and the key; what is encrypted, decrypted and
 * signed is in memory only and goes with the page.
 */

import Container from "@cloudscape-design/components/container";
import Tabs from "@cloudscape-design/components/tabs";
import { useEffect, useRef, useState, type ComponentType } from "react";
import { useSearchParams } from "react-router";

import { Page } from "../../app/Page";
import { AgreeTab } from "./AgreeTab";
import { EMPTY_BENCH, type Bench, type TabProps, type TryTab } from "./bench";
import { DataKeyTab } from "./DataKeyTab";
import { DecryptTab } from "./DecryptTab";
import { EncapsulateTab } from "./EncapsulateTab";
import { EncryptTab } from "./EncryptTab";
import { MacTab } from "./MacTab";
import { RandomTab } from "./RandomTab";
import { ReEncryptTab } from "./ReEncryptTab";
import { SignTab } from "./SignTab";
import { VerifyTab } from "./VerifyTab";

const LABELS: Readonly<Record<TryTab, string>> = {
  encrypt: "Encrypt",
  decrypt: "Decrypt",
  "re-encrypt": "Re-encrypt",
  "data-key": "Data key",
  sign: "Sign",
  verify: "Verify",
  mac: "MAC",
  agree: "Shared secret",
  encapsulate: "Encapsulation",
  random: "Random",
};
const CONTENTS: Readonly<Record<TryTab, ComponentType<TabProps>>> = {
  encrypt: EncryptTab,
  decrypt: DecryptTab,
  "re-encrypt": ReEncryptTab,
  "data-key": DataKeyTab,
  sign: SignTab,
  verify: VerifyTab,
  mac: MacTab,
  agree: AgreeTab,
  encapsulate: EncapsulateTab,
  random: RandomTab,
};
const TABS = Object.keys(LABELS) as TryTab[];

export default function TryIt() {
  const [search, setSearch] = useSearchParams();
  const [bench, setBench] = useState(EMPTY_BENCH);
  const tab = TABS.find((id) => id === search.get("do")) ?? "encrypt";
  const [keyId, setKeyId] = useState(search.get("key") ?? ""); // the address follows: typing must not wait for it
  // What was asked for last: the page shows it a moment later, and what is typed meanwhile must not ask for the tab before.
  const asked = useRef<Readonly<Record<string, string>>>({});
  useEffect(() => {
    asked.current = Object.fromEntries(search);
  }, [search]);
  const go = (change: Readonly<Record<string, string>>, replace: boolean): void => {
    asked.current = { do: tab, ...asked.current, ...change };
    setSearch(new URLSearchParams(Object.entries(asked.current).filter(([, value]) => value !== "")), { replace });
  };
  const Content = CONTENTS[tab];
  const props: TabProps = {
    keyId,
    bench,
    onKey: (key) => {
      setKeyId(key);
      go({ key }, true);
    },
    onBench: (change: Partial<Bench>) => { setBench((before) => ({ ...before, ...change })); },
    onTab: (chosen, key) => {
      if (key !== undefined) setKeyId(key);
      go({ do: chosen, key: key ?? keyId }, false);
    },
  };
  return (
    <Page screen="tryIt" description="Real calls with your permissions: each of them is recorded. What you enter stays in this page.">
      <Container>
        <Tabs
          ariaLabel="Operations"
          activeTabId={tab}
          onChange={({ detail }) => { props.onTab(detail.activeTabId as TryTab); }}
          tabs={TABS.map((id) => ({ id, label: LABELS[id], content: tab === id ? <Content {...props} /> : null }))}
        />
      </Container>
    </Page>
  );
}
