import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";

export default function AuditSearch() {
  return (
    <Page screen="audit">
      <Empty>This screen is being built.</Empty>
    </Page>
  );
}
