import { Empty } from "../remote/Loaded";
import { Page } from "./Page";

/** For an address that leads nowhere. */
export function NoSuchPage() {
  return (
    <Page screen="dashboard" title="No such page">
      <Empty>The address leads nowhere. The navigation has all pages.</Empty>
    </Page>
  );
}
