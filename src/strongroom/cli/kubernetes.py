"""``strongroom k8s-plugin``: what is typed; ``integrations/kubernetes`` does it."""

import logging
import sys

import click

from strongroom.cli.context import context_option

_RETRIES = {"mode": "standard", "total_max_attempts": 2}  # an API server waits three seconds


@click.command("k8s-plugin")
@click.option(
    "--socket",
    "address",
    required=True,
    metavar="unix:///PATH",
    help="Socket that the API server's configuration names.",
)
@click.option("--key-id", required=True, metavar="KEY", help="KMS key: ARN, key id or alias; symmetric.")
@context_option
@click.option(
    "--socket-group",
    "group",
    metavar="GROUP",
    help="Group that may use the socket too, for an API server that is not root.",
)
@click.option(
    "--kms-timeout",
    "timeout_seconds",
    type=click.FloatRange(0.1, 60),
    default=1.0,
    show_default=True,
    help="Seconds to wait for KMS to take a connection, and to answer.",
)
@click.option(
    "--drain",
    "drain_seconds",
    type=click.FloatRange(0, 300),
    default=5.0,
    show_default=True,
    help="Seconds that calls under way have after SIGTERM.",
)
@click.option("--verbose", is_flag=True, help="Log every Encrypt too, not failures only.")
def k8s_plugin(  # noqa: PLR0917 - one parameter an option
    address: str,
    key_id: str,
    context: dict[str, str],
    group: str | None,
    timeout_seconds: float,
    drain_seconds: float,
    verbose: bool,  # noqa: FBT001 - an option
) -> None:
    """Encrypt a Kubernetes cluster's secrets under a KMS key: the KMS v2 plugin of its API server."""
    from strongroom.integrations.kms import SettingsError, explain, is_botocores, kms_client  # noqa: PLC0415 - slow to load

    try:
        from strongroom.integrations.kubernetes import serve as plugin  # noqa: PLC0415 - an optional dependency
    except ImportError:
        raise click.ClickException("This command needs gRPC: pip install strongroom[kubernetes]") from None
    from strongroom.integrations.kubernetes.provider import Provider  # noqa: PLC0415 - as above

    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(message)s",
        stream=sys.stderr,
    )
    try:
        path = plugin.socket_path(address)
        kms = kms_client(connect_timeout=timeout_seconds, read_timeout=timeout_seconds, retries=_RETRIES)
        plugin.serve(
            Provider(kms, key_id, context),
            path,
            group=group,
            drain_seconds=drain_seconds,
            ready=lambda: click.echo(f"strongroom k8s-plugin ready unix://{path}"),
        )
    except (SettingsError, plugin.SocketError) as error:
        raise click.ClickException(str(error)) from None
    except Exception as error:
        if not is_botocores(error):
            raise
        raise click.ClickException(explain(error)) from None
