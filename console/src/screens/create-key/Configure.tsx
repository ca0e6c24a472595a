import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import RadioGroup from "@cloudscape-design/components/radio-group";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { specsOf, usagesOf, type Draft } from "./draft";

export interface StepProps {
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
}

export function Configure({ draft, onChange }: StepProps) {
  const specs = specsOf(draft);
  return (
    <Container header={<Header variant="h2">Key</Header>}>
      <SpaceBetween size="l">
        <FormField label="Key type" stretch>
          <RadioGroup
            value={draft.symmetric ? "symmetric" : "asymmetric"}
            items={[
              { value: "symmetric", label: "Symmetric", description: "One key, that never leaves the server, encrypts and decrypts." },
              {
                value: "asymmetric",
                label: "Asymmetric",
                description: "A public key that anybody may have, and a private key that never leaves the server.",
              },
            ]}
            onChange={({ detail }) => {
              onChange({ symmetric: detail.value === "symmetric" });
            }}
          />
        </FormField>
        <FormField label="Key usage" stretch>
          <RadioGroup
            value={draft.usage}
            items={usagesOf(draft.symmetric)}
            onChange={({ detail }) => {
              onChange({ usage: detail.value });
            }}
          />
        </FormField>
        {specs.length > 1 && (
          <FormField label="Key spec" stretch>
            <RadioGroup
              value={draft.spec}
              items={specs.map((value) => ({ value, label: value }))}
              onChange={({ detail }) => {
                onChange({ spec: detail.value });
              }}
            />
          </FormField>
        )}
        <ExpandableSection headerText="Advanced options">
          <SpaceBetween size="l">
            <FormField label="Key material origin" description="It cannot be changed later." stretch>
              <RadioGroup
                value={draft.external ? "EXTERNAL" : "AWS_KMS"}
                items={[
                  { value: "AWS_KMS", label: "KMS - recommended", description: "The server makes the key material." },
                  {
                    value: "EXTERNAL",
                    label: "External (import key material)",
                    description: "You make the key material, import it, and keep it safe.",
                  },
                ]}
                onChange={({ detail }) => {
                  onChange({ external: detail.value === "EXTERNAL" });
                }}
              />
            </FormField>
            <FormField label="Regionality" description="It cannot be changed later." stretch>
              <RadioGroup
                value={draft.multiRegion ? "multi" : "single"}
                items={[
                  { value: "single", label: "Single-Region key", description: "It stays in this Region." },
                  { value: "multi", label: "Multi-Region key", description: "It can be replicated into other Regions." },
                ]}
                onChange={({ detail }) => {
                  onChange({ multiRegion: detail.value === "multi" });
                }}
              />
            </FormField>
          </SpaceBetween>
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}
