/** Tags, or any list of names and values, to be written. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";

import "./rows.css";

export interface Row {
  readonly name: string;
  readonly value: string;
}

export interface RowsProps {
  readonly rows: readonly Row[];
  readonly onChange: (rows: readonly Row[]) => void;
  readonly names: string;
  readonly values: string;
  /** On the button that adds one. */
  readonly add: string;
  readonly max: number;
}

export function Rows({ rows, onChange, names, values, add, max }: RowsProps) {
  const change = (index: number, part: Partial<Row>): void => {
    onChange(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  };
  return (
    <SpaceBetween size="xs">
      {rows.length > 0 && (
        <div className="rows-row" aria-hidden="true">
          <Box variant="awsui-key-label">{names}</Box>
          <Box variant="awsui-key-label">{values}</Box>
        </div>
      )}
      {rows.map(({ name, value }, index) => (
        <div key={index} className="rows-row">
          <Input
            value={name}
            ariaLabel={`${names} ${index + 1}`}
            spellcheck={false}
            onChange={({ detail }) => {
              change(index, { name: detail.value });
            }}
          />
          <Input
            value={value}
            ariaLabel={`${values} ${index + 1}`}
            spellcheck={false}
            onChange={({ detail }) => {
              change(index, { value: detail.value });
            }}
          />
          <Button
            ariaLabel={`Remove ${index + 1}`}
            onClick={() => {
              onChange(rows.filter((_row, at) => at !== index));
            }}
          >
            Remove
          </Button>
        </div>
      ))}
      <Button
        disabled={rows.length >= max}
        onClick={() => {
          onChange([...rows, { name: "", value: "" }]);
        }}
      >
        {add}
      </Button>
    </SpaceBetween>
  );
}
