import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Textarea from "@cloudscape-design/components/textarea";

import { shortAlias } from "../../ui/key-words";
import { Rows } from "../key/Rows";
import type { StepProps } from "./Configure";

const MAX_TAGS = 50;

export function Labels({ draft, onChange, fault }: StepProps & { readonly fault: string | undefined }) {
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">Alias and description</Header>}>
        <SpaceBetween size="m">
          <FormField
            label="Alias"
            description="The name by which people and programs find the key; it can be changed at any time."
            errorText={fault}
          >
            <Input
              value={draft.alias}
              spellcheck={false}
              onChange={({ detail }) => {
                onChange({ alias: shortAlias(detail.value.trim()) });
              }}
            />
          </FormField>
          <FormField label="Description - optional">
            <Textarea
              value={draft.description}
              rows={2}
              onChange={({ detail }) => {
                onChange({ description: detail.value });
              }}
            />
          </FormField>
        </SpaceBetween>
      </Container>
      <Container
        header={
          <Header variant="h2" description="Policies can allow or deny by tags.">
            Tags - optional
          </Header>
        }
      >
        <Rows
          rows={draft.tags}
          names="Tag key"
          values="Tag value"
          add="Add tag"
          max={MAX_TAGS}
          onChange={(tags) => {
            onChange({ tags });
          }}
        />
      </Container>
    </SpaceBetween>
  );
}
