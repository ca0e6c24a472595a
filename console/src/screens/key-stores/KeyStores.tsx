import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function KeyStores() {
  return (
    <Page screen="keyStores">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
