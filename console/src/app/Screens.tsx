import { lazy, type ComponentType } from "react";
import { Route, Routes } from "react-router";

import { LOADERS } from "../screens/loaders";
import { PATHS, type ScreenId } from "../screens/paths";
import { NoSuchPage } from "./NoSuchPage";
import { patiently } from "./patiently";

const LAZY = Object.entries(LOADERS).map(([id, load]): [ScreenId, ComponentType] => [id as ScreenId, lazy(() => patiently(load))]);

/** The screen that the address names; its code is loaded when it is first shown. */
export function Screens() {
  return (
    <Routes>
      {LAZY.map(([id, Screen]) => (
        <Route key={id} path={PATHS[id]} element={<Screen />} />
      ))}
      <Route path="*" element={<NoSuchPage />} />
    </Routes>
  );
}
