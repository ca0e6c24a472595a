// Keys, their names, labels and policies, grants, custom key stores.

import {
  AlreadyExistsException,
  CancelKeyDeletionCommand,
  ConnectCustomKeyStoreCommand,
  CreateAliasCommand,
  CreateCustomKeyStoreCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  CustomKeyStoreNotFoundException,
  DeleteAliasCommand,
  DeleteCustomKeyStoreCommand,
  DescribeCustomKeyStoresCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisabledException,
  DisconnectCustomKeyStoreCommand,
  DryRunOperationException,
  EnableKeyCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  InvalidGrantTokenException,
  KMSInvalidStateException,
  KMSServiceException,
  ListKeyPoliciesCommand,
  ListResourceTagsCommand,
  ListRetirableGrantsCommand,
  MalformedPolicyDocumentException,
  NotFoundException,
  PutKeyPolicyCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateCustomKeyStoreCommand,
  UpdateKeyDescriptionCommand,
  paginateListAliases,
  paginateListGrants,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import { bytes, newKey, refusal } from "./common.mjs";

export async function keys(kms) {
  const made = await newKey(kms, { Description: "by JavaScript" });
  const { KeyId } = made;
  await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: "renamed" }));
  await kms.send(new DisableKeyCommand({ KeyId }));
  const disabled = await refusal(kms.send(new EncryptCommand({ KeyId, Plaintext: bytes("x") })), DisabledException);
  await kms.send(new EnableKeyCommand({ KeyId }));
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
  const scheduled = await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  const pending = await refusal(kms.send(new EnableKeyCommand({ KeyId })), KMSInvalidStateException);
  await kms.send(new CancelKeyDeletionCommand({ KeyId }));
  let listed = 0;
  for await (const page of paginateListKeys({ client: kms, pageSize: 2 }, {}))
    listed += page.Keys.filter((key) => key.KeyId === KeyId).length;
  return {
    description: KeyMetadata.Description,
    dates: [made.CreationDate instanceof Date, scheduled.DeletionDate instanceof Date],
    days: Math.round((scheduled.DeletionDate - Date.now()) / 86_400_000),
    state: (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata.KeyState,
    refusals: [disabled, pending],
    listed,
  };
}

export async function aliases(kms) {
  const [first, second] = [await newKey(kms), await newKey(kms)];
  const AliasName = `alias/javascript-${first.KeyId}`;
  await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: first.KeyId }));
  const again = new CreateAliasCommand({ AliasName, TargetKeyId: second.KeyId });
  const taken = await refusal(kms.send(again), AlreadyExistsException);
  await kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: second.KeyId }));
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: AliasName }));
  const names = [];
  for await (const page of paginateListAliases({ client: kms }, { KeyId: second.KeyId }))
    names.push(...page.Aliases.map((alias) => alias.AliasName));
  await kms.send(new DeleteAliasCommand({ AliasName }));
  const gone = await refusal(kms.send(new DescribeKeyCommand({ KeyId: AliasName })), NotFoundException);
  return { moved: KeyMetadata.KeyId === second.KeyId, listed: names.join() === AliasName, refusals: [taken, gone] };
}

export async function tags(kms) {
  const { KeyId } = await newKey(kms, { Tags: [{ TagKey: "team", TagValue: "blue" }] });
  await kms.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: "stage", TagValue: "prod" }] }));
  await kms.send(new UntagResourceCommand({ KeyId, TagKeys: ["team"] }));
  return { tags: (await kms.send(new ListResourceTagsCommand({ KeyId }))).Tags };
}

export async function policies(kms) {
  const { KeyId } = await newKey(kms);
  const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
  const policy = { ...JSON.parse(Policy), Id: "by JavaScript" };
  await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(policy, null, 1) }));
  const broken = new PutKeyPolicyCommand({ KeyId, Policy: "{" });
  return {
    verbatim: (await kms.send(new GetKeyPolicyCommand({ KeyId }))).Policy === JSON.stringify(policy, null, 1),
    names: (await kms.send(new ListKeyPoliciesCommand({ KeyId }))).PolicyNames,
    refusals: [await refusal(kms.send(broken), MalformedPolicyDocumentException)],
  };
}

export async function grants(kms) {
  const { KeyId } = await newKey(kms);
  const principal = process.env.GRANTEE;
  const grant = { KeyId, GranteePrincipal: principal, RetiringPrincipal: principal, Operations: ["Decrypt", "Encrypt"] };
  const tokens = [];
  for (const Name of ["one", "two", "three"]) {
    const Constraints = { EncryptionContextSubset: { Name } };
    tokens.push(await kms.send(new CreateGrantCommand({ ...grant, Name, Constraints })));
  }
  const listed = async () => {
    const found = [];
    for await (const page of paginateListGrants({ client: kms, pageSize: 1 }, { KeyId })) found.push(...page.Grants);
    return found.map((each) => `${each.Name} ${each.Constraints.EncryptionContextSubset.Name}`).sort();
  };
  const before = await listed();
  const retirable = await kms.send(new ListRetirableGrantsCommand({ RetiringPrincipal: principal }));
  await kms.send(new RevokeGrantCommand({ KeyId, GrantId: tokens[0].GrantId }));
  await kms.send(new RetireGrantCommand({ GrantToken: tokens[1].GrantToken }));
  const dry = refusal(kms.send(new CreateGrantCommand({ ...grant, DryRun: true })), DryRunOperationException);
  const wrong = new EncryptCommand({ KeyId, Plaintext: bytes("x"), GrantTokens: ["x"] });
  return {
    before,
    after: await listed(),
    retirable: retirable.Grants.filter((each) => each.KeyId.endsWith(KeyId)).length,
    refusals: [await dry, await refusal(kms.send(wrong), InvalidGrantTokenException)],
  };
}

export async function stores(kms) {
  const { CustomKeyStoreId } = await kms.send(
    new CreateCustomKeyStoreCommand({
      CustomKeyStoreName: "JavaScript",
      CustomKeyStoreType: "EXTERNAL_KEY_STORE",
      XksProxyConnectivity: "PUBLIC_ENDPOINT",
      XksProxyUriEndpoint: "https://proxy-javascript.example.com",
      XksProxyUriPath: "/kms/xks/v1",
      XksProxyAuthenticationCredential: {
        AccessKeyId: "ABCDEFGHIJ234567ABCDEFG",
        RawSecretAccessKey: "proxy/Secret+Access=".repeat(3),
      },
    }),
  );
  const named = { CustomKeyStoreId };
  await kms.send(new UpdateCustomKeyStoreCommand({ ...named, NewCustomKeyStoreName: "ECMAScript" }));
  await kms.send(new ConnectCustomKeyStoreCommand(named));
  await kms.send(new DisconnectCustomKeyStoreCommand(named));
  const { CustomKeyStores } = await kms.send(new DescribeCustomKeyStoresCommand(named));
  await kms.send(new DeleteCustomKeyStoreCommand(named));
  const gone = refusal(kms.send(new DescribeCustomKeyStoresCommand(named)), CustomKeyStoreNotFoundException);
  return {
    names: CustomKeyStores.map((store) => store.CustomKeyStoreName),
    endpoint: CustomKeyStores[0].XksProxyConfiguration.UriEndpoint,
    refusals: [await gone],
  };
}

export async function errors(kms) {
  const unknown = new DescribeKeyCommand({ KeyId: "1234abcd-12ab-34cd-56ef-1234567890ab" });
  const invalid = new CreateKeyCommand({ KeySpec: "RSA_1024" });
  const caught = await kms.send(invalid).catch((error) => error);
  return {
    refusals: [await refusal(kms.send(unknown), NotFoundException)],
    undeclared: [caught.name, caught instanceof KMSServiceException, caught.$fault, caught.$metadata.httpStatusCode],
    traceable: /^[0-9a-f-]{36}$/.test(caught.$metadata.requestId),
  };
}
