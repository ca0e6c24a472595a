/** AWS's own clients, pointed at the server that this page came from. The only place that makes any. */

import type { AwsCredentialIdentity } from "@smithy/types";

import type { Connection } from "./connection";

interface Configuration {
  endpoint: string;
  region: string;
  credentials: () => Promise<AwsCredentialIdentity>;
  maxAttempts: number;
}

interface Client {
  middlewareStack: { remove: (name: string) => boolean };
}

const MAX_ATTEMPTS = 3;

/** Gives `make`'s client for a connection, always the same one; it goes when the connection does. */
export function clients<C extends Client>(make: new (configuration: Configuration) => C): (connection: Connection) => C {
  const made = new WeakMap<Connection, C>();
  return (connection) => {
    let client = made.get(connection);
    if (client === undefined) {
      const { endpoint, region, credentials } = connection;
      client = new make({ endpoint, region, credentials, maxAttempts: MAX_ATTEMPTS });
      client.middlewareStack.remove("getUserAgentMiddleware"); // the browser says what it is already
      made.set(connection, client);
    }
    return client;
  };
}
