/** Keys as the server gives them: filtered, sorted and paged there. */

import Button from "@cloudscape-design/components/button";
import Pagination from "@cloudscape-design/components/pagination";
import PropertyFilter from "@cloudscape-design/components/property-filter";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useMemo, useState, type ReactNode } from "react";
import { useSearchParams } from "react-router";

import { Page } from "../../app/Page";
import { strongroom } from "../../api/strongroom";
import type { FoundKey, KeyManagerType, SortKeysBy } from "../../api/strongroom-types";
import { FailureAlert } from "../../remote/FailureAlert";
import { usePages, type Sheet } from "../../remote/usePages";
import { Empty } from "../../remote/Loaded";
import { useRemote, type Remote } from "../../remote/useRemote";
import { visible } from "../../ui/Foreign";
import { SCREENS } from "../registry";
import { columns, CUSTOMER_ONLY, nameOf, shownAtFirst } from "./columns";
import { fromSearch, OPTIONS, PROPERTIES, settled, toRequest, toSearch, type Query, type Sorting } from "./query";
import { loadSparks } from "./sparks";
import { PreferencesModal } from "./PreferencesModal";
import { usePreferences } from "./usePreferences";

const SIZES = [10, 20, 50, 100] as const;

export interface KeyTableProps {
  readonly screen: "keys" | "awsKeys";
  readonly empty: ReactNode;
  /** Of the whole list, beside its name; `reload` asks for the page anew. */
  readonly actions?: (reload: () => void) => ReactNode;
  /** Left out: keys cannot be chosen. */
  readonly chosen?: readonly FoundKey[];
  readonly onChoose?: (keys: readonly FoundKey[]) => void;
  readonly children?: ReactNode;
}

export function KeyTable({ screen, empty, actions, chosen, onChoose, children }: KeyTableProps) {
  const manager: KeyManagerType = screen === "keys" ? "CUSTOMER" : "AWS";
  const [search, setSearch] = useSearchParams();
  const { query, sorting } = useMemo(() => fromSearch(search), [search]);
  const all = columns().filter(({ id }) => manager === "CUSTOMER" || !CUSTOMER_ONLY.includes(id));
  const ids = all.map(({ id }) => id);
  const standard = { pageSize: 20, wrapLines: false, contentDisplay: shownAtFirst(ids) };
  const [preferences, setPreferences] = usePreferences(`table.keys.${manager.toLowerCase()}`, standard, SIZES);
  const [preferring, setPreferring] = useState(false);
  const request = { ...toRequest(query, sorting, manager), Limit: preferences.pageSize };
  const pages = usePages<FoundKey>(["keys", request], async (connection, signal, token) => {
    const {
      Keys: items = [],
      Total,
      NextToken: next,
    } = await strongroom(connection, "SearchKeys", { ...request, ...(token === undefined ? {} : { NextToken: token }) }, signal);
    return { items, total: Total, next };
  });
  const sparks = useSparks(
    pages.page,
    preferences.contentDisplay.some(({ id, visible: on }) => id === "use" && on),
  );
  const ask = (next: Query, order: Sorting): void => {
    setSearch(toSearch(settled(next), order), { replace: true });
  };
  const { page } = pages;
  const failed = page.status === "failed";
  const { items: keys = [], total } = (failed ? undefined : page.last) ?? {};
  const definitions = columns(
    sparks.last,
    sparks.status === "failed" ? (sparks.failure.kind === "denied" ? "Access denied" : sparks.failure.name) : undefined,
  ).filter(({ id }) => ids.includes(id));
  const sortingColumn = definitions.find(({ sortingField }) => sortingField === sorting.by);
  const filtered = query.tokens.length > 0;
  return (
    <Page
      screen={screen}
      counter={counter(total, chosen)}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button iconName="refresh" ariaLabel="Load keys anew" loading={page.busy && page.status !== "loading"} onClick={page.reload} />
          {actions?.(page.reload)}
        </SpaceBetween>
      }
    >
      <SpaceBetween size="s">
        {failed && <FailureAlert failure={page.failure} retry={page.reload} />}
        <Table
          variant="container"
          stickyHeader
          resizableColumns
          enableKeyboardNavigation
          trackBy={({ KeyMetadata: key }) => key?.KeyId ?? ""}
          items={keys}
          loading={page.status === "loading"}
          loadingText="Loading keys"
          columnDefinitions={definitions}
          columnDisplay={preferences.contentDisplay}
          wrapLines={preferences.wrapLines}
          {...(sortingColumn === undefined ? {} : { sortingColumn })}
          sortingDescending={sorting.descending}
          onSortingChange={({ detail }) => {
            ask(query, { by: detail.sortingColumn.sortingField as SortKeysBy, descending: detail.isDescending === true });
          }}
          ariaLabels={{
            tableLabel: SCREENS[screen].title,
            selectionGroupLabel: "Keys",
            allItemsSelectionLabel: () => "Choose all keys of this page",
            itemSelectionLabel: (_selection, key) => `Choose ${visible(nameOf(key))}`,
          }}
          {...(chosen === undefined
            ? {}
            : {
                selectionType: "multi" as const,
                selectedItems: [...chosen],
                onSelectionChange: ({ detail }: { detail: { selectedItems: FoundKey[] } }) => onChoose?.(detail.selectedItems),
              })}
          filter={
            <PropertyFilter
              query={query}
              filteringProperties={PROPERTIES}
              filteringOptions={OPTIONS}
              hideOperations
              filteringPlaceholder="Filter keys by text or property"
              filteringAriaLabel="Filter keys"
              {...(filtered && total !== undefined
                ? { countText: `${total.toLocaleString("en")} ${total === 1 ? "match" : "matches"}` }
                : {})}
              onChange={({ detail }) => {
                ask(detail, sorting);
              }}
            />
          }
          empty={
            <Empty>
              {failed ? (
                "The keys could not be loaded."
              ) : filtered ? (
                <NoMatch
                  clear={() => {
                    ask({ operation: "and", tokens: [] }, sorting);
                  }}
                />
              ) : (
                empty
              )}
            </Empty>
          }
          pagination={
            <Pagination
              currentPageIndex={pages.index}
              pagesCount={
                total === undefined ? pages.reachable : Math.min(pages.reachable, Math.max(1, Math.ceil(total / preferences.pageSize)))
              }
              openEnd={pages.more && pages.reachable * preferences.pageSize < (total ?? 0)}
              disabled={page.status === "loading"}
              onChange={({ detail }) => {
                pages.go(detail.currentPageIndex);
              }}
            />
          }
          preferences={
            <Button
              variant="icon"
              iconName="settings"
              ariaLabel="Preferences"
              onClick={() => {
                setPreferring(true);
              }}
            />
          }
        />
      </SpaceBetween>
      {preferring && (
        <PreferencesModal
          preferences={preferences}
          names={Object.fromEntries(all.map(({ id, header }) => [id, typeof header === "string" ? header : id]))}
          always="id"
          sizes={SIZES}
          onDismiss={() => {
            setPreferring(false);
          }}
          onConfirm={(next) => {
            setPreferences(next);
            setPreferring(false);
          }}
        />
      )}
      {children}
    </Page>
  );
}

function counter(total: number | undefined, chosen: readonly FoundKey[] | undefined): string {
  if (total === undefined) return "";
  const all = total.toLocaleString("en");
  return chosen === undefined || chosen.length === 0 ? `(${all})` : `(${chosen.length.toLocaleString("en")}/${all})`;
}

/** Asked only when the column is shown; when it is refused the column says so, and the list is as good as before. */
function useSparks(page: Remote<Sheet<FoundKey>>, wanted: boolean) {
  const keyIds = wanted && page.status === "loaded" ? page.value.items.map(({ KeyMetadata: key }) => key?.KeyId ?? "") : [];
  return useRemote(["use of keys", keyIds], (connection, signal) =>
    keyIds.length === 0 ? Promise.resolve(undefined) : loadSparks(connection, keyIds, new Date(), signal),
  );
}

function NoMatch({ clear }: { readonly clear: () => void }) {
  return (
    <SpaceBetween size="xs">
      <span>No key matches.</span>
      <Button onClick={clear}>Clear filter</Button>
    </SpaceBetween>
  );
}
