import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { Component, type ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
}

/** A screen that fails takes nothing else with it. */
export class ScreenBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Alert
        type="error"
        header="This screen could not be shown"
        action={
          <Button
            onClick={() => {
              window.location.reload();
            }}
          >
            Load the console anew
          </Button>
        }
      >
        The server does not answer, or was updated since this page was opened. Loading it anew signs you out.
      </Alert>
    );
  }
}
