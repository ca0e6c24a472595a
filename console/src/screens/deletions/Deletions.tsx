import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function Deletions() {
  return (
    <Page screen="deletions">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
