"""``strongroom file``: what is typed; ``strongroom.envelope`` does it."""

import click


@click.group()
def file() -> None:
    """Encrypt files under KMS keys, in the AWS Encryption SDK's message format."""
