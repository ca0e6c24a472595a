import Modal from "@cloudscape-design/components/modal";

import { SignInForm } from "../session/SignInForm";
import { askToSignIn } from "../session/session";
import { useSessions } from "../session/useSessions";

/** The sign-in form over the page, which stays. */
export function SignInAgain() {
  const { asking } = useSessions();
  if (!asking) return null;
  return (
    <Modal
      visible
      header="Sign in"
      onDismiss={() => {
        askToSignIn(false);
      }}
    >
      <SignInForm />
    </Modal>
  );
}
