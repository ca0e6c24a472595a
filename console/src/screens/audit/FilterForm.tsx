/** The filters, as a form; nothing is asked before Search is pressed. */

import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { ContextEditor } from "../../ui/ContextEditor";
import { areGood } from "../../ui/context";
import { CUSTOM, NO_FILTERS, secondsIn, type Filters } from "./filters";

type TextName = Exclude<keyof Filters, "context">;

const SPAN_TEXTS: Readonly<Record<string, string>> = {
  "1h": "Last hour",
  "6h": "Last 6 hours",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  "90d": "Last 90 days",
  "400d": "Last 400 days",
  [CUSTOM]: "From ... to ...",
};
const RESULTS: Readonly<Record<string, string>> = {
  "": "All",
  none: "Succeeded",
  any: "Refused or failed",
  "AccessDenied,AccessDeniedException": "Access denied",
};
const SOURCES: Readonly<Record<string, string>> = {
  "": "All",
  "kms.amazonaws.com": "KMS",
  "iam.amazonaws.com": "IAM",
  "sts.amazonaws.com": "STS",
  "cloudtrail.amazonaws.com": "CloudTrail",
  "strongroom.amazonaws.com": "strongroom (this console)",
  "signin.amazonaws.com": "Sign-in with a password",
};
const ACCESSES: Readonly<Record<string, string>> = { "": "All", true: "Reads only", false: "Changes only" };

export interface FilterFormProps {
  /** What is searched by now. */
  readonly filters: Filters;
  readonly onSearch: (filters: Filters) => void;
}

export function FilterForm({ filters, onSearch }: FilterFormProps) {
  const [draft, setDraft] = useState(filters);
  const set = (change: Partial<Filters>): void => {
    setDraft((before) => ({ ...before, ...change }));
  };
  const text = (name: TextName, label: string, placeholder = "", errorText = "") => (
    <FormField label={label} errorText={errorText}>
      <Input value={draft[name]} placeholder={placeholder} autoComplete="off" spellcheck={false} onChange={({ detail }) => { set({ [name]: detail.value }); }} />
    </FormField>
  );
  const choice = (name: TextName, label: string, texts: Readonly<Record<string, string>>) => {
    const options = Object.entries({ ...texts, [draft[name]]: texts[draft[name]] ?? draft[name] }).map(([value, shown]) => ({ value, label: shown }));
    return (
      <FormField label={label}>
        <Select options={options} selectedOption={options.find(({ value }) => value === draft[name]) ?? null} onChange={({ detail }) => { set({ [name]: detail.selectedOption.value ?? "" }); }} />
      </FormField>
    );
  };
  const custom = draft.span === CUSTOM;
  const badTime = (time: string): string => (custom && secondsIn(time) === undefined ? "Write it as 2026-11-24 18:30, or with a zone: 2026-11-24T18:30Z." : "");
  const badEnd = draft.endTime === "" ? "" : badTime(draft.endTime);
  const inOrder = !custom || draft.endTime === "" || (secondsIn(draft.startTime) ?? 0) < (secondsIn(draft.endTime) ?? 0);
  const good = areGood(draft.context) && badTime(draft.startTime) === "" && badEnd === "" && inOrder;
  const rare = [draft.sourceAddress, draft.requestId, draft.eventId, draft.readOnly, draft.eventSources].some((value) => value !== "");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (good) onSearch(draft);
      }}
    >
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button formAction="none" onClick={() => { onSearch(NO_FILTERS); }}>
                  Clear
                </Button>
                <Button variant="primary" formAction="submit" disabled={!good}>
                  Search
                </Button>
              </SpaceBetween>
            }
          >
            Filters
          </Header>
        }
      >
        <SpaceBetween size="m">
          <ColumnLayout columns={4}>
            {choice("span", "Time", SPAN_TEXTS)}
            {custom && text("startTime", "From", "2026-11-24 18:00", badTime(draft.startTime))}
            {custom && text("endTime", "To", "Now", badEnd || (inOrder ? "" : "This is before From."))}
            {text("eventNames", "Operations", "Decrypt, GenerateDataKey")}
            {text("principals", "Principal", "User, role, session, ARN or access key id")}
            {text("keys", "Key", "Key id, alias or ARN")}
          </ColumnLayout>
          <Grid gridDefinition={[{ colspan: { default: 12, s: 3 } }, { colspan: { default: 12, s: 9 } }]}>
            {choice("errorCodes", "Result", RESULTS)}
            <FormField stretch label="Encryption context">
              <ContextEditor pairs={draft.context} valueOptional empty="" onChange={(context) => { set({ context }); }} />
            </FormField>
          </Grid>
          <ExpandableSection headerText="More filters" defaultExpanded={rare}>
            <ColumnLayout columns={4}>
              {choice("eventSources", "Service", SOURCES)}
              {choice("readOnly", "Access", ACCESSES)}
              {text("sourceAddress", "Source address", "192.0.2.7")}
              {text("requestId", "Request id")}
              {text("eventId", "Event id")}
            </ColumnLayout>
          </ExpandableSection>
        </SpaceBetween>
      </Container>
    </form>
  );
}
