"""``strongroom tls``: what an administrator types; ``certificates`` does it."""

from pathlib import Path

import click

from strongroom.cli.options import DATA, plainly
from strongroom.server.settings import DataDirectory


@click.group()
def tls() -> None:
    """Certificates for https."""


@tls.command("init")
@DATA
@click.option("--name", "names", multiple=True, help="Further host name or address for the server's certificate.")
@plainly
def tls_init(data: Path, names: tuple[str, ...]) -> None:
    """Make a private CA and a server certificate; the next start serves https."""
    from strongroom.cli.certificates import make_certificates  # noqa: PLC0415 - slow to load

    directory = DataDirectory(data.absolute())
    hosts = make_certificates(directory, names)
    click.echo(f"Certificate for {', '.join(hosts)} in {directory.tls}. Restart the server to serve https.")
    click.echo(f"Clients: export AWS_CA_BUNDLE={directory.ca_certificate} (Node: NODE_EXTRA_CA_CERTS)")
