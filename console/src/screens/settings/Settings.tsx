import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function Settings() {
  return (
    <Page screen="settings">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
