/** `kms(connection).send(new SomeCommand({...}))`; import commands one by one from @aws-sdk/client-kms. */

import { KMSClient } from "@aws-sdk/client-kms";

import { clients } from "./clients";

export const kms = clients(KMSClient);
