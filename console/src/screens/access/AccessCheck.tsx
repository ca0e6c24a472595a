/** Access check: may this principal do that with this key, which statements say so, what would change it. The address has the question. */

import Container from "@cloudscape-design/components/container";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useState } from "react";
import { useSearchParams } from "react-router";

import { strongroom } from "../../api/strongroom";
import { Page } from "../../app/Page";
import { Loaded } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { AskForm } from "./AskForm";
import { Decision } from "./Decision";
import { isWhole, questionIn, requestOf, searchOf, type Question } from "./question";
import { RequestExplained, RequestForm } from "./Request";

export default function AccessCheck() {
  const [search, setSearch] = useSearchParams();
  const question = questionIn(search);
  const request = search.get("request") ?? "";
  const [attempt, setAttempt] = useState(0); // the same question again is asked again
  const tab = request === "" ? (search.get("by") ?? "question") : "request";
  const ask = (parameters: URLSearchParams): void => {
    setAttempt((before) => before + 1);
    setSearch(parameters);
  };
  return (
    <Page screen="access" description="Who may do what with which key, and which statements of which policies say so. Nothing is called: policies are asked only.">
      <SpaceBetween size="l">
        <Container>
          <Tabs
            ariaLabel="What to explain"
            activeTabId={tab}
            onChange={({ detail }) => {
              const parameters = searchOf(question);
              if (detail.activeTabId === "request") parameters.set("by", "request");
              setSearch(parameters);
            }}
            tabs={[
              {
                id: "question",
                label: "Ask a question",
                content: <AskForm key={search.toString()} question={question} onAsk={(asked) => { ask(searchOf(asked)); }} />,
              },
              {
                id: "request",
                label: "Explain a request",
                content: <RequestForm key={request} request={request} onAsk={(asked) => { ask(withRequest(question, asked)); }} />,
              },
            ]}
          />
        </Container>
        {tab === "request" && request !== "" && (
          <>
            <RequestExplained key={`${request} ${attempt}`} request={request} />
            {isWhole(question) && (
              <Link onFollow={(event) => { event.preventDefault(); ask(searchOf(question)); }}>
                Ask the same question by hand
              </Link>
            )}
          </>
        )}
        {tab === "question" && isWhole(question) && <Answer key={attempt} question={question} />}
      </SpaceBetween>
    </Page>
  );
}

function withRequest(question: Question, request: string): URLSearchParams {
  const parameters = searchOf(question);
  parameters.set("request", request);
  return parameters;
}

function Answer({ question }: { readonly question: Question }) {
  const asked = requestOf(question);
  const answer = useRemote(["explain access", asked], (connection, signal) => strongroom(connection, "ExplainAccess", asked, signal));
  return (
    <Loaded of={answer} loading="Asking the policies">
      {(found) => <Decision answer={found} />}
    </Loaded>
  );
}
