"""``strongroom``: run a server, look at it, add users and services. Every failure says what to do, without a traceback.

Each command is imported when somebody asks for it, so that none waits for another's libraries.
"""

import click

from strongroom.cli.lazy import LazyGroup

COMMANDS = {
    "account": "strongroom.cli.account_commands:account_group",
    "audit": "strongroom.cli.audit:audit",
    "clock": "strongroom.cli.clock_commands:clock",
    "env": "strongroom.cli.environment:env",
    "exec": "strongroom.cli.environment:exec_command",
    "explain": "strongroom.cli.why:explain",
    "file": "strongroom.cli.file:file",
    "jobs": "strongroom.cli.status_commands:jobs",
    "k8s-plugin": "strongroom.cli.kubernetes:k8s_plugin",
    "key": "strongroom.cli.keys:key",
    "keys": "strongroom.cli.keys:keys",
    "policy": "strongroom.cli.why:policy",
    "serve": "strongroom.cli.serve:serve",
    "service": "strongroom.cli.service_commands:service",
    "status": "strongroom.cli.status_commands:status",
    "tls": "strongroom.cli.tls_commands:tls",
    "user": "strongroom.cli.user_commands:user",
    "volume": "strongroom.cli.volume:volume",
}
"""Where each command stands: module and attribute."""


@click.group(cls=LazyGroup, commands_at=COMMANDS)
@click.version_option(package_name="strongroom")
def main() -> None:
    """AWS KMS that you run yourself."""


if __name__ == "__main__":
    main()
