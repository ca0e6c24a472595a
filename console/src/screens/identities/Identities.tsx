import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function Identities() {
  return (
    <Page screen="identities">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
