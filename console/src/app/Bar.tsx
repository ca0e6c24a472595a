/** The bar at the top: whose keys these are, and in which Region. */

import TopNavigation from "@cloudscape-design/components/top-navigation";
import { useHref, useNavigate } from "react-router";

import { setDark, useDark } from "../preferences/theme";
import { useServerStatus } from "../remote/useServerStatus";
import { askToSignIn, signOut, signOutOfAll, switchRegion, switchTo } from "../session/session";
import { useSession, useSessions } from "../session/useSessions";
import { visible } from "../ui/Foreign";
import { REGIONS } from "./regions";

export function Bar() {
  const { all, region } = useSessions();
  const current = useSession();
  const dark = useDark();
  const navigate = useNavigate();
  const home = useHref("/");
  const status = useServerStatus();
  const regions = status.last?.Regions ?? Object.keys(REGIONS);
  const name = nameOf(current.arn);

  return (
    <TopNavigation
      identity={{
        href: home,
        title: "strongroom",
        onFollow: (event) => {
          event.preventDefault();
          void navigate("/");
        },
      }}
      utilities={[
        {
          type: "menu-dropdown",
          text: region,
          title: "Region",
          ariaLabel: `Region: ${region}`,
          items: regions.map((id) => ({ id, text: id, secondaryText: REGIONS[id] ?? "", disabled: id === region })),
          onItemClick: ({ detail }) => {
            switchRegion(detail.id);
          },
        },
        {
          type: "button",
          text: dark ? "Light" : "Dark",
          ariaLabel: dark ? "Light colours" : "Dark colours",
          onClick: () => {
            setDark(!dark);
          },
        },
        {
          type: "menu-dropdown",
          text: visible(`${name} @ ${current.account}`),
          description: current.arn,
          iconName: "user-profile",
          items: [
            {
              id: "sessions",
              text: "Signed in",
              items: all.map((session) => ({
                id: `session ${session.id}`,
                text: visible(`${nameOf(session.arn)} @ ${session.account}`),
                disabled: session === current,
              })),
            },
            { id: "another", text: "Sign in to another account" },
            { id: "out", text: "Sign out" },
            ...(all.length > 1 ? [{ id: "out of all", text: "Sign out of all" }] : []),
          ],
          onItemClick: ({ detail: { id } }) => {
            if (id === "another") askToSignIn(true);
            else if (id === "out") signOut();
            else if (id === "out of all") signOutOfAll();
            const chosen = all.find((session) => id === `session ${session.id}`);
            if (chosen !== undefined) switchTo(chosen);
          },
        },
      ]}
    />
  );
}

/** `arn:aws:iam::111122223333:user/path/alice` -> `alice`; of a role session `role/session`; `root`. */
export function nameOf(arn: string): string {
  const resource = arn.split(":").slice(5).join(":");
  if (resource.startsWith("assumed-role/")) return resource.slice("assumed-role/".length);
  return resource.split("/").at(-1) ?? arn;
}
