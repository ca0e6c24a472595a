import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function KeyDetail() {
  return (
    <Page screen="key">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
