/** `sts(connection).send(new SomeCommand({...}))`; import commands one by one from @aws-sdk/client-sts. */

import { STSClient } from "@aws-sdk/client-sts";

import { clients } from "./clients";

export const sts = clients(STSClient);
