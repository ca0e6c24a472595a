import { CreateAliasCommand, CreateKeyCommand } from "@aws-sdk/client-kms";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Wizard from "@cloudscape-design/components/wizard";
import { useState } from "react";
import { useNavigate } from "react-router";

import { failureOf, type Failure } from "../../api/failure";
import { kms } from "../../api/kms";
import { useNotices } from "../../app/notices";
import { Page } from "../../app/Page";
import { FailureAlert } from "../../remote/FailureAlert";
import { useAction } from "../../remote/useAction";
import { useSession } from "../../session/useSessions";
import { Foreign } from "../../ui/Foreign";
import { Administrators, Users } from "../key/policy/PartsForm";
import { path } from "../paths";
import { Configure } from "./Configure";
import { aliasFault, chosen, emptyDraft, requestOf, type Draft } from "./draft";
import { Labels } from "./Labels";
import { Review } from "./Review";

const LABELS = 1;

interface Made {
  readonly keyId: string;
  /** The key is there, its alias is not. */
  readonly noAlias?: Failure;
}

/** AWS's five steps. */
export default function CreateKey() {
  const { account } = useSession();
  const navigate = useNavigate();
  const { notify } = useNotices();
  const [draft, setDraft] = useState<Draft>(() => emptyDraft(account));
  const [step, setStep] = useState(0);
  const [tried, setTried] = useState(false);
  const change = (part: Partial<Draft>): void => {
    setDraft((before) => chosen(before, part));
  };
  const create = useAction(async (connection): Promise<Made> => {
    const { KeyMetadata: key } = await kms(connection).send(new CreateKeyCommand(requestOf(draft)));
    const keyId = key?.KeyId ?? "";
    try {
      await kms(connection).send(new CreateAliasCommand({ AliasName: `alias/${draft.alias}`, TargetKeyId: keyId }));
    } catch (error) {
      return { keyId, noAlias: failureOf(error) };
    }
    return { keyId };
  });
  const submit = async (): Promise<void> => {
    const made = await create.run();
    if (made === undefined) return;
    notify(
      made.noAlias === undefined
        ? { type: "success", content: <Foreign text={`The key ${draft.alias} was created.`} /> }
        : { type: "warning", header: "The key was created without an alias", content: <Foreign text={made.noAlias.message} /> },
    );
    const tab = made.noAlias !== undefined ? "aliases" : draft.external ? "material" : undefined;
    void navigate(path("key", { keyId: made.keyId, ...(tab === undefined ? {} : { tab }) }));
  };
  const parts = {
    parts: draft.parts,
    onChange: (next: Draft["parts"]) => {
      change({ parts: next, policy: undefined });
    },
  };
  const fault = aliasFault(draft.alias);
  return (
    <Page screen="createKey">
      <Wizard
        activeStepIndex={step}
        submitButtonText="Finish"
        isLoadingNextStep={create.busy}
        onCancel={() => {
          void navigate(path("keys", {}));
        }}
        onSubmit={() => {
          void submit();
        }}
        onNavigate={({ detail: { requestedStepIndex: wanted } }) => {
          if (wanted > LABELS && step <= LABELS && fault !== undefined) {
            setTried(true);
            setStep(LABELS);
          } else setStep(wanted);
        }}
        steps={[
          { title: "Configure key", content: <Configure draft={draft} onChange={change} /> },
          { title: "Add labels", content: <Labels draft={draft} onChange={change} fault={tried ? fault : undefined} /> },
          { title: "Define key administrative permissions", content: <Administrators {...parts} /> },
          { title: "Define key usage permissions", content: <Users {...parts} /> },
          {
            title: "Review",
            content: (
              <SpaceBetween size="l">
                <Review draft={draft} onChange={change} onEdit={setStep} />
                {create.failure !== undefined && <FailureAlert failure={create.failure} header="The key was not created" />}
              </SpaceBetween>
            ),
          },
        ]}
      />
    </Page>
  );
}
