import Badge from "@cloudscape-design/components/badge";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { TableProps } from "@cloudscape-design/components/table";

import type { FoundKey } from "../../api/strongroom-types";
import { Foreign } from "../../ui/Foreign";
import { KeyLink } from "../../ui/KeyLink";
import { KeyStateIndicator } from "../../ui/KeyStateIndicator";
import { keyTypeText, originText, regionalityText, shortAlias, usageText } from "../../ui/key-words";
import { When } from "../../ui/When";
import { Spark } from "./Spark";
import { SPARK_DAYS, type Sparks } from "./sparks";

const ROTATIONS: Readonly<Record<string, string>> = { true: "On", false: "Off" };

export function nameOf({ Aliases: [first] = [], KeyMetadata: key }: FoundKey): string {
  return first === undefined ? (key?.KeyId ?? "") : shortAlias(first);
}

function AliasCell({ of: { Aliases: aliases = [], KeyMetadata: key } }: { readonly of: FoundKey }) {
  const [first, ...others] = aliases;
  if (first === undefined) return "-";
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      <KeyLink keyId={key?.KeyId ?? ""} alias={first} />
      {others.length > 0 && <Badge>{`+${others.length}`}</Badge>}
    </SpaceBetween>
  );
}

function TagsCell({ tags = [] }: { readonly tags: FoundKey["Tags"] }) {
  if (tags.length === 0) return "-";
  return <Foreign text={tags.map(({ TagKey, TagValue }) => (TagValue === "" ? TagKey : `${TagKey}: ${TagValue}`)).join(", ")} />;
}

/** `id` is what preferences keep; `sortingField` is what SearchKeys sorts by. */
export function columns(sparks?: Sparks, problem?: string): (TableProps.ColumnDefinition<FoundKey> & { readonly id: string })[] {
  return [
    { id: "alias", header: "Aliases", width: 140, sortingField: "ALIAS", cell: (key) => <AliasCell of={key} />, isRowHeader: true },
    { id: "id", header: "Key ID", width: 110, cell: ({ KeyMetadata: key }) => <KeyLink keyId={key?.KeyId ?? ""} /> },
    {
      id: "state",
      header: "Status",
      width: 150,
      sortingField: "STATE",
      cell: ({ KeyMetadata: key }) => <KeyStateIndicator state={key?.KeyState} />,
    },
    { id: "type", header: "Key type", cell: ({ KeyMetadata: key }) => keyTypeText(key?.KeySpec) },
    { id: "spec", header: "Key spec", width: 185, sortingField: "SPEC", cell: ({ KeyMetadata: key }) => key?.KeySpec ?? "-" },
    { id: "usage", header: "Key usage", width: 160, cell: ({ KeyMetadata: key }) => usageText(key?.KeyUsage) },
    { id: "lastUsed", header: "Last used", width: 125, sortingField: "LAST_USED", cell: ({ LastUsed: last }) => <LastUsed last={last} /> },
    {
      id: "use",
      header: `Use, ${SPARK_DAYS} days`,
      width: 135,
      cell: ({ KeyMetadata: key }) => <Spark counts={sparks?.[key?.KeyId ?? ""]} problem={problem} />,
    },
    {
      id: "created",
      header: "Creation date",
      width: 165,
      sortingField: "CREATED",
      cell: ({ KeyMetadata: key }) => <When at={key?.CreationDate} />,
    },
    { id: "description", header: "Description", cell: ({ KeyMetadata: key }) => <Foreign text={key?.Description ?? ""} />, maxWidth: 320 },
    { id: "origin", header: "Origin", cell: ({ KeyMetadata: key }) => originText(key?.Origin) },
    {
      id: "regionality",
      header: "Regionality",
      cell: ({ KeyMetadata: key }) => regionalityText(key?.MultiRegion, key?.MultiRegionConfiguration?.MultiRegionKeyType),
    },
    { id: "rotation", header: "Automatic rotation", cell: ({ RotationEnabled: on }) => ROTATIONS[String(on)] ?? "-" },
    { id: "nextRotation", header: "Next rotation", cell: ({ NextRotation: at }) => <When at={at} /> },
    { id: "deletion", header: "Deletion date", cell: ({ KeyMetadata: key }) => <When at={key?.DeletionDate} /> },
    { id: "tags", header: "Tags", cell: ({ Tags: tags }) => <TagsCell tags={tags} />, maxWidth: 320 },
  ];
}

function LastUsed({ last }: { readonly last: FoundKey["LastUsed"] }) {
  if (last?.Time === undefined) return "-";
  return (
    <span title={last.Operation}>
      <When at={last.Time} dateOnly />
    </span>
  );
}

const SHOWN = ["alias", "id", "state", "spec", "usage", "lastUsed", "use"];
/** Of AWS managed keys these say nothing. */
export const CUSTOMER_ONLY: readonly string[] = ["usage", "origin", "regionality", "deletion", "tags"];

export function shownAtFirst(ids: readonly string[]): readonly { readonly id: string; readonly visible: boolean }[] {
  return ids.map((id) => ({ id, visible: SHOWN.includes(id) }));
}
