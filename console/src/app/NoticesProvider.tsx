import type { FlashbarProps } from "@cloudscape-design/components/flashbar";
import { useCallback, useMemo, useState, type ReactNode } from "react";

import { NoticesContext, type Notice } from "./notices";

export interface NoticesProviderProps {
  readonly children: (items: readonly FlashbarProps.MessageDefinition[]) => ReactNode;
}

export function NoticesProvider({ children }: NoticesProviderProps) {
  const [notices, setNotices] = useState<readonly (Notice & { readonly id: string })[]>([]);
  const dismiss = useCallback((id: string) => {
    setNotices((before) => before.filter((notice) => notice.id !== id));
  }, []);
  const notify = useCallback((notice: Notice) => {
    const id = notice.id ?? crypto.getRandomValues(new Uint32Array(2)).join("-");
    setNotices((before) => [{ ...notice, id }, ...before.filter((other) => other.id !== id)]);
  }, []);
  const value = useMemo(() => ({ notify, dismiss }), [notify, dismiss]);
  const items = notices.map((notice) => ({
    ...notice,
    dismissible: true,
    dismissLabel: "Dismiss",
    onDismiss: () => {
      dismiss(notice.id);
    },
  }));
  return <NoticesContext value={value}>{children(items)}</NoticesContext>;
}
