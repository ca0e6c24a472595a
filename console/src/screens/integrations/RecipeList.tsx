import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";

import { FailureAlert } from "../../remote/FailureAlert";
import type { Remote } from "../../remote/useRemote";
import { LinkTo } from "../../ui/LinkTo";
import { When } from "../../ui/When";
import { path } from "../paths";
import { RECIPES, type Recipe } from "./recipes";
import { LOOKED_AT, type Seen } from "./seen";

export interface RecipeListProps {
  readonly seen: Remote<Seen>;
  readonly keyGiven: string;
}

export function RecipeList({ seen, keyGiven }: RecipeListProps) {
  return (
    <SpaceBetween size="m">
      {seen.status === "failed" && <FailureAlert failure={seen.failure} retry={seen.reload} header="Which of them call cannot be told" />}
      <Table<Recipe>
        items={RECIPES}
        trackBy="id"
        ariaLabels={{ tableLabel: "Integrations" }}
        columnDefinitions={[
          {
            id: "title",
            header: "Program",
            isRowHeader: true,
            cell: ({ id, title }) => <LinkTo to={path("integrations", { name: id }, { key: keyGiven })}>{title}</LinkTo>,
          },
          { id: "about", header: "What for", cell: ({ about }) => about },
          { id: "seen", header: "Seen", cell: (recipe) => <Light recipe={recipe} seen={seen} /> },
        ]}
      />
    </SpaceBetween>
  );
}

/** Whether a program has called, and when; leads to its calls where the audit can be asked for them. */
function Light({ recipe: { id, mark }, seen }: { readonly recipe: Recipe; readonly seen: Remote<Seen> }) {
  if (seen.last === undefined) return seen.status === "failed" ? "-" : <StatusIndicator type="loading">Looking</StatusIndicator>;
  if (mark === undefined) return <StatusIndicator type="info">Not told from other programs</StatusIndicator>;
  const at = seen.last[id];
  const byContext = "context" in mark;
  if (at === undefined) return <StatusIndicator type="stopped">{byContext ? "Not yet" : `Not among the last ${LOOKED_AT} calls`}</StatusIndicator>;
  const when = <When at={at} />;
  return (
    <StatusIndicator type="success">
      {byContext ? <LinkTo to={path("audit", {}, { context: mark.context })}>{when}</LinkTo> : when}
    </StatusIndicator>
  );
}
