// Runs every family of KMS operations once through the AWS SDK for JavaScript and prints what came of it, as one JSON object:
// {family: {facts} or {error: {operation, name, message, stack}}}. Python judges the facts (test_javascript_sdk.py).
// Settings come from the environment, as any program's: AWS_ENDPOINT_URL_KMS, AWS_PROFILE, AWS_REGION, ...

import { KMSClient } from "@aws-sdk/client-kms";
import * as administration from "./administration.mjs";
import * as agreement from "./agreement.mjs";
import * as encryption from "./encryption.mjs";
import * as lifecycle from "./lifecycle.mjs";
import * as signing from "./signing.mjs";

const families = { ...administration, ...encryption, ...signing, ...agreement, ...lifecycle };
const wanted = process.argv.slice(2);
const answers = {};

const clients = [];

/** Return a client; in another Region than the environment's when one is named. No retries: they would hide a 500. */
function client(region) {
  const made = new KMSClient({ maxAttempts: 1, ...(region && { region }) });
  made.middlewareStack.add(
    (next, context) => async (request) => {
      try {
        return await next(request);
      } catch (error) {
        error.operation = context.commandName.replace(/Command$/, "");
        throw error;
      }
    },
    { step: "initialize", priority: "high" },
  );
  clients.push(made);
  return made;
}

const kms = client();

for (const [name, family] of Object.entries(families)) {
  if (wanted.length && !wanted.includes(name)) continue;
  try {
    answers[name] = await family(kms, client);
  } catch (error) {
    const { operation = "", name: code, message, stack } = error;
    answers[name] = { error: { operation, name: code, message, stack } };
  }
}
for (const made of clients) made.destroy();
console.log(JSON.stringify(answers));
