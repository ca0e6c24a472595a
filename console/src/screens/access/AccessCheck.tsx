import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function AccessCheck() {
  return (
    <Page screen="access">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
