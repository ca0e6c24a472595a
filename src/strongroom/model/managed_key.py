"""Keys that services bring along: AWS managed keys, one for each service in an account, and AWS owned keys, which nobody sees.

Source: AWS KMS Developer Guide, "AWS KMS keys" (managed and owned); the key policies are recorded answers and those that the
services' own guides print. Services marked "by pattern" were recorded nowhere: they follow their neighbours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

SYSTEM_ACCOUNT = "000000000000"
"""Owns the AWS owned keys. No account has this number: those that are made begin with another digit."""

PREDEFINED_PREFIX = "alias/aws/"
ROTATION_DAYS = 365  # of managed keys; nobody can change it

_USE = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey")
_USE_AND_LIST_GRANTS = (*_USE[:-1], "kms:ListGrants", _USE[-1])
_USE_WITHOUT_GRANTS = tuple(action for action in _USE if action != "kms:CreateGrant")
_SEE = ("kms:Describe*", "kms:Get*", "kms:List*")
_SEE_AND_REVOKE = (*_SEE, "kms:RevokeGrant")


@dataclass(frozen=True, slots=True)
class ManagedService:
    """A service with a key of its own in each account.

    ``protects`` ends the key's description, ``called`` is the service in its policy, ``via`` the first label of its
    kms:ViaService where that is not ``name``. ``use`` is what may be done through the service, ``see`` what the account
    may do directly.
    """

    name: str
    protects: str
    called: str
    policy_id: str
    via: str = ""
    use: tuple[str, ...] = _USE
    see: tuple[str, ...] = _SEE_AND_REVOKE

    @property
    def alias(self) -> str:
        return PREDEFINED_PREFIX + self.name

    @property
    def description(self) -> str:
        return f"Default key that protects my {self.protects} when no other key is defined"

    def via_service(self, region: str) -> str:
        """Return the value of kms:ViaService for calls that come through the service."""
        return f"{self.via or self.name}.{region}.amazonaws.com"


_SERVICES = (
    ManagedService("acm", "ACM private keys", "ACM", "auto-acm-1"),  # the policy by pattern
    ManagedService("backup", "Backup data", "Backup", "auto-backup-1"),  # the policy by pattern
    ManagedService("codecommit", "CodeCommit repositories", "CodeCommit", "auto-codecommit-1"),  # by pattern
    ManagedService("dms", "DMS replication instance data", "DMS", "auto-dms-1"),  # by pattern
    ManagedService("dynamodb", "DynamoDB data", "Amazon DynamoDB", "auto-dynamodb-1"),
    ManagedService("ebs", "EBS volumes", "EBS", "auto-ebs-2", via="ec2"),
    ManagedService("ecr", "ECR data", "ECR", "auto-ecr-1"),  # the policy by pattern
    ManagedService("elasticfilesystem", "EFS filesystems", "EFS", "auto-elasticfilesystem-1"),
    ManagedService(
        "es",
        "Amazon OpenSearch Service (successor to Amazon Elasticsearch Service) data",
        "OpenSearch Service",
        "auto-es-2",
    ),
    ManagedService("fsx", "FSx data", "FSx", "auto-fsx-1"),  # by pattern
    ManagedService("glue", "Glue data", "Glue", "auto-glue-1"),  # the policy by pattern
    ManagedService("kafka", "Kafka data", "Kafka", "auto-kafka-1", use=_USE_AND_LIST_GRANTS),
    ManagedService("kinesis", "Kinesis data", "Kinesis", "auto-kinesis-1"),  # by pattern
    ManagedService(
        "kinesisvideo", "kinesis video data", "Kinesis Video", "auto-kinesisvideo-1"
    ),  # the policy by pattern
    ManagedService("lambda", "Lambda functions", "AWS Lambda", "auto-awslambda"),
    ManagedService("rds", "RDS database volumes", "RDS", "auto-rds-2", use=_USE_AND_LIST_GRANTS),
    ManagedService("redshift", "Redshift clusters", "Redshift", "auto-redshift-1"),  # by pattern
    ManagedService("s3", "S3 objects", "S3", "auto-s3-2", use=_USE_WITHOUT_GRANTS, see=_SEE),
    ManagedService("secretsmanager", "Secrets Manager data", "AWS Secrets Manager", "auto-secretsmanager-2"),
    ManagedService(
        "sns",
        "SNS data",
        "SNS",
        "auto-sns-1",
        use=("kms:Decrypt", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:ListGrants", "kms:DescribeKey"),
    ),
    ManagedService("sqs", "SQS messages", "Simple Queue Service (SQS)", "auto-sqs-1"),
    ManagedService("ssm", "SSM parameters", "SSM", "auto-ssm-1", use=_USE_WITHOUT_GRANTS, see=_SEE),
    ManagedService("workspaces", "WorkSpaces volumes", "WorkSpaces", "auto-workspaces-1"),  # by pattern
    ManagedService("xray", "X-Ray data", "X-Ray", "auto-xray-1"),  # by pattern
)

PREDEFINED: Mapping[str, ManagedService] = MappingProxyType({service.alias: service for service in _SERVICES})
"""Every predefined alias, in the order of the names."""
