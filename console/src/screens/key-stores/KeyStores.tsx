/** Custom key stores: where keys' material is kept elsewhere; their records, and what connects them. */

import {
  ConnectCustomKeyStoreCommand,
  DeleteCustomKeyStoreCommand,
  DescribeCustomKeyStoresCommand,
  DisconnectCustomKeyStoreCommand,
  type CustomKeyStoresListEntry,
} from "@aws-sdk/client-kms";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";

import { kms } from "../../api/kms";
import { useNotices } from "../../app/notices";
import { Page } from "../../app/Page";
import { FailureAlert } from "../../remote/FailureAlert";
import { useAction } from "../../remote/useAction";
import { usePages } from "../../remote/usePages";
import { ConfirmModal } from "../../ui/ConfirmModal";
import { Foreign, visible } from "../../ui/Foreign";
import { PagedTable } from "../../ui/PagedTable";
import { When } from "../../ui/When";
import { CreateStore } from "./CreateStore";
import { mayConnect, mayDisconnect, stateText, TYPES, type StoreType } from "./stores";

const PAGE = 100;

export default function KeyStores() {
  const [selected, setSelected] = useState<CustomKeyStoresListEntry>();
  const [asking, setAsking] = useState<"create" | "delete" | "disconnect">();
  const { notify } = useNotices();
  const pages = usePages<CustomKeyStoresListEntry>(["key stores"], async (connection, signal, token) => {
    const command = new DescribeCustomKeyStoresCommand({ Limit: PAGE, ...(token === undefined ? {} : { Marker: token }) });
    const { CustomKeyStores: items = [], Truncated, NextMarker } = await kms(connection).send(command, { abortSignal: signal });
    return { items, next: Truncated === true ? NextMarker : undefined };
  });
  const found = pages.page;
  const stores = found.last?.items ?? [];
  const chosen = stores.find(({ CustomKeyStoreId }) => CustomKeyStoreId === selected?.CustomKeyStoreId);
  const CustomKeyStoreId = chosen?.CustomKeyStoreId ?? "";
  const name = chosen?.CustomKeyStoreName ?? "";
  const done = (header: string): void => {
    notify({ type: "success", header: visible(header) });
    setAsking(undefined);
    found.reload();
  };
  const connecting = useAction(async (connection) => {
    await kms(connection).send(new ConnectCustomKeyStoreCommand({ CustomKeyStoreId }));
    done(`${name} is being connected`);
  });
  const disconnecting = useAction(async (connection) => {
    await kms(connection).send(new DisconnectCustomKeyStoreCommand({ CustomKeyStoreId }));
    done(`${name} is disconnected`);
  });
  const deleting = useAction(async (connection) => {
    await kms(connection).send(new DeleteCustomKeyStoreCommand({ CustomKeyStoreId }));
    setSelected(undefined);
    done(`${name} deleted`);
  });
  const close = (): void => {
    setAsking(undefined);
    disconnecting.forget();
    deleting.forget();
  };
  return (
    <Page screen="keyStores" description="Key material in an HSM cluster or behind a proxy of your own, rather than with the server.">
      <SpaceBetween size="m">
        <Alert type="info" header="Recorded, not connected yet">
          This version has no drivers for HSM clusters and proxies: Connect ends in Failed, and no key can be made in a key store.
        </Alert>
        {connecting.failure !== undefined && <FailureAlert failure={connecting.failure} header="Not connected" />}
        <PagedTable<CustomKeyStoresListEntry>
          of={pages}
          title="Key stores"
          counter={`(${stores.length}${pages.more ? "+" : ""})`}
          columns={COLUMNS}
          trackBy="CustomKeyStoreId"
          actions={
            <>
              <Button disabled={!mayConnect(chosen?.ConnectionState)} loading={connecting.busy} onClick={() => { void connecting.run(); }}>Connect</Button>
              <Button disabled={!mayDisconnect(chosen?.ConnectionState)} onClick={() => { setAsking("disconnect"); }}>Disconnect</Button>
              <Button disabled={chosen === undefined} onClick={() => { setAsking("delete"); }}>Delete</Button>
              <Button variant="primary" onClick={() => { setAsking("create"); }}>Create key store</Button>
            </>
          }
          empty="No custom key stores. Keys keep their material with the server, wrapped by its root key."
          choice={{ chosen, onChange: setSelected, label: "Choose a key store", nameOf: ({ CustomKeyStoreName = "" }) => visible(CustomKeyStoreName) }}
        />
      </SpaceBetween>
      {asking === "create" && <CreateStore onDone={(made) => { done(`${made} created`); }} onDismiss={close} />}
      {asking === "disconnect" && (
        <ConfirmModal header="Disconnect key store?" confirm="Disconnect" busy={disconnecting.busy} failure={disconnecting.failure} onConfirm={() => { void disconnecting.run(); }} onDismiss={close}>
          <div>Its keys become unavailable: every call that uses one of them fails until it is connected again.</div>
        </ConfirmModal>
      )}
      {asking === "delete" && (
        <ConfirmModal header="Delete key store?" name={name} confirm="Delete" busy={deleting.busy} failure={deleting.failure} onConfirm={() => { void deleting.run(); }} onDismiss={close}>
          <div>The record goes; what is in the HSM cluster or behind the proxy stays. It must be disconnected and have no keys.</div>
        </ConfirmModal>
      )}
    </Page>
  );
}

const COLUMNS: readonly TableProps.ColumnDefinition<CustomKeyStoresListEntry>[] = [
  { id: "name", header: "Name", isRowHeader: true, cell: ({ CustomKeyStoreName = "" }) => <Foreign text={CustomKeyStoreName} /> },
  { id: "id", header: "Id", cell: ({ CustomKeyStoreId = "-" }) => CustomKeyStoreId },
  { id: "type", header: "Type", cell: ({ CustomKeyStoreType = "-" }) => TYPES[CustomKeyStoreType as StoreType] },
  {
    id: "state",
    header: "Status",
    cell: ({ ConnectionState, ConnectionErrorCode }) => {
      const { type, text } = stateText(ConnectionState);
      return (
        <StatusIndicator type={type}>
          {text}
          {ConnectionErrorCode !== undefined && `: ${ConnectionErrorCode}`}
        </StatusIndicator>
      );
    },
  },
  {
    id: "place",
    header: "Cluster or proxy",
    cell: ({ CloudHsmClusterId, XksProxyConfiguration: proxy }) => <Foreign text={CloudHsmClusterId ?? `${proxy?.UriEndpoint ?? "-"}${proxy?.UriPath ?? ""}`} />,
  },
  { id: "created", header: "Created", cell: ({ CreationDate }) => <When at={CreationDate} /> },
];
