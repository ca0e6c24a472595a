/** Where the reader is, told by the page to the frame around it. */

import { createContext, useContext } from "react";

import type { ScreenId } from "../screens/paths";

export interface Place {
  readonly screen: ScreenId;
  readonly title: string;
}

export const SetPlace = createContext<(place: Place) => void>(() => undefined);

export function useSetPlace(): (place: Place) => void {
  return useContext(SetPlace);
}
