import Autosuggest from "@cloudscape-design/components/autosuggest";
import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Link from "@cloudscape-design/components/link";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { useSession } from "../../session/useSessions";
import { areGood } from "../../ui/context";
import { ContextEditor } from "../../ui/ContextEditor";
import { KeyField } from "../../ui/KeyField";
import { ACTIONS, isWhole, type Question } from "./question";

const OPTIONS = ACTIONS.map((value) => ({ value }));

export interface AskFormProps {
  readonly question: Question;
  readonly onAsk: (question: Question) => void;
}

export function AskForm({ question, onAsk }: AskFormProps) {
  const [draft, setDraft] = useState(question);
  const { arn } = useSession();
  const set = (change: Partial<Question>): void => {
    setDraft((before) => ({ ...before, ...change }));
  };
  const good = isWhole(draft) && areGood(draft.context) && areGood(draft.conditions);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (good) onAsk(draft);
      }}
    >
      <Form
        actions={
          <Button variant="primary" formAction="submit" disabled={!good}>
            Check access
          </Button>
        }
      >
        <SpaceBetween size="m">
          <ColumnLayout columns={3}>
            <FormField
              stretch
              label="Principal"
              description="ARN of a user, role, role session or account root."
              info={<Link variant="info" onFollow={(event) => { event.preventDefault(); set({ principal: arn }); }}>Me</Link>}
            >
              <Input
                value={draft.principal}
                placeholder="arn:aws:iam::111122223333:user/alice"
                autoComplete="off"
                spellcheck={false}
                onChange={({ detail }) => { set({ principal: detail.value }); }}
              />
            </FormField>
            <FormField label="Action" description="An action of KMS.">
              <Autosuggest
                value={draft.action}
                options={OPTIONS}
                placeholder="kms:Decrypt"
                enteredTextLabel={(entered) => `Use ${entered}`}
                empty="No such action"
                onChange={({ detail }) => { set({ action: detail.value }); }}
              />
            </FormField>
            <KeyField value={draft.key} onChange={(key) => { set({ key }); }} />
          </ColumnLayout>
          <FormField stretch label="Encryption context">
            <ContextEditor pairs={draft.context} onChange={(context) => { set({ context }); }} />
          </FormField>
          <ExpandableSection
            headerText="Other conditions"
            headerDescription="Values for condition keys of policies, such as aws:SourceIp or kms:ViaService. Left out, they are as in a call from nowhere."
            defaultExpanded={question.conditions.length > 0}
          >
            <ContextEditor
              pairs={draft.conditions}
              noun="condition value"
              empty="No values."
              onChange={(conditions) => { set({ conditions }); }}
            />
          </ExpandableSection>
        </SpaceBetween>
      </Form>
    </form>
  );
}
