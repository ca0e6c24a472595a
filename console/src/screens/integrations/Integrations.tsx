import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function Integrations() {
  return (
    <Page screen="integrations">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
