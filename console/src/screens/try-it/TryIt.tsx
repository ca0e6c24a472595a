/**
 * Try it: cryptographic operations by hand. INVARIANT: the address has the tab and the key; what is encrypted, decrypted and
 * signed is in memory only and goes with the page.
 */

import Container from "@cloudscape-design/components/container";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
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
const CONTENTS: Readonly<Record<TryTab, (props: TabProps) => React.ReactNode>> = {
  encrypt: (props) => <EncryptTab {...props} />,
  decrypt: (props) => <DecryptTab {...props} />,
  "re-encrypt": (props) => <ReEncryptTab {...props} />,
  "data-key": (props) => <DataKeyTab {...props} />,
  sign: (props) => <SignTab {...props} />,
  verify: (props) => <VerifyTab {...props} />,
  mac: (props) => <MacTab {...props} />,
  agree: (props) => <AgreeTab {...props} />,
  encapsulate: (props) => <EncapsulateTab {...props} />,
  random: () => <RandomTab />,
};
const TABS = Object.keys(LABELS) as TryTab[];

export default function TryIt() {
  const [search, setSearch] = useSearchParams();
  const [bench, setBench] = useState(EMPTY_BENCH);
  const tab = TABS.find((id) => id === search.get("do")) ?? "encrypt";
  const [keyId, setKeyId] = useState(search.get("key") ?? ""); // the address follows: typing must not wait for it
  const go = (change: Readonly<Record<string, string>>, replace: boolean): void => {
    const next = new URLSearchParams(Object.entries({ do: tab, key: keyId, ...change }).filter(([, value]) => value !== ""));
    setSearch(next, { replace });
  };
  const props: TabProps = {
    keyId,
    bench,
    onKey: (key) => {
      setKeyId(key);
      go({ key }, true);
    },
    onBench: (change: Partial<Bench>) => { setBench((before) => ({ ...before, ...change })); },
    onTab: (chosen, key = keyId) => {
      setKeyId(key);
      go({ do: chosen, key }, false);
    },
  };
  return (
    <Page screen="tryIt" description="Real calls with your permissions: each of them is recorded. What you enter stays in this page.">
      <Container>
        <Tabs
          ariaLabel="Operations"
          activeTabId={tab}
          onChange={({ detail }) => { props.onTab(detail.activeTabId as TryTab); }}
          tabs={TABS.map((id) => ({ id, label: LABELS[id], content: tab === id ? CONTENTS[id](props) : null }))}
        />
      </Container>
    </Page>
  );
}
