import type { KeyMetadata } from "@aws-sdk/client-kms";

/** What a tab of a key is given. */
export interface TabProps {
  readonly of: KeyMetadata;
  /** The key's ARN: calls take it for keys of other accounts too. */
  readonly arn: string;
  /** Whether its owner may change it: keys that a service manages cannot be changed here. */
  readonly changeable: boolean;
  /** Ask for the key anew. */
  readonly reload: () => void;
}
