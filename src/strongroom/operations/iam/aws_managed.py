"""AWS managed policies: the few that matter to a server of keys, read-only, the same for every account.

Source: AWS Managed Policy Reference, for names, ids, descriptions and texts. ReadOnlyAccess speaks of every service there;
here it keeps the actions of services that this server has.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from strongroom.authz.defaults import ADMINISTRATOR_ACCESS
from strongroom.model.arn import PARTITION


@dataclass(frozen=True, slots=True)
class AWSManagedPolicy:
    """``version`` is the number of the default version, the only one there is here."""

    name: str
    policy_id: str
    path: str
    created_ms: int
    updated_ms: int
    version: int
    description: str
    text: str

    @property
    def arn(self) -> str:
        return f"arn:{PARTITION}:iam::aws:policy{self.path}{self.name}"


def _allow(*actions: str) -> dict[str, object]:
    return {"Effect": "Allow", "Action": [*actions], "Resource": "*"}


def _policy(name: str, policy_id: str, version: int, description: str, text: str) -> AWSManagedPolicy:
    return AWSManagedPolicy(name, policy_id, "/", _CREATED_MS, _CREATED_MS, version, description, text)


def _document(statements: Sequence[object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=4)


_CREATED_MS = 1_423_161_576_000  # 2015-02-05, when AWS made most of them
_POLICIES = (
    _policy(
        "AdministratorAccess",
        "ANPAIWMBCKSKIEE64ZLYK",
        1,
        "Provides full access to AWS services and resources.",
        ADMINISTRATOR_ACCESS,
    ),
    _policy(
        "PowerUserAccess",
        "ANPAJYRXTHIB4FOVS3ZXS",
        5,
        "Provides full access to AWS services and resources, but does not allow management of Users and groups.",
        _document(
            [
                {"Effect": "Allow", "NotAction": ["iam:*", "organizations:*", "account:*"], "Resource": "*"},
                _allow(
                    "account:GetAccountInformation",
                    "account:GetPrimaryEmail",
                    "account:ListRegions",
                    "iam:CreateServiceLinkedRole",
                    "iam:DeleteServiceLinkedRole",
                    "iam:ListRoles",
                    "organizations:DescribeEffectivePolicy",
                    "organizations:DescribeOrganization",
                ),
            ]
        ),
    ),
    _policy(
        "ReadOnlyAccess",
        "ANPAILL3HVNFSB6DCOWYQ",
        1,
        "Provides read-only access to AWS services and resources.",
        _document(
            [
                _allow(
                    "iam:Generate*",
                    "iam:Get*",
                    "iam:List*",
                    "iam:Simulate*",
                    "kms:Describe*",
                    "kms:Get*",
                    "kms:List*",
                    "sts:GetAccessKeyInfo",
                    "sts:GetCallerIdentity",
                    "sts:GetSessionToken",
                )
            ]
        ),
    ),
    _policy(
        "IAMFullAccess",
        "ANPAI7XKCFMBPM3QQRRVQ",
        2,
        "Provides full access to IAM via the AWS Management Console.",
        _document(
            [
                _allow(
                    "iam:*",
                    "organizations:DescribeAccount",
                    "organizations:DescribeOrganization",
                    "organizations:DescribeOrganizationalUnit",
                    "organizations:DescribePolicy",
                    "organizations:ListChildren",
                    "organizations:ListParents",
                    "organizations:ListPoliciesForTarget",
                    "organizations:ListRoots",
                    "organizations:ListPolicies",
                    "organizations:ListTargetsForPolicy",
                )
            ]
        ),
    ),
    _policy(
        "IAMReadOnlyAccess",
        "ANPAJKSO7NDY4T57MWDSQ",
        4,
        "Provides read only access to IAM via the AWS Management Console.",
        _document(
            [
                _allow(
                    "iam:GenerateCredentialReport",
                    "iam:GenerateServiceLastAccessedDetails",
                    "iam:Get*",
                    "iam:List*",
                    "iam:SimulateCustomPolicy",
                    "iam:SimulatePrincipalPolicy",
                )
            ]
        ),
    ),
    _policy(
        "AWSKeyManagementServicePowerUser",
        "ANPAJNPP7PPPPMJRV2SA4",
        2,
        "Provides access to AWS Key Management Service (KMS).",
        _document(
            [
                _allow(
                    "kms:CreateAlias",
                    "kms:CreateKey",
                    "kms:DeleteAlias",
                    "kms:Describe*",
                    "kms:GenerateRandom",
                    "kms:Get*",
                    "kms:List*",
                    "kms:TagResource",
                    "kms:UntagResource",
                    "iam:ListGroups",
                    "iam:ListRoles",
                    "iam:ListUsers",
                )
            ]
        ),
    ),
)

AWS_MANAGED: Mapping[str, AWSManagedPolicy] = MappingProxyType({policy.arn: policy for policy in _POLICIES})


def aws_managed(arn: str) -> AWSManagedPolicy | None:
    """Return the AWS managed policy of that ARN, if it is one of ours."""
    return AWS_MANAGED.get(arn)
