/** Users, groups and roles are much alike: what IAM calls differently for each of them, under one name. */

import {
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  DeleteUserPolicyCommand,
  DetachGroupPolicyCommand,
  DetachRolePolicyCommand,
  DetachUserPolicyCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  ListUserPoliciesCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  type AttachedPermissionsBoundary,
  type AttachedPolicy,
  type IAMClient,
} from "@aws-sdk/client-iam";

import type { Sheet } from "../../remote/usePages";

export type OwnerKind = "users" | "groups" | "roles";

export interface Owner {
  readonly name: string;
  readonly path: string;
  readonly arn: string;
  readonly id: string;
  readonly created: Date | undefined;
  /** Of a role: who may take it on, as JSON. */
  readonly trust: string | undefined;
  /** Of a user or role: ARN of the policy that is its permissions boundary. */
  readonly boundary: string | undefined;
}

interface Options {
  readonly abortSignal: AbortSignal;
}

/** Groups have no boundary. */
export interface BoundaryApi {
  readonly bind: (client: IAMClient, name: string, PermissionsBoundary: string) => Promise<unknown>;
  readonly unbind: (client: IAMClient, name: string) => Promise<unknown>;
}

export interface OwnerApi {
  readonly one: string;
  readonly list: (client: IAMClient, marker: string | undefined, options: Options) => Promise<Sheet<Owner>>;
  readonly get: (client: IAMClient, name: string, options: Options) => Promise<Owner>;
  readonly create: (client: IAMClient, name: string, trust: string) => Promise<unknown>;
  readonly remove: (client: IAMClient, name: string) => Promise<unknown>;
  readonly attached: (client: IAMClient, name: string, options: Options) => Promise<readonly AttachedPolicy[]>;
  readonly attach: (client: IAMClient, name: string, PolicyArn: string) => Promise<unknown>;
  readonly detach: (client: IAMClient, name: string, PolicyArn: string) => Promise<unknown>;
  readonly inline: (client: IAMClient, name: string, options: Options) => Promise<readonly string[]>;
  readonly document: (client: IAMClient, name: string, PolicyName: string, options: Options) => Promise<string>;
  readonly put: (client: IAMClient, name: string, PolicyName: string, PolicyDocument: string) => Promise<unknown>;
  readonly drop: (client: IAMClient, name: string, PolicyName: string) => Promise<unknown>;
  readonly boundary?: BoundaryApi;
}

const PAGE = 100;

/** Policies come as AWS sends them: percent-encoded. */
export function documentIn(encoded: string | undefined): string {
  try {
    return decodeURIComponent(encoded ?? "");
  } catch {
    return encoded ?? "";
  }
}

function page(Marker: string | undefined) {
  return { MaxItems: PAGE, ...(Marker === undefined ? {} : { Marker }) };
}

interface Wire {
  readonly Path?: string | undefined;
  readonly Arn?: string | undefined;
  readonly CreateDate?: Date | undefined;
  readonly AssumeRolePolicyDocument?: string | undefined;
  readonly PermissionsBoundary?: AttachedPermissionsBoundary | undefined;
}

function owner(name: string | undefined, id: string | undefined, { Path = "/", Arn = "", CreateDate, AssumeRolePolicyDocument, PermissionsBoundary }: Wire): Owner {
  const trust = AssumeRolePolicyDocument === undefined ? undefined : documentIn(AssumeRolePolicyDocument);
  return { name: name ?? "", id: id ?? "", path: Path, arn: Arn, created: CreateDate, trust, boundary: PermissionsBoundary?.PermissionsBoundaryArn };
}

function listing(items: readonly Owner[], truncated: boolean | undefined, marker: string | undefined): Sheet<Owner> {
  return { items, next: truncated === true ? marker : undefined };
}

const users: OwnerApi = {
  one: "user",
  list: async (client, marker, options) => {
    const { Users = [], IsTruncated, Marker } = await client.send(new ListUsersCommand(page(marker)), options);
    return listing(Users.map((user) => owner(user.UserName, user.UserId, user)), IsTruncated, Marker);
  },
  get: async (client, UserName, options) => {
    const { User: user } = await client.send(new GetUserCommand({ UserName }), options);
    return owner(user?.UserName, user?.UserId, user ?? {});
  },
  create: (client, UserName) => client.send(new CreateUserCommand({ UserName })),
  remove: (client, UserName) => client.send(new DeleteUserCommand({ UserName })),
  attached: async (client, UserName, options) => (await client.send(new ListAttachedUserPoliciesCommand({ UserName }), options)).AttachedPolicies ?? [],
  attach: (client, UserName, PolicyArn) => client.send(new AttachUserPolicyCommand({ UserName, PolicyArn })),
  detach: (client, UserName, PolicyArn) => client.send(new DetachUserPolicyCommand({ UserName, PolicyArn })),
  inline: async (client, UserName, options) => (await client.send(new ListUserPoliciesCommand({ UserName }), options)).PolicyNames ?? [],
  document: async (client, UserName, PolicyName, options) =>
    documentIn((await client.send(new GetUserPolicyCommand({ UserName, PolicyName }), options)).PolicyDocument),
  put: (client, UserName, PolicyName, PolicyDocument) => client.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument })),
  drop: (client, UserName, PolicyName) => client.send(new DeleteUserPolicyCommand({ UserName, PolicyName })),
  boundary: {
    bind: (client, UserName, PermissionsBoundary) => client.send(new PutUserPermissionsBoundaryCommand({ UserName, PermissionsBoundary })),
    unbind: (client, UserName) => client.send(new DeleteUserPermissionsBoundaryCommand({ UserName })),
  },
};

const groups: OwnerApi = {
  one: "group",
  list: async (client, marker, options) => {
    const { Groups = [], IsTruncated, Marker } = await client.send(new ListGroupsCommand(page(marker)), options);
    return listing(Groups.map((group) => owner(group.GroupName, group.GroupId, group)), IsTruncated, Marker);
  },
  get: async (client, GroupName, options) => {
    const { Group: group } = await client.send(new GetGroupCommand({ GroupName }), options);
    return owner(group?.GroupName, group?.GroupId, group ?? {});
  },
  create: (client, GroupName) => client.send(new CreateGroupCommand({ GroupName })),
  remove: (client, GroupName) => client.send(new DeleteGroupCommand({ GroupName })),
  attached: async (client, GroupName, options) => (await client.send(new ListAttachedGroupPoliciesCommand({ GroupName }), options)).AttachedPolicies ?? [],
  attach: (client, GroupName, PolicyArn) => client.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn })),
  detach: (client, GroupName, PolicyArn) => client.send(new DetachGroupPolicyCommand({ GroupName, PolicyArn })),
  inline: async (client, GroupName, options) => (await client.send(new ListGroupPoliciesCommand({ GroupName }), options)).PolicyNames ?? [],
  document: async (client, GroupName, PolicyName, options) =>
    documentIn((await client.send(new GetGroupPolicyCommand({ GroupName, PolicyName }), options)).PolicyDocument),
  put: (client, GroupName, PolicyName, PolicyDocument) => client.send(new PutGroupPolicyCommand({ GroupName, PolicyName, PolicyDocument })),
  drop: (client, GroupName, PolicyName) => client.send(new DeleteGroupPolicyCommand({ GroupName, PolicyName })),
};

const roles: OwnerApi = {
  one: "role",
  list: async (client, marker, options) => {
    const { Roles = [], IsTruncated, Marker } = await client.send(new ListRolesCommand(page(marker)), options);
    return listing(Roles.map((role) => owner(role.RoleName, role.RoleId, role)), IsTruncated, Marker);
  },
  get: async (client, RoleName, options) => {
    const { Role: role } = await client.send(new GetRoleCommand({ RoleName }), options);
    return owner(role?.RoleName, role?.RoleId, role ?? {});
  },
  create: (client, RoleName, AssumeRolePolicyDocument) => client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument })),
  remove: (client, RoleName) => client.send(new DeleteRoleCommand({ RoleName })),
  attached: async (client, RoleName, options) => (await client.send(new ListAttachedRolePoliciesCommand({ RoleName }), options)).AttachedPolicies ?? [],
  attach: (client, RoleName, PolicyArn) => client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn })),
  detach: (client, RoleName, PolicyArn) => client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })),
  inline: async (client, RoleName, options) => (await client.send(new ListRolePoliciesCommand({ RoleName }), options)).PolicyNames ?? [],
  document: async (client, RoleName, PolicyName, options) =>
    documentIn((await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }), options)).PolicyDocument),
  put: (client, RoleName, PolicyName, PolicyDocument) => client.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument })),
  drop: (client, RoleName, PolicyName) => client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })),
  boundary: {
    bind: (client, RoleName, PermissionsBoundary) => client.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary })),
    unbind: (client, RoleName) => client.send(new DeleteRolePermissionsBoundaryCommand({ RoleName })),
  },
};

export const OWNERS: Readonly<Record<OwnerKind, OwnerApi>> = { users, groups, roles };

export function isOwner(kind: string): kind is OwnerKind {
  return Object.hasOwn(OWNERS, kind);
}
