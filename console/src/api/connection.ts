/** What every API call needs to know: where, in which Region, as whom. A new one is made when any of it changes. */

import type { AwsCredentialIdentity } from "@smithy/types";

export interface Connection {
  readonly endpoint: string;
  readonly region: string;
  /** A function, so that a connection that is logged or shown by mistake says nothing secret. */
  readonly credentials: () => Promise<AwsCredentialIdentity>;
}
