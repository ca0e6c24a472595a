"""Condition keys of members that a request may leave out: absent with them, as policies that ask ``Null`` expect."""

import pytest

from strongroom.operations.table import BUILT
from strongroom.wire.shapes import kms

CREATE, PUT = BUILT["kms"]["CreateKey"], BUILT["kms"]["PutKeyPolicy"]
IMPORT = BUILT["kms"]["ImportKeyMaterial"]
BYPASS, MODEL = "kms:bypasspolicylockoutsafetycheck", "kms:expirationmodel"


@pytest.mark.parametrize(("given", "value"), [(None, None), (False, "false"), (True, "true")])
def test_bypassing_the_lockout_check(given: bool | None, value: str | None) -> None:
    """Source: AWS KMS Developer Guide, kms:BypassPolicyLockoutSafetyCheck: Allow where Null, Deny where true."""
    create = kms.CreateKeyRequest(bypass_policy_lockout_safety_check=given)
    assert CREATE.conditions(create, "kms:CreateKey").get(BYPASS) == value
    put = kms.PutKeyPolicyRequest(key_id="k", policy="{}", bypass_policy_lockout_safety_check=given)
    assert PUT.conditions(put, "kms:PutKeyPolicy").get(BYPASS) == value


@pytest.mark.parametrize("given", [None, "KEY_MATERIAL_EXPIRES", "KEY_MATERIAL_DOES_NOT_EXPIRE"])
def test_expiration_model(given: str | None) -> None:
    """Source: AWS KMS Developer Guide, kms:ExpirationModel: Allow where Null means that the material expires."""
    valid_to = None if given == "KEY_MATERIAL_DOES_NOT_EXPIRE" else 1_800_000_000.0
    request = kms.ImportKeyMaterialRequest(
        key_id="k", import_token=b"t", encrypted_key_material=b"m", valid_to=valid_to, expiration_model=given
    )
    assert IMPORT.conditions(request, "kms:ImportKeyMaterial").get(MODEL) == given
