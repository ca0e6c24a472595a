/** How many keys there are, of which state and which kind; each number leads to the list of them. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useHref, useNavigate } from "react-router";

import type { GetKeySummaryResponse, NamedCount } from "../../api/strongroom-types";
import { Empty, Loaded } from "../../remote/Loaded";
import type { Remote } from "../../remote/useRemote";
import { Figure } from "../../ui/Figure";
import { count } from "../../ui/format";
import { keyStateText } from "../../ui/KeyStateIndicator";
import { LinkTo } from "../../ui/LinkTo";
import { path } from "../paths";
import { countOf } from "./counts";

const ALWAYS_SHOWN = ["Enabled", "Disabled", "PendingDeletion", "PendingImport"];

export function KeyCounts({ summary }: { readonly summary: Remote<GetKeySummaryResponse> }) {
  const create = path("createKey", {});
  const navigate = useNavigate();
  const href = useHref(create);
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <Button
              variant="primary"
              href={href}
              onFollow={(event) => {
                event.preventDefault();
                void navigate(create);
              }}
            >
              Create key
            </Button>
          }
        >
          Keys
        </Header>
      }
    >
      <Loaded of={summary} isEmpty={({ Total }) => Total === 0} empty="There are no keys in this account and Region yet.">
        {(counts) => (
          <SpaceBetween size="l">
            <ColumnLayout columns={4} variant="text-grid" minColumnWidth={140}>
              <Figure label="Customer managed" value={count(countOf(counts.ByManager, "CUSTOMER"))} to={path("keys", {})} />
              <Figure label="AWS managed" value={count(countOf(counts.ByManager, "AWS"))} to={path("awsKeys", {})} />
              {states(counts.ByState).map((state) => (
                <Figure
                  key={state}
                  label={keyStateText(state)}
                  value={count(countOf(counts.ByState, state))}
                  to={path("keys", {}, { states: state })}
                />
              ))}
            </ColumnLayout>
            <ColumnLayout columns={3} minColumnWidth={200}>
              <Kinds title="By key spec" counts={counts.BySpec} filter="specs" />
              <Kinds title="By key usage" counts={counts.ByUsage} filter="usages" />
              <Kinds title="By origin" counts={counts.ByOrigin} filter="origins" />
            </ColumnLayout>
          </SpaceBetween>
        )}
      </Loaded>
    </Container>
  );
}

function states(counts: readonly NamedCount[] = []): readonly string[] {
  const others = counts.filter(({ Count = 0 }) => Count > 0).flatMap(({ Name }) => (Name === undefined ? [] : [Name]));
  return [...new Set([...ALWAYS_SHOWN, ...others])];
}

interface KindsProps {
  readonly title: string;
  readonly counts: readonly NamedCount[] | undefined;
  readonly filter: string;
}

function Kinds({ title, counts = [], filter }: KindsProps) {
  const present = counts.filter(({ Count = 0 }) => Count > 0).toSorted((a, b) => (b.Count ?? 0) - (a.Count ?? 0));
  return (
    <div>
      <Box variant="awsui-key-label">{title}</Box>
      {present.length === 0 && <Empty>-</Empty>}
      {present.map(({ Name = "", Count }) => (
        <div key={Name}>
          <LinkTo to={path("keys", {}, { [filter]: Name })}>{Name}</LinkTo> {count(Count)}
        </div>
      ))}
    </div>
  );
}
