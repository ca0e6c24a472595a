/** The frame around every screen: account, Region, navigation, breadcrumbs, notices. */

import AppLayout from "@cloudscape-design/components/app-layout";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Flashbar from "@cloudscape-design/components/flashbar";
import { Suspense, useState } from "react";
import { useHref, useLocation, useNavigate } from "react-router";

import { Loading } from "../remote/Loading";
import { path, subject, type ScreenId } from "../screens/paths";
import { SCREENS } from "../screens/registry";
import { useSession } from "../session/useSessions";
import { Bar } from "./Bar";
import { ExpiryWatch } from "./ExpiryWatch";
import { Navigation } from "./Navigation";
import { NoticesProvider } from "./NoticesProvider";
import { SetPlace, type Place } from "./place";
import { ScreenBoundary } from "./ScreenBoundary";
import { Screens } from "./Screens";
import { SignInAgain } from "./SignInAgain";

export function Shell() {
  const [place, setPlace] = useState<Place>({ screen: "dashboard", title: SCREENS.dashboard.title });
  const [navigationOpen, setNavigationOpen] = useState(window.innerWidth > 900);
  const { arn } = useSession();
  const { pathname } = useLocation();
  return (
    <SetPlace value={setPlace}>
      <div id="bar">
        <Bar />
      </div>
      <NoticesProvider>
        {(notices) => (
          <>
            <ExpiryWatch />
            <SignInAgain />
            <AppLayout
              headerSelector="#bar"
              toolsHide
              navigation={<Navigation />}
              navigationOpen={navigationOpen}
              onNavigationChange={({ detail }) => {
                setNavigationOpen(detail.open);
              }}
              notifications={<Flashbar items={notices} stackItems />}
              breadcrumbs={<Breadcrumbs place={place} />}
              content={
                <ScreenBoundary key={`${arn} ${subject(pathname)}`}>
                  <Suspense fallback={<Loading />}>
                    <Screens key={arn} />
                  </Suspense>
                </ScreenBoundary>
              }
            />
          </>
        )}
      </NoticesProvider>
    </SetPlace>
  );
}

function Breadcrumbs({ place }: { readonly place: Place }) {
  const root = useHref("/");
  const navigate = useNavigate();
  const above: ScreenId[] = [];
  for (let parent = SCREENS[place.screen].parent; parent !== undefined; parent = SCREENS[parent].parent) above.unshift(parent);
  const href = (to: string): string => root.replace(/\/$/, "") + to;
  return (
    <BreadcrumbGroup
      items={[
        { text: "strongroom", href: href("/") },
        ...above.map((screen) => ({ text: SCREENS[screen].title, href: href(path(screen as "keys", {})) })),
        { text: place.title, href: "#" },
      ]}
      onFollow={(event) => {
        event.preventDefault();
        const { href: followed } = event.detail;
        if (followed !== "#") void navigate(followed.slice(root.replace(/\/$/, "").length) || "/");
      }}
    />
  );
}
