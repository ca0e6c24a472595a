import Button from "@cloudscape-design/components/button";
import Tabs from "@cloudscape-design/components/tabs";
import { useState, type ReactNode } from "react";
import { useNavigate } from "react-router";

import type { GetServerStatusResponse } from "../../api/strongroom-types";
import { Page } from "../../app/Page";
import { Loaded } from "../../remote/Loaded";
import { useServerStatus } from "../../remote/useServerStatus";
import { path } from "../paths";
import { usePathParams } from "../usePathParams";
import { General } from "./General";
import { Jobs } from "./Jobs";
import { Quotas } from "./Quotas";
import { Storage } from "./Storage";
import { Tls } from "./Tls";

type Part = (status: GetServerStatusResponse, now: Date) => ReactNode;

const PARTS: Readonly<Record<string, { readonly label: string; readonly show: Part }>> = {
  general: { label: "General", show: (status) => <General status={status} /> },
  tls: { label: "TLS", show: (status, now) => <Tls status={status} now={now} /> },
  jobs: { label: "Jobs", show: (status) => <Jobs status={status} /> },
  quotas: { label: "Quotas", show: (status) => <Quotas status={status} /> },
  storage: { label: "Storage and audit", show: (status) => <Storage status={status} /> },
};

export default function Settings() {
  const [now, setNow] = useState(() => new Date());
  const status = useServerStatus(now.getTime());
  const { tab = "general" } = usePathParams<"settings">();
  const navigate = useNavigate();
  return (
    <Page
      screen="settings"
      description="How the server stands. What is set here is set where it is started: strongroom serve --help lists it."
      actions={
        <Button
          iconName="refresh"
          ariaLabel="Refresh"
          loading={status.busy}
          onClick={() => {
            setNow(new Date());
          }}
        />
      }
    >
      <Tabs
        ariaLabel="Settings"
        activeTabId={tab in PARTS ? tab : "general"}
        onChange={({ detail }) => {
          void navigate(path("settings", { tab: detail.activeTabId }));
        }}
        tabs={Object.entries(PARTS).map(([id, { label, show }]) => ({
          id,
          label,
          content: <Loaded of={status}>{(value) => show(value, now)}</Loaded>,
        }))}
      />
    </Page>
  );
}
