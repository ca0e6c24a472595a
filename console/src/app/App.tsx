import I18nProvider from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import { BrowserRouter } from "react-router";

import { SignIn } from "../session/SignIn";
import { useSessions } from "../session/useSessions";
import { Shell } from "./Shell";

export function App() {
  const { current } = useSessions();
  return (
    <I18nProvider locale="en" messages={[messages]}>
      <BrowserRouter basename={import.meta.env.BASE_URL}>{current === undefined ? <SignIn /> : <Shell />}</BrowserRouter>
    </I18nProvider>
  );
}
