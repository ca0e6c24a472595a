import SideNavigation, { type SideNavigationProps } from "@cloudscape-design/components/side-navigation";
import { matchPath, useHref, useLocation, useNavigate } from "react-router";

import { path, PATHS, type ScreenId } from "../screens/paths";
import { NAVIGATION, SCREENS } from "../screens/registry";

export function Navigation() {
  const base = useHref("/").replace(/\/$/, "");
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const link = (screen: ScreenId): SideNavigationProps.Link => ({
    type: "link",
    text: SCREENS[screen].title,
    href: base + path(screen as "keys", {}),
  });
  const items = NAVIGATION.flatMap(({ title, screens }): SideNavigationProps.Item[] =>
    title === undefined ? screens.map(link) : [{ type: "section", text: title, items: screens.map(link) }],
  );
  return (
    <SideNavigation
      header={{ text: "Key management", href: `${base}/` }}
      items={items}
      activeHref={base + path(listed(pathname) as "keys", {})}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(event.detail.href.slice(base.length) || "/");
      }}
    />
  );
}

/** The screen in the navigation that the present one belongs to. */
function listed(pathname: string): ScreenId {
  const ids = Object.keys(PATHS) as ScreenId[];
  const present = ids.find((id) => matchPath(PATHS[id], pathname) !== null) ?? "dashboard";
  return SCREENS[present].parent ?? present;
}
