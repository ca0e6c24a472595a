"""Policies that exist without anybody writing them.

Source: AWS KMS Developer Guide, "Default key policy", byte for byte as GetKeyPolicy returns it; AWS Managed Policy
Reference, AdministratorAccess.
"""

from strongroom.model.arn import root_arn

_DEFAULT_KEY_POLICY = """{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "%s"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}"""

ADMINISTRATOR_ACCESS = """{
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "*",
            "Resource": "*"
        }
    ]
}"""


def default_key_policy(account: str) -> str:
    """Return the policy of a key that was created without one: the account may decide by identity policies."""
    return _DEFAULT_KEY_POLICY % root_arn(account)
