/** `cloudtrail(connection).send(new SomeCommand({...}))`; import commands one by one from @aws-sdk/client-cloudtrail. */

import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";

import { clients } from "./clients";

export const cloudtrail = clients(CloudTrailClient);
