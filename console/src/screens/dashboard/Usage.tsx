import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import { lazy, Suspense, useState } from "react";

import { strongroom } from "../../api/strongroom";
import type { UsageGroup } from "../../api/strongroom-types";
import { Loaded } from "../../remote/Loaded";
import { Loading } from "../../remote/Loading";
import { useRemote } from "../../remote/useRemote";

const UsageChart = lazy(() => import("../../ui/UsageChart").then((module) => ({ default: module.UsageChart })));

const DAY = 86_400;
const DAYS = 14;
const GROUPS: readonly { readonly id: UsageGroup; readonly text: string }[] = [
  { id: "OPERATION", text: "By operation" },
  { id: "KEY", text: "By key" },
  { id: "PRINCIPAL", text: "By caller" },
];

/** What the keys of this account and Region were used for. */
export function Usage({ now }: { readonly now: Date }) {
  const [group, setGroup] = useState<UsageGroup>("OPERATION");
  const to = Math.ceil(now.getTime() / 1000 / DAY) * DAY;
  const from = to - DAYS * DAY;
  const usage = useRemote(["usage", group, now], (connection, signal) =>
    strongroom(connection, "GetUsage", { StartTime: from, EndTime: to, GroupBy: group }, signal),
  );
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={`Last ${DAYS} days.`}
          actions={
            <SegmentedControl
              label="Group use by"
              selectedId={group}
              options={GROUPS}
              onChange={({ detail }) => {
                setGroup(detail.selectedId as UsageGroup);
              }}
            />
          }
        >
          Use of keys
        </Header>
      }
    >
      <Loaded of={usage} isEmpty={({ Series = [] }) => Series.length === 0} empty="No key was used.">
        {({ Series = [], PeriodSeconds = DAY }) => (
          <Suspense fallback={<Loading />}>
            <UsageChart
              series={Series}
              label="Use of keys over time"
              from={new Date(from * 1000)}
              to={new Date((to - 1) * 1000)}
              step={PeriodSeconds}
            />
          </Suspense>
        )}
      </Loaded>
    </Container>
  );
}
