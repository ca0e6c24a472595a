import { useParams } from "react-router";

import type { PathParams, ScreenId } from "./paths";

/** The parts of the present path: `usePathParams<"key">()`. */
export function usePathParams<Screen extends ScreenId>(): PathParams<Screen> {
  return useParams() as PathParams<Screen>;
}
