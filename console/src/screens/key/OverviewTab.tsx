import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useMemo, useState } from "react";

import { strongroom } from "../../api/strongroom";
import type { GetUsageRequest, UsageGroup, UsageSeries } from "../../api/strongroom-types";
import { Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { pairText } from "../../ui/context";
import { Foreign } from "../../ui/Foreign";
import { count } from "../../ui/format";
import { LinkTo } from "../../ui/LinkTo";
import { UsageChart } from "../../ui/UsageChart";
import { OTHERS } from "../../ui/usage-points";
import { When } from "../../ui/When";
import { path } from "../paths";
import type { TabProps } from "./tab";

const DAY_SECONDS = 86_400;
const GROUPS: readonly { readonly value: UsageGroup; readonly label: string }[] = [
  { value: "OPERATION", label: "By operation" },
  { value: "PRINCIPAL", label: "By caller" },
  { value: "CONTEXT_VALUE", label: "By encryption context" },
];
const PERIODS = [7, 30, 90].map((days) => ({ value: String(days), label: `${days} days` }));

/** How the key was used over time. */
export function OverviewTab({ arn }: TabProps) {
  const [group, setGroup] = useState<UsageGroup>("OPERATION");
  const [days, setDays] = useState("30");
  const [typed, setTyped] = useState("");
  const [name, setName] = useState("");
  const to = useMemo(() => new Date(), []);
  const from = new Date(to.getTime() - (Number(days) - 1) * DAY_SECONDS * 1000);
  const byContext = group === "CONTEXT_VALUE";
  const request: GetUsageRequest | undefined =
    byContext && name === ""
      ? undefined
      : {
          KeyId: arn,
          StartTime: Math.floor(from.getTime() / 1000),
          EndTime: Math.floor(to.getTime() / 1000),
          GroupBy: group,
          ...(byContext ? { ContextName: name } : {}),
        };
  const usage = useRemote(["use", request], (connection, signal) =>
    request === undefined ? Promise.resolve(undefined) : strongroom(connection, "GetUsage", request, signal),
  );
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Calls that were answered, day by day (UTC), from the audit."
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Select
                ariaLabel="Group"
                options={GROUPS}
                selectedOption={GROUPS.find(({ value }) => value === group) ?? null}
                onChange={({ detail }) => {
                  setGroup(detail.selectedOption.value as UsageGroup);
                }}
              />
              <Select
                ariaLabel="Period"
                options={PERIODS}
                selectedOption={PERIODS.find(({ value }) => value === days) ?? null}
                onChange={({ detail }) => {
                  setDays(detail.selectedOption.value ?? "30");
                }}
              />
              <Button iconName="refresh" ariaLabel="Load use anew" loading={usage.busy} onClick={usage.reload} />
            </SpaceBetween>
          }
        >
          Use over time
        </Header>
      }
    >
      <SpaceBetween size="m">
        {byContext && (
          <FormField label="Name in the encryption context" description="Calls are counted by the value that stands under this name.">
            <form
              onSubmit={(event) => {
                event.preventDefault();
                setName(typed.trim());
              }}
            >
              <SpaceBetween direction="horizontal" size="xs">
                <Input
                  value={typed}
                  placeholder="tenant"
                  onChange={({ detail }) => {
                    setTyped(detail.value);
                  }}
                />
                <Button formAction="submit" disabled={typed.trim() === ""}>
                  Show
                </Button>
              </SpaceBetween>
            </form>
          </FormField>
        )}
        <Loaded of={usage}>
          {(found) =>
            found !== undefined && (
              <SpaceBetween size="m">
                <UsageChart
                  series={found.Series ?? []}
                  label="Use of the key over time"
                  from={from}
                  to={to}
                  step={found.PeriodSeconds ?? DAY_SECONDS}
                  height={200}
                />
                {found.Complete === false && (
                  <Box color="text-status-warning">Only the newest of the records were counted: choose a shorter period.</Box>
                )}
                <SeriesTable series={found.Series ?? []} arn={arn} group={group} name={name} days={days} />
              </SpaceBetween>
            )
          }
        </Loaded>
      </SpaceBetween>
    </Container>
  );
}

interface SeriesTableProps {
  readonly series: readonly UsageSeries[];
  readonly arn: string;
  readonly group: UsageGroup;
  readonly name: string;
  readonly days: string;
}

const HEADERS: Readonly<Record<string, string>> = { OPERATION: "Operation", PRINCIPAL: "Caller", CONTEXT_VALUE: "Value" };

function SeriesTable({ series, arn, group, name, days }: SeriesTableProps) {
  if (series.length === 0) return null;
  const search = (of: string): string => {
    const filter =
      group === "OPERATION" ? { eventNames: of } : group === "PRINCIPAL" ? { principals: of } : { context: pairText({ name, value: of }) };
    return path("audit", {}, { keys: arn, span: `${days}d`, ...filter });
  };
  return (
    <Table
      variant="embedded"
      contentDensity="compact"
      wrapLines
      ariaLabels={{ tableLabel: "Use" }}
      items={series}
      columnDefinitions={[
        {
          id: "name",
          header: HEADERS[group],
          isRowHeader: true,
          cell: ({ Name: of }) =>
            of === undefined ? (
              OTHERS
            ) : (
              <LinkTo to={search(of)}>
                <Foreign text={of} />
              </LinkTo>
            ),
        },
        { id: "calls", header: "Calls", cell: ({ Total }) => count(Total) },
        { id: "refused", header: "Refused", cell: ({ Errors }) => count(Errors) },
        { id: "last", header: "Last", cell: ({ LastUsed }) => <When at={LastUsed} /> },
      ]}
    />
  );
}
