import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";

import type { DatedKey, GetKeySummaryResponse } from "../../api/strongroom-types";
import { Loaded } from "../../remote/Loaded";
import type { Remote } from "../../remote/useRemote";
import { Foreign } from "../../ui/Foreign";
import { count, distance } from "../../ui/format";
import { LinkTo } from "../../ui/LinkTo";
import { When } from "../../ui/When";
import { path } from "../paths";

export interface UpcomingProps {
  readonly summary: Remote<GetKeySummaryResponse>;
  readonly now: Date;
  readonly title: string;
  readonly none: string;
  readonly of: (summary: GetKeySummaryResponse) => readonly [readonly DatedKey[] | undefined, number | undefined];
  /** The tab of the key where it is dealt with. */
  readonly tab?: string;
  /** The screen that has all of them. */
  readonly all?: "deletions";
}

/** Keys to which something will happen by itself, the next first. */
export function Upcoming({ summary, now, title, none, of, tab = "deletion", all }: UpcomingProps) {
  const [, total = 0] = summary.last === undefined ? [] : of(summary.last);
  return (
    <Container
      fitHeight
      header={
        <Header
          variant="h2"
          {...(summary.last === undefined ? {} : { counter: `(${count(total)})` })}
          actions={all !== undefined && <LinkTo to={path(all, {})}>Show all</LinkTo>}
        >
          {title}
        </Header>
      }
    >
      <Loaded of={summary} isEmpty={(value) => !of(value)[0]?.length} empty={none}>
        {(value) => {
          const [keys = []] = of(value);
          return (
            <SpaceBetween size="xs">
              {keys.map(({ KeyId = "", Alias, Date: at }) => (
                <div key={KeyId}>
                  <LinkTo to={path("key", { keyId: KeyId, tab })}>
                    <Foreign text={Alias?.replace(/^alias\//, "") ?? KeyId} />
                  </LinkTo>{" "}
                  {at !== undefined && distance(at, now)}, <When at={at} />
                </div>
              ))}
              {total > keys.length && <div>and {count(total - keys.length)} more</div>}
            </SpaceBetween>
          );
        }}
      </Loaded>
    </Container>
  );
}
