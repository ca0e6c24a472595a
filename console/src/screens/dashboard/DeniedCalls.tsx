import BarChart from "@cloudscape-design/components/bar-chart";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";

import { strongroom } from "../../api/strongroom";
import { Empty, Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { count } from "../../ui/format";
import { LinkTo } from "../../ui/LinkTo";
import { path } from "../paths";
import { everyBucket } from "./counts";

const HOUR = 3600;
const HOURS = 24;
const DENIED = ["AccessDenied", "AccessDeniedException"];
const TIME = new Intl.DateTimeFormat("en", { weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false });

/** Calls of the last day that policies did not allow. */
export function DeniedCalls({ now }: { readonly now: Date }) {
  const end = Math.ceil(now.getTime() / 1000 / HOUR) * HOUR;
  const start = end - HOURS * HOUR;
  const denied = useRemote(["denied calls", now], (connection, signal) =>
    strongroom(connection, "CountEvents", { StartTime: start, EndTime: end, ErrorCodes: DENIED, BucketSeconds: HOUR }, signal),
  );
  return (
    <Container
      fitHeight
      header={
        <Header
          variant="h2"
          description="Last 24 hours."
          {...(denied.last === undefined ? {} : { counter: `(${count(denied.last.Total ?? 0)})` })}
          actions={
            <LinkTo to={path("audit", {}, { errorCodes: DENIED.join(","), startTime: String(start) })}>Show in audit search</LinkTo>
          }
        >
          Denied calls
        </Header>
      }
    >
      <Loaded of={denied} isEmpty={({ Total = 0 }) => Total === 0} empty="No call was denied.">
        {({ Buckets = [] }) => (
          <BarChart
            ariaLabel="Denied calls by hour"
            height={120}
            hideFilter
            hideLegend
            xTitle="Hour"
            yTitle="Calls"
            xScaleType="categorical"
            xTickFormatter={(at) => TIME.format(at)}
            series={[{ type: "bar", title: "Denied", data: everyBucket(Buckets, start, end, HOUR), color: "#d13212" }]}
            empty={<Empty>No call was denied.</Empty>}
          />
        )}
      </Loaded>
    </Container>
  );
}
