import Pagination from "@cloudscape-design/components/pagination";

import type { Pages } from "../remote/usePages";

/** The way through a list that the server gives page by page; nothing where one page is all. */
export function Pager<Item>({ of: { index, reachable, more, page, go } }: { readonly of: Pages<Item> }) {
  if (reachable === 1 && !more) return null;
  return (
    <Pagination
      currentPageIndex={index}
      pagesCount={reachable}
      openEnd={more && index === reachable}
      disabled={page.status === "loading"}
      onChange={({ detail }) => {
        go(detail.currentPageIndex);
      }}
    />
  );
}
