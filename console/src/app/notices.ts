/** Notices above the page: what was done, and what must be known whatever page is open. */

import type { FlashbarProps } from "@cloudscape-design/components/flashbar";
import { createContext, useContext, type ReactNode } from "react";

export interface Notice {
  readonly type: FlashbarProps.Type;
  readonly header?: ReactNode;
  readonly content?: ReactNode;
  readonly action?: ReactNode;
  readonly loading?: boolean;
  /** A notice with the id of an earlier one takes its place. */
  readonly id?: string;
}

export interface Notices {
  readonly notify: (notice: Notice) => void;
  readonly dismiss: (id: string) => void;
}

export const NoticesContext = createContext<Notices>({ notify: () => undefined, dismiss: () => undefined });

export function useNotices(): Notices {
  return useContext(NoticesContext);
}
