import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Grid from "@cloudscape-design/components/grid";
import Header from "@cloudscape-design/components/header";
import { useEffect } from "react";

import { SignInForm } from "./SignInForm";

/** What everybody sees who is not signed in, at whichever address; the address stays. */
export function SignIn() {
  useEffect(() => {
    document.title = "Sign in | strongroom";
  }, []);
  return (
    <main>
      <Box padding={{ vertical: "xxxl", horizontal: "m" }}>
        <Grid gridDefinition={[{ colspan: { default: 12, s: 6, m: 4 }, offset: { default: 0, s: 3, m: 4 } }]}>
          <Container
            header={
              <Header variant="h1" description={window.location.host}>
                Sign in to strongroom
              </Header>
            }
          >
            <SignInForm />
          </Container>
        </Grid>
      </Box>
    </main>
  );
}
