import ColumnLayout from "@cloudscape-design/components/column-layout";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useSearchParams } from "react-router";

import { Page } from "../../app/Page";
import { Empty } from "../../remote/Loaded";
import { useRemote } from "../../remote/useRemote";
import { useServerStatus } from "../../remote/useServerStatus";
import { useConnection, useSession } from "../../session/useSessions";
import { Code } from "../../ui/Code";
import { KeyField } from "../../ui/KeyField";
import { LinkTo } from "../../ui/LinkTo";
import { path } from "../paths";
import { usePathParams } from "../usePathParams";
import { RECIPES, type Place, type Recipe } from "./recipes";
import { RecipeList } from "./RecipeList";
import { lastSeen } from "./seen";

const NO_KEY = "$KEY";

export default function Integrations() {
  const { name } = usePathParams<"integrations">();
  const [search, setSearch] = useSearchParams();
  const { region, endpoint } = useConnection();
  const { account } = useSession();
  const status = useServerStatus();
  const seen = useRemote(["integrations seen"], lastSeen);
  const key = search.get("key") ?? "";
  const tls = endpoint.startsWith("https:");
  const place: Place = { endpoint, region, account, key: key === "" ? NO_KEY : key, tls: tls && status.last?.Tls?.CaCertificate !== undefined };
  const recipe = RECIPES.find(({ id }) => id === name);
  return (
    <Page
      screen="integrations"
      description="What to type to use this server from the programs that speak AWS KMS; filled in with its address and a key of yours."
    >
      <SpaceBetween size="l">
        <Container>
          <KeyField
            label="Key to fill in"
            value={key}
            onChange={(value) => {
              setSearch(value === "" ? {} : { key: value }, { replace: true });
            }}
          />
        </Container>
        {recipe === undefined ? (
          <>
            {name !== undefined && <Empty>There is no integration of this name; these are all.</Empty>}
            <RecipeList seen={seen} keyGiven={key} />
          </>
        ) : (
          <Shown recipe={recipe} place={place} keyGiven={key} />
        )}
      </SpaceBetween>
    </Page>
  );
}

function Shown({ recipe, place, keyGiven }: { readonly recipe: Recipe; readonly place: Place; readonly keyGiven: string }) {
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={recipe.about}
          actions={<LinkTo to={path("integrations", {}, { key: keyGiven })}>All integrations</LinkTo>}
        >
          {recipe.title}
        </Header>
      }
    >
      <ColumnLayout columns={1}>
        {recipe.steps(place).map(({ title, text }) => (
          <SpaceBetween key={title} size="xs">
            <Header variant="h3">{title}</Header>
            <Code label={title} text={text} />
          </SpaceBetween>
        ))}
      </ColumnLayout>
    </Container>
  );
}
