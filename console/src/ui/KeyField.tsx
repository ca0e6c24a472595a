/** A key, written (id, ARN, alias) or chosen from those that the server finds by what is written. */

import Autosuggest from "@cloudscape-design/components/autosuggest";
import FormField from "@cloudscape-design/components/form-field";

import { strongroom } from "../api/strongroom";
import type { KeySpec, KeyUsageType } from "../api/strongroom-types";
import { useRemote } from "../remote/useRemote";
import { visible } from "./Foreign";
import { useQuiet } from "./useQuiet";

export interface KeyFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly label?: string;
  readonly description?: string;
  readonly usages?: readonly KeyUsageType[];
  readonly specs?: readonly KeySpec[];
  readonly errorText?: string | undefined;
}

const SHOWN = 25;

export function KeyField({ value, onChange, label = "Key", description = "Key id, ARN or alias; or choose one.", usages, specs, errorText }: KeyFieldProps) {
  const text = useQuiet(value.trim().replace(/^alias\//, ""));
  const found = useRemote(["keys for a field", text, usages, specs], (connection, signal) =>
    strongroom(
      connection,
      "SearchKeys",
      {
        Limit: SHOWN,
        ...(text === "" ? {} : { Text: text }),
        ...(usages === undefined ? {} : { Usages: usages }),
        ...(specs === undefined ? {} : { Specs: specs }),
      },
      signal,
    ),
  );
  const options = (found.last?.Keys ?? []).map(({ KeyMetadata, Aliases = [] }) => ({
    value: Aliases[0] ?? KeyMetadata?.KeyId ?? "",
    label: visible(Aliases[0] ?? KeyMetadata?.KeyId ?? ""),
    description: [KeyMetadata?.KeySpec, KeyMetadata?.KeyState, Aliases[0] === undefined ? "" : KeyMetadata?.KeyId].filter(Boolean).join(" | "),
  }));
  return (
    <FormField label={label} description={description} errorText={errorText}>
      <Autosuggest
        value={value}
        options={options}
        filteringType="manual"
        enteredTextLabel={(entered) => `Use ${entered}`}
        statusType={found.status === "failed" ? "error" : found.busy ? "loading" : "finished"}
        loadingText="Looking for keys"
        errorText="Keys cannot be searched: write the key"
        empty="No such key here"
        onChange={({ detail }) => {
          onChange(detail.value);
        }}
      />
    </FormField>
  );
}
