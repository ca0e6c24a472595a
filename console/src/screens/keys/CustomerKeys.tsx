import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function CustomerKeys() {
  return (
    <Page screen="keys">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
