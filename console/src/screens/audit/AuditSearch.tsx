/** Audit search: who did what with which key, when, from where, for which encryption context. The address has the filters. */

import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { strongroom } from "../../api/strongroom";
import { useNotices } from "../../app/notices";
import { Page } from "../../app/Page";
import { FailureAlert } from "../../remote/FailureAlert";
import { Loaded } from "../../remote/Loaded";
import { usePages } from "../../remote/usePages";
import { useRemote } from "../../remote/useRemote";
import { When } from "../../ui/When";
import { EventsTable } from "./EventsTable";
import { FilterForm } from "./FilterForm";
import { CUSTOM, filtersIn, isoOf, rangeOf, requestOf, searchOf, stepOf, type Filters, type Range } from "./filters";
import { Histogram } from "./Histogram";
import { Integrity } from "./Integrity";
import { rowOf, type Row } from "./record";
import { RecordModal } from "./RecordModal";
import { MOST, useExport } from "./useExport";

const PAGE = 50;
const seconds = (): number => Date.now() / 1000;

export default function AuditSearch() {
  const [search, setSearch] = useSearchParams();
  const [now, setNow] = useState(seconds); // stays until something is asked anew, or every answer would ask the next
  const filters = filtersIn(search);
  const choose = (chosen: Filters): void => {
    setNow(seconds());
    setSearch(searchOf(chosen));
  };
  return (
    <Page
      screen="audit"
      description="Every call is recorded before it is answered, refused ones too."
      actions={
        <Button iconName="refresh" ariaLabel="Search again" onClick={() => { setNow(seconds()); }} />
      }
    >
      <SpaceBetween size="l">
        <FilterForm key={search.toString()} filters={filters} onSearch={choose} />
        <Results
          key={`${search.toString()} ${now}`}
          filters={filters}
          range={rangeOf(filters, now)}
          now={now}
          onRange={({ from, to }) => { choose({ ...filters, span: CUSTOM, startTime: isoOf(from), endTime: isoOf(to) }); }}
        />
      </SpaceBetween>
    </Page>
  );
}

interface ResultsProps {
  readonly filters: Filters;
  readonly range: Range;
  readonly now: number;
  readonly onRange: (range: Range) => void;
}

function Results({ filters, range, now, onRange }: ResultsProps) {
  const [descending, setDescending] = useState(true);
  const [open, setOpen] = useState<Row>();
  const { notify } = useNotices();
  const exporting = useExport();
  const request = requestOf(filters, range);
  const step = stepOf(range.to - range.from);
  const counts = useRemote(["event counts", request, step], (connection, signal) =>
    strongroom(connection, "CountEvents", { ...request, BucketSeconds: step }, signal),
  );
  const pages = usePages<Row>(["events", request, descending], async (connection, signal, token) => {
    const asked = { ...request, Descending: descending, Limit: PAGE, ...(token === undefined ? {} : { NextToken: token }) };
    const { Events = [], NextToken: next } = await strongroom(connection, "SearchEvents", asked, signal);
    return { items: Events.map(rowOf), next };
  });
  const found = pages.page;
  const save = async (format: "csv" | "json"): Promise<void> => {
    const saved = await exporting.run(format, request, descending);
    if (saved === undefined) return;
    notify(
      saved.complete
        ? { type: "success", header: `${saved.count} records exported` }
        : { type: "warning", header: `The first ${saved.count} records exported`, content: `The browser exports ${MOST} at most: choose a shorter time, or use strongroom audit search.` },
    );
  };
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2" description={<Integrity lag={counts.last?.IndexLag} />}>Calls over time</Header>}>
        <Loaded of={counts}>
          {({ Buckets = [], Complete = true, CountedSince }) => (
            <SpaceBetween size="xs">
              <Histogram buckets={Buckets} range={range} step={step} now={now} onChange={onRange} />
              {!Complete && <div>Counted since <When at={CountedSince} /> only: counting the time before would take too long.</div>}
            </SpaceBetween>
          )}
        </Loaded>
      </Container>
      {exporting.failure !== undefined && <FailureAlert failure={exporting.failure} header="Not exported" />}
      {found.status === "failed" ? (
        <FailureAlert failure={found.failure} retry={found.reload} />
      ) : (
        <EventsTable
          pages={pages}
          counter={counts.last?.Total === undefined ? undefined : `(${counts.last.Total}${counts.last.Complete === false ? "+" : ""})`}
          descending={descending}
          onSort={setDescending}
          onOpen={setOpen}
          empty={!pages.more ? "No records match." : "None in the time looked through so far; the next page looks on."}
          actions={
            <ButtonDropdown
              loading={exporting.busy}
              loadingText={`${exporting.fetched} records fetched`}
              items={[
                { id: "csv", text: "CSV" },
                { id: "json", text: "JSON (CloudTrail's form)" },
              ]}
              onItemClick={({ detail }) => { void save(detail.id === "csv" ? "csv" : "json"); }}
            >
              {exporting.busy ? `Exporting: ${exporting.fetched}` : "Export"}
            </ButtonDropdown>
          }
        />
      )}
      {open !== undefined && <RecordModal row={open} onDismiss={() => { setOpen(undefined); }} />}
    </SpaceBetween>
  );
}
