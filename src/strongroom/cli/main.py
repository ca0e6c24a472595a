"""``strongroom``: run a server, look at it, add users and services. Every failure says what to do, without a traceback."""

import os
import re
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path

import click

from strongroom.audit.retention import Retention
from strongroom.cli.audit import audit
from strongroom.cli.events import event_options
from strongroom.cli.journal import journal_options
from strongroom.cli.keys import key, keys
from strongroom.cli.lazy import LazyGroup
from strongroom.cli.options import DATA as _DATA
from strongroom.cli.options import PASSPHRASE as _PASSPHRASE
from strongroom.cli.options import plainly
from strongroom.cli.service_commands import service
from strongroom.cli.user_commands import user
from strongroom.cli.why import explain, policy
from strongroom.model.quota import AWS_QUOTAS, QuotaError, Quotas, quotas_of
from strongroom.model.regions import AWS_REGIONS
from strongroom.server.settings import DEFAULT_PORT, Announcements, DataDirectory, Settings, cores

_ORGANIZATION = re.compile(r"o-[a-z0-9]{10,32}")  # AWS Organizations API Reference, Organization, Id


@click.group(cls=LazyGroup)
@click.version_option(package_name="strongroom")
def main() -> None:
    """AWS KMS that you run yourself."""


def _organization(_context: click.Context, _option: click.Parameter, given: str) -> str:
    if given and not _ORGANIZATION.fullmatch(given):
        raise click.BadParameter("an organization id is o- and 10 to 32 small letters and digits, as in o-a1b2c3d4e5")
    return given


@main.command()
@_DATA
@_PASSPHRASE
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


def describe_clock(data: DataDirectory) -> str:
    """Say what time a test server has. Errors: DataDirectoryError when there is none."""
    from strongroom.cli.clock import describe  # noqa: PLC0415 - slow to load

    return describe(data)


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
        lines += [
            "",
            "WARNING: this server has a test clock. Whoever can write to its data directory can move it on, and so have keys",
            f"deleted before their time. It now says {describe_clock(data)}.",
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


@main.command()
@_DATA
@plainly
def status(data: Path) -> None:
    """Show what is in the data directory, whether its server answers, and which operations this version has."""
    from strongroom.cli.status import report  # noqa: PLC0415 - slow to load

    for line in report(DataDirectory(data.absolute())):
        click.echo(line)


@main.command()
@_DATA
@plainly
def jobs(data: Path) -> None:
    """Show what happens by itself (rotation, deletion), when it is due next, and what became of it last."""
    from strongroom.cli.jobs import lines  # noqa: PLC0415 - slow to load

    for line in lines(DataDirectory(data.absolute())):
        click.echo(line)


@main.group()
def clock() -> None:
    """The clock of a test server (serve --test-clock)."""


@clock.command("show")
@_DATA
@plainly
def clock_show(data: Path) -> None:
    """Show what time the test server has."""
    click.echo(describe_clock(DataDirectory(data.absolute())))


@clock.command("advance")
@click.argument("duration")
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(0),
    default=30,
    show_default=True,
    help="Seconds to wait for what comes due by it.",
)
@_DATA
@plainly
def clock_advance(duration: str, wait_seconds: float, data: Path) -> None:
    """Move the test server's clock on by DURATION (365d, 12h, 30m, 45s, 1d12h) and wait until it has done what came due."""
    from strongroom.cli.clock import advance, seconds_of  # noqa: PLC0415 - slow to load

    for line in advance(DataDirectory(data.absolute()), seconds_of(duration), wait_seconds):
        click.echo(line)


@main.group("account")
def account_group() -> None:
    """Accounts: each a world of its own, with its keys and users."""


@account_group.command("create")
@click.argument("name")
@_DATA
@_PASSPHRASE
@plainly
def account_create(name: str, data: Path, passphrase_file: Path | None) -> None:
    """Make an account and its first administrator, kept as profile NAME in the credentials file."""
    from strongroom.cli.accounts import create_account  # noqa: PLC0415 - slow to load

    made, administrator = create_account(DataDirectory(data.absolute()), name, passphrase_file)
    click.echo(
        f"{made.account}\n{administrator.user.arn}\naccess key {administrator.access_key_id}, "
        f"profile [{name}] in {data.absolute() / 'credentials'}"
    )


@account_group.command("list")
@_DATA
@plainly
def account_list(data: Path) -> None:
    """List the accounts: number, day of their making, users, name."""
    from strongroom.cli.accounts import list_accounts  # noqa: PLC0415 - slow to load

    for line in list_accounts(DataDirectory(data.absolute())):
        click.echo(line)


main.add_command(service)


@main.group()
def tls() -> None:
    """Certificates for https."""


@tls.command("init")
@_DATA
@click.option("--name", "names", multiple=True, help="Further host name or address for the server's certificate.")
@plainly
def tls_init(data: Path, names: tuple[str, ...]) -> None:
    """Make a private CA and a server certificate; the next start serves https."""
    from strongroom.cli.certificates import make_certificates  # noqa: PLC0415 - slow to load

    directory = DataDirectory(data.absolute())
    hosts = make_certificates(directory, names)
    click.echo(f"Certificate for {', '.join(hosts)} in {directory.tls}. Restart the server to serve https.")
    click.echo(f"Clients: export AWS_CA_BUNDLE={directory.ca_certificate} (Node: NODE_EXTRA_CA_CERTS)")


for group in (audit, explain, key, keys, policy, user):
    main.add_command(group)


if __name__ == "__main__":
    os.umask(0o077)
    main()
