"""``strongroom serve``: the options of a server, and what it says when it is ready."""

import re
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import click

from strongroom.audit.retention import Retention
from strongroom.cli.events import event_options
from strongroom.cli.journal import journal_options
from strongroom.cli.options import DATA, PASSPHRASE, plainly
from strongroom.model.quota import AWS_QUOTAS, QuotaError, Quotas, quotas_of
from strongroom.model.regions import AWS_REGIONS
from strongroom.server.settings import DEFAULT_PORT, Announcements, DataDirectory, Settings, cores

_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")  # AWS Organizations API Reference, Organization, Id


def _organization(_context: click.Context, _option: click.Parameter, given: str) -> str:
    if given and not _ORGANIZATION.fullmatch(given):
        raise click.BadParameter("an organization id is o- and 10 to 32 small letters and digits, as in o-a1b2c3d4e5")
    return given


@click.command()
@DATA
@PASSPHRASE
@click.option(
    "--host",
    envvar="STRONGROOM_HOST",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on (or STRONGROOM_HOST).",
)
@click.option(
    "--port",
    envvar="PORT",
    default=DEFAULT_PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port (or PORT).",
)
@click.option(
    "--workers",
    envvar="WORKERS",
    type=click.IntRange(1, 62),
    default=None,
    help="Worker processes (or WORKERS); default: cores.",
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    help="Region to serve; may be repeated, the first is the default. Without it: every Region of the aws partition.",
)
@click.option(
    "--journal-segment-bytes",
    type=click.IntRange(65536),
    default=16 * 1024 * 1024,
    show_default=True,
    help="Size of a segment of the audit journal.",
)
@journal_options
@event_options
@click.option(
    "--refuse-replays",
    is_flag=True,
    help="Refuse a signature that this worker has seen before. AWS does not; identical requests within one second clash.",
)
@click.option(
    "--test-clock",
    is_flag=True,
    help="For tests only: the server's clock can be moved on by strongroom clock advance, and with it rotations and deletions.",
)
@click.option(
    "--quotas",
    "quota_file",
    envvar="STRONGROOM_QUOTAS",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML file with quotas on resources and request rates (or STRONGROOM_QUOTAS); without it AWS's for resources.",
)
@click.option(
    "--attestation-root",
    envvar="STRONGROOM_ATTESTATION_ROOT",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM file of the roots that attestation documents (Recipient) must lead to, instead of AWS's own.",
)
@click.option(
    "--oidc-ca",
    envvar="STRONGROOM_OIDC_CA",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM file of CA certificates that OpenID Connect providers are trusted by, beside the system's.",
)
@click.option(
    "--organization",
    envvar="STRONGROOM_ORGANIZATION",
    default="",
    metavar="o-ID",
    callback=_organization,
    help="Organization id of all accounts here, for aws:PrincipalOrgID in policies (or STRONGROOM_ORGANIZATION).",
)
@click.option(
    "--trails-to",
    envvar="STRONGROOM_TRAILS_TO",
    type=click.Choice(["directory", "s3"]),
    default="directory",
    show_default=True,
    help="Where CloudTrail trails deliver to: $DATA/trails/<bucket>, or S3 as boto3 finds it (or STRONGROOM_TRAILS_TO).",
)
@click.option(
    "--trail-interval",
    "trail_interval_seconds",
    type=click.IntRange(1, 3600),
    default=300,
    show_default=True,
    help="Seconds between two log files of a trail.",
)
@plainly
def serve(  # noqa: PLR0917 - one parameter an option
    data: Path,
    passphrase_file: Path | None,
    host: str,
    port: int,
    workers: int | None,
    regions: tuple[str, ...],
    journal_segment_bytes: int,
    audit_index: bool,  # noqa: FBT001 - an option
    retention: Retention,
    forward: tuple[str, ...],
    events: Announcements | None,
    refuse_replays: bool,  # noqa: FBT001 - an option
    test_clock: bool,  # noqa: FBT001 - an option
    quota_file: Path | None,
    attestation_root: Path | None,
    oidc_ca: Path | None,
    organization: str,
    trails_to: str,
    trail_interval_seconds: int,
) -> None:
    """Run the server; the first start makes the data directory, keys, account and administrator."""
    from strongroom.server import supervisor  # noqa: PLC0415 - slow to load; --help need not wait
    from strongroom.server.attestation_roots import read_attestation_roots  # noqa: PLC0415 - as above
    from strongroom.server.oidc_keys import trusting  # noqa: PLC0415 - as above

    read_attestation_roots(attestation_root)  # better refused here than by every worker
    trusting(oidc_ca)
    if trails_to == "s3" and find_spec("boto3") is None:
        raise click.ClickException("--trails-to s3 needs boto3: install strongroom with its extra s3 (strongroom[s3]).")
    settings = Settings(
        data=DataDirectory(data.absolute()),
        host=host,
        port=port,
        workers=workers or cores(),
        regions=regions or AWS_REGIONS,
        passphrase_file=passphrase_file,
        journal_segment_bytes=journal_segment_bytes,
        audit_index=audit_index,
        retention=retention,
        forward=forward,
        events=events,
        refuse_replays=refuse_replays,
        test_clock=test_clock,
        quotas=_quotas(quota_file),
        attestation_root=attestation_root.absolute() if attestation_root is not None else None,
        oidc_ca=oidc_ca.absolute() if oidc_ca is not None else None,
        organization=organization,
        trails_to_s3=trails_to == "s3",
        trail_interval_seconds=trail_interval_seconds,
    )
    try:
        code = supervisor.serve(settings, _announce)
    except supervisor.PortTakenError as error:
        raise click.ClickException(str(error)) from None
    sys.exit(code)


def _quotas(path: Path | None) -> Quotas:
    """Return the quotas in a file, AWS's without one."""
    if path is None:
        return AWS_QUOTAS
    try:
        return quotas_of(tomllib.loads(path.read_text()))
    except (QuotaError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path}: {error} The format is described in docs/quotas.md.") from None


def _announce(settings: Settings, first_start: bool) -> None:  # noqa: FBT001 - a callback
    data = settings.data
    lines = [f"strongroom ready {settings.endpoint}"]
    if settings.test_clock:
        from strongroom.cli.clock import describe  # noqa: PLC0415 - slow to load

        lines += [
            "",
            "WARNING: this server has a test clock. Whoever can write to its data directory can move it on, and so have keys",
            f"deleted before their time. It now says {describe(data)}.",
        ]
    if first_start:
        lines += [
            "",
            f"First start: account, administrator and root key were made in {data.path}.",
            f"Back up {data.root_key}: without it no key can be opened.",
        ]
    ca = f"export AWS_CA_BUNDLE={data.ca_certificate}\n" if settings.tls else ""
    lines += [
        "",
        f"The console is at {settings.endpoint}/console",
        "",
        "Paste to try it:",
        "",
        f"export AWS_SHARED_CREDENTIALS_FILE={data.credentials}",
        f"{ca}export AWS_ENDPOINT_URL_KMS={settings.endpoint}",
        f"export AWS_ENDPOINT_URL_STS={settings.endpoint} AWS_ENDPOINT_URL_IAM={settings.endpoint}",
        "KEY=$(aws kms create-key --query KeyMetadata.KeyId --output text)",
        "printf 'hello' > /tmp/hello",
        (
            "aws kms encrypt --key-id $KEY --plaintext fileb:///tmp/hello"
            " --query CiphertextBlob --output text | base64 -d > /tmp/hello.encrypted"
        ),
        "aws kms decrypt --ciphertext-blob fileb:///tmp/hello.encrypted --query Plaintext --output text | base64 -d",
        "",
    ]
    click.echo("\n".join(lines))
    sys.stdout.flush()
