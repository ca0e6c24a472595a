/** `iam(connection).send(new SomeCommand({...}))`; import commands one by one from @aws-sdk/client-iam. */

import { IAMClient } from "@aws-sdk/client-iam";

import { clients } from "./clients";

export const iam = clients(IAMClient);
