import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function Dashboard() {
  return (
    <Page screen="dashboard">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
