import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import { Findings } from "../../policy/Findings";
import { lintNewKey } from "../../policy/lint";
import { PolicyText } from "../../policy/PolicyText";
import { useSession } from "../../session/useSessions";
import { Code } from "../../ui/Code";
import { Foreign } from "../../ui/Foreign";
import { keyTypeText, originText, regionalityText, usageText } from "../../ui/key-words";
import { asAnsible, asCommands, asTerraform } from "./as-code";
import type { StepProps } from "./Configure";
import { policyOf, tagsOf, type Draft } from "./draft";

const LANGUAGES = [
  { value: "commands", label: "AWS CLI" },
  { value: "terraform", label: "Terraform" },
  { value: "ansible", label: "Ansible" },
];

function codeIn(language: string, draft: Draft): string {
  if (language === "terraform") return asTerraform(draft);
  if (language === "ansible")
    return asAnsible(draft) ?? "# Ansible's kms_key cannot make keys for imported key material: use the AWS CLI or Terraform.\n";
  return asCommands(draft);
}

export function Review({ draft, onChange, onEdit }: StepProps & { readonly onEdit: (step: number) => void }) {
  const { account, arn } = useSession();
  const [writing, setWriting] = useState(false);
  const [language, setLanguage] = useState("commands");
  const policy = policyOf(draft);
  const tags = tagsOf(draft);
  return (
    <SpaceBetween size="l">
      <Container header={<EditHeader title="Key configuration" step={0} onEdit={onEdit} />}>
        <KeyValuePairs
          columns={4}
          items={[
            { label: "Key type", value: keyTypeText(draft.spec) },
            { label: "Key spec", value: draft.spec },
            { label: "Key usage", value: usageText(draft.usage) },
            { label: "Origin", value: originText(draft.external ? "EXTERNAL" : "AWS_KMS") },
            { label: "Regionality", value: regionalityText(draft.multiRegion, "PRIMARY") },
          ]}
        />
      </Container>
      <Container header={<EditHeader title="Alias, description and tags" step={1} onEdit={onEdit} />}>
        <KeyValuePairs
          columns={3}
          items={[
            { label: "Alias", value: <Foreign text={draft.alias} /> },
            { label: "Description", value: draft.description === "" ? "-" : <Foreign text={draft.description} /> },
            {
              label: "Tags",
              value:
                tags.length === 0
                  ? "-"
                  : tags.map(({ TagKey = "", TagValue = "" }) => (
                      <div key={TagKey}>
                        <Foreign text={`${TagKey}: ${TagValue}`} />
                      </div>
                    )),
            },
          ]}
        />
      </Container>
      <Container
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                {draft.policy !== undefined && (
                  <Button
                    onClick={() => {
                      onChange({ policy: undefined });
                      setWriting(false);
                    }}
                  >
                    Take the choices above again
                  </Button>
                )}
                <Button
                  onClick={() => {
                    setWriting(!writing);
                  }}
                >
                  {writing ? "Done" : "Edit as text"}
                </Button>
              </SpaceBetween>
            }
          >
            Key policy
          </Header>
        }
      >
        <SpaceBetween size="s">
          {writing ? (
            <PolicyText
              ariaLabel="Key policy"
              value={policy}
              onChange={(written) => {
                onChange({ policy: written });
              }}
            />
          ) : (
            <Code text={policy} label="key policy" />
          )}
          <Findings of={lintNewKey(policy, account, arn)} />
        </SpaceBetween>
      </Container>
      <ExpandableSection
        variant="container"
        headerText="Show as code"
        headerDescription="The same key by the AWS CLI, Terraform or Ansible."
      >
        <SpaceBetween size="s">
          <Select
            ariaLabel="Language"
            options={LANGUAGES}
            selectedOption={LANGUAGES.find(({ value }) => value === language) ?? null}
            onChange={({ detail }) => {
              setLanguage(detail.selectedOption.value ?? "commands");
            }}
          />
          <Code text={codeIn(language, draft)} label="code" />
        </SpaceBetween>
      </ExpandableSection>
    </SpaceBetween>
  );
}

interface EditHeaderProps {
  readonly title: string;
  readonly step: number;
  readonly onEdit: (step: number) => void;
}

function EditHeader({ title, step, onEdit }: EditHeaderProps) {
  return (
    <Header
      variant="h2"
      actions={
        <Button
          ariaLabel={`Edit ${title.toLowerCase()}`}
          onClick={() => {
            onEdit(step);
          }}
        >
          Edit
        </Button>
      }
    >
      {title}
    </Header>
  );
}
