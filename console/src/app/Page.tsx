/** What every screen stands in: heading, breadcrumbs, the window's title. */

import ContentLayout from "@cloudscape-design/components/content-layout";
import Header from "@cloudscape-design/components/header";
import { useEffect, type ReactNode } from "react";

import type { ScreenId } from "../screens/paths";
import { SCREENS } from "../screens/registry";
import { visible } from "../ui/Foreign";
import { useSetPlace } from "./place";

export interface PageProps {
  readonly screen: ScreenId;
  /** Of this page, where it is about one thing; without it the screen's. */
  readonly title?: string;
  readonly description?: ReactNode;
  readonly info?: ReactNode;
  readonly counter?: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

const LONGEST = 80;

/** A name may have hundreds of letters; a heading of them would fill a small screen. The page has the whole name below. */
function heading(title: string): string {
  const letters = Array.from(title);
  return letters.length > LONGEST ? [...letters.slice(0, LONGEST - 20), "\u2026", ...letters.slice(-19)].join("") : title;
}

export function Page({ screen, title, description, info, counter, actions, children }: PageProps) {
  const shown = visible(title ?? SCREENS[screen].title);
  const setPlace = useSetPlace();
  useEffect(() => {
    setPlace({ screen, title: shown });
    document.title = `${shown} | strongroom`;
  }, [setPlace, screen, shown]);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={description} info={info} actions={actions} {...(counter === undefined ? {} : { counter })}>
          {heading(shown)}
        </Header>
      }
    >
      {children}
    </ContentLayout>
  );
}
