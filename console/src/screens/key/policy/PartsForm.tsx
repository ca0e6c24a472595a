/** The default view of a key policy, to be read and changed. */

import Checkbox from "@cloudscape-design/components/checkbox";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";

import type { Parts } from "./document";
import { PrincipalPicker } from "./PrincipalPicker";

export interface PartsFormProps {
  readonly parts: Parts;
  readonly onChange: (parts: Parts) => void;
}

export function Administrators({ parts, onChange }: PartsFormProps) {
  return (
    <Container
      header={
        <Header variant="h2" description="They may change and delete the key, and not use it.">
          Key administrators
        </Header>
      }
    >
      <SpaceBetween size="m">
        <PrincipalPicker
          label="Key administrators"
          chosen={parts.administrators}
          onChange={(administrators) => {
            onChange({ ...parts, administrators });
          }}
        />
        <Checkbox
          checked={parts.deletable}
          onChange={({ detail }) => {
            onChange({ ...parts, deletable: detail.checked });
          }}
        >
          Allow key administrators to delete this key
        </Checkbox>
      </SpaceBetween>
    </Container>
  );
}

export function Users({ parts, onChange }: PartsFormProps) {
  return (
    <Container
      header={
        <Header variant="h2" description="They may use the key in cryptographic operations.">
          Key users
        </Header>
      }
    >
      <SpaceBetween size="m">
        <PrincipalPicker
          label="Key users"
          chosen={parts.users}
          onChange={(users) => {
            onChange({ ...parts, users });
          }}
        />
        <FormField
          label="Other AWS accounts - optional"
          description="Account ids, separated by commas. Administrators of those accounts decide who of theirs may use the key."
        >
          <Input
            value={parts.accounts.join(", ")}
            placeholder="444455556666"
            onChange={({ detail }) => {
              onChange({ ...parts, accounts: accountsIn(detail.value) });
            }}
          />
        </FormField>
      </SpaceBetween>
    </Container>
  );
}

/** What is being typed stays as it is; only separators go. */
function accountsIn(text: string): readonly string[] {
  return text === "" ? [] : text.split(/,\s*/);
}
