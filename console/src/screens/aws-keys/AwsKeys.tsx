import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function AwsKeys() {
  return (
    <Page screen="awsKeys">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
