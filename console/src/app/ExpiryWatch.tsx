/** Tells before temporary credentials end, and asks for new ones when they have; the page stays. */

import Button from "@cloudscape-design/components/button";
import { useEffect } from "react";

import { serverNow } from "../api/strongroom";
import { askToSignIn } from "../session/session";
import { useSession } from "../session/useSessions";
import { useNotices } from "./notices";

const WARN_MS = 5 * 60 * 1000;
const NOTICE = "expiry";

export function ExpiryWatch() {
  const { expiration } = useSession();
  const { notify, dismiss } = useNotices();
  useEffect(() => {
    if (expiration === undefined) return undefined;
    const warn = (): void => {
      notify({
        id: NOTICE,
        type: "warning",
        header: "Your session ends soon",
        content: `It ends at ${expiration.toLocaleTimeString("en", { timeStyle: "short" })}. Sign in again to go on; this page stays as it is.`,
        action: (
          <Button
            onClick={() => {
              askToSignIn(true);
            }}
          >
            Sign in again
          </Button>
        ),
      });
    };
    const left = expiration.getTime() - serverNow();
    const timers = [
      window.setTimeout(warn, Math.max(0, left - WARN_MS)),
      window.setTimeout(() => {
        askToSignIn(true);
      }, Math.max(0, left)),
    ];
    return () => {
      for (const timer of timers) window.clearTimeout(timer);
      dismiss(NOTICE);
    };
  }, [expiration, notify, dismiss]);
  return null;
}
