/** All key material that a key has had, the newest first. */

import { ListKeyRotationsCommand, type RotationsListEntry } from "@aws-sdk/client-kms";
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { kms } from "../../api/kms";
import { Loaded } from "../../remote/Loaded";
import { usePages } from "../../remote/usePages";
import { Foreign } from "../../ui/Foreign";
import { When } from "../../ui/When";
import { Pager } from "../../ui/Pager";

import "./timeline.css";

const PER_PAGE = 50;
const STATES: Readonly<Record<string, { readonly text: string; readonly color: "green" | "grey" | "blue" }>> = {
  CURRENT: { text: "Current", color: "green" },
  NON_CURRENT: { text: "Decrypts only", color: "grey" },
  PENDING_ROTATION: { text: "Waits for rotation", color: "blue" },
  PENDING_MULTI_REGION_IMPORT_AND_ROTATION: { text: "Waits for import in other Regions", color: "blue" },
};

export function Timeline({ arn, turn }: { readonly arn: string; readonly turn: number }) {
  const pages = usePages<RotationsListEntry>(["rotations", arn, turn], async (connection, signal, Marker) => {
    const request = {
      KeyId: arn,
      Limit: PER_PAGE,
      IncludeKeyMaterial: "ALL_KEY_MATERIAL" as const,
      ...(Marker === undefined ? {} : { Marker }),
    };
    const { Rotations: items = [], NextMarker: next } = await kms(connection).send(new ListKeyRotationsCommand(request), {
      abortSignal: signal,
    });
    return { items, next };
  });
  return (
    <Container
      header={
        <Header variant="h2" actions={<Pager of={pages} />}>
          Key material
        </Header>
      }
    >
      <Loaded of={pages.page} isEmpty={({ items }) => items.length === 0} empty="This key has no key material yet.">
        {({ items }) => (
          <ol className="timeline" aria-label="Key material">
            {newestFirst(items).map((one) => (
              <li key={one.KeyMaterialId ?? String(one.RotationDate)} className="timeline-item">
                <Entry of={one} />
              </li>
            ))}
          </ol>
        )}
      </Loaded>
    </Container>
  );
}

const ORDER = ["PENDING_MULTI_REGION_IMPORT_AND_ROTATION", "PENDING_ROTATION", "CURRENT"];

export function newestFirst(items: readonly RotationsListEntry[]): readonly RotationsListEntry[] {
  const rank = ({ KeyMaterialState: state }: RotationsListEntry): number => {
    const place = ORDER.indexOf(state ?? "");
    return place < 0 ? ORDER.length : place;
  };
  const time = ({ RotationDate: at }: RotationsListEntry): number => at?.getTime() ?? 0;
  return items.toSorted((a, b) => rank(a) - rank(b) || time(b) - time(a));
}

function Entry({ of }: { readonly of: RotationsListEntry }) {
  const state = STATES[of.KeyMaterialState ?? ""] ?? { text: of.KeyMaterialState ?? "", color: "grey" as const };
  return (
    <SpaceBetween size="xxxs">
      <SpaceBetween direction="horizontal" size="xs" alignItems="center">
        <Box variant="strong">{how(of)}</Box>
        <Badge color={state.color}>{state.text}</Badge>
        {of.ImportState === "PENDING_IMPORT" && <Badge color="red">Not imported</Badge>}
      </SpaceBetween>
      {of.RotationDate !== undefined && (
        <span>
          <When at={of.RotationDate} />
        </span>
      )}
      <Box variant="code">{of.KeyMaterialId}</Box>
      {of.KeyMaterialDescription !== undefined && <Foreign text={of.KeyMaterialDescription} />}
      {of.ExpirationModel === "KEY_MATERIAL_EXPIRES" && (
        <span>
          Expires <When at={of.ValidTo} />
        </span>
      )}
    </SpaceBetween>
  );
}

function how({ RotationType: type, RotationDate: at }: RotationsListEntry): string {
  if (type === "AUTOMATIC") return "Automatic rotation";
  if (type === "ON_DEMAND") return "Rotation on demand";
  return at === undefined ? "First key material" : "Rotation";
}
