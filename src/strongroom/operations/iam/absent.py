"""What this server has none of: password policies, MFA devices, certificates, SSH keys, instance profiles. Clients ask all the same.

Tools that delete a user or role look for these first; they are told that there are none. Source: IAM API Reference.
"""

from collections.abc import Callable
from typing import Any

from strongroom.errors import NoSuchEntityError
from strongroom.operations.iam.common import (
    find_role,
    find_user,
    on,
    on_anything,
    on_path,
    on_user_named,
    reads,
    user_named,
)
from strongroom.operations.operation import Call, Outcome
from strongroom.wire.shapes import iam


def _none(make: Callable[[], Any]) -> Callable[[Call, Any], Outcome]:
    return lambda _call, _request: Outcome(make())


def _none_of_user(make: Callable[[], Any]) -> Callable[[Call, Any], Outcome]:
    def act(call: Call, request: Any) -> Outcome:
        find_user(call, user_named(request, call.principal))
        return Outcome(make())

    return act


def _no_instance_profiles(call: Call, request: iam.ListInstanceProfilesForRoleRequest) -> Outcome:
    find_role(call, request.role_name)
    return Outcome(iam.ListInstanceProfilesForRoleResponse(instance_profiles=[], is_truncated=False))


def _no_password_policy(call: Call, _request: iam.GetAccountPasswordPolicyRequest) -> Outcome:
    raise NoSuchEntityError(f"The Password Policy with domain name {call.account} cannot be found.")


OPERATIONS = (
    reads(
        "ListMFADevices",
        _none_of_user(lambda: iam.ListMFADevicesResponse(mfa_devices=[], is_truncated=False)),
        on_user_named("iam:ListMFADevices"),
    ),
    reads(
        "ListSigningCertificates",
        _none_of_user(lambda: iam.ListSigningCertificatesResponse(certificates=[], is_truncated=False)),
        on_user_named("iam:ListSigningCertificates"),
    ),
    reads(
        "ListSSHPublicKeys",
        _none_of_user(lambda: iam.ListSSHPublicKeysResponse(ssh_public_keys=[], is_truncated=False)),
        on_user_named("iam:ListSSHPublicKeys"),
    ),
    reads(
        "ListServiceSpecificCredentials",
        _none(lambda: iam.ListServiceSpecificCredentialsResponse(service_specific_credentials=[])),
        on_anything("iam:ListServiceSpecificCredentials"),
    ),
    reads(
        "ListVirtualMFADevices",
        _none(lambda: iam.ListVirtualMFADevicesResponse(virtual_mfa_devices=[], is_truncated=False)),
        on_anything("iam:ListVirtualMFADevices"),
    ),
    reads(
        "ListServerCertificates",
        _none(lambda: iam.ListServerCertificatesResponse(server_certificate_metadata_list=[], is_truncated=False)),
        on_path("server-certificate", "iam:ListServerCertificates"),
    ),
    reads(
        "ListSAMLProviders",
        _none(lambda: iam.ListSAMLProvidersResponse(saml_provider_list=[])),
        on_anything("iam:ListSAMLProviders"),
    ),
    reads(
        "ListInstanceProfiles",
        _none(lambda: iam.ListInstanceProfilesResponse(instance_profiles=[], is_truncated=False)),
        on_path("instance-profile", "iam:ListInstanceProfiles"),
    ),
    reads(
        "ListInstanceProfilesForRole",
        _no_instance_profiles,
        on("role", "role_name", "iam:ListInstanceProfilesForRole"),
    ),
    reads("GetAccountPasswordPolicy", _no_password_policy, on_anything("iam:GetAccountPasswordPolicy")),
)
