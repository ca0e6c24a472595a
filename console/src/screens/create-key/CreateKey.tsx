import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function CreateKey() {
  return (
    <Page screen="createKey">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
