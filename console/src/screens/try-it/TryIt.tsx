import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function TryIt() {
  return (
    <Page screen="tryIt">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
