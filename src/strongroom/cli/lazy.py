"""Commands that are imported when somebody asks for them: ``strongroom serve`` does not pay for the clients.

A line a command: its name, and the module and attribute where click's command stands.
"""

from importlib import import_module

import click

COMMANDS = {
    "env": ("strongroom.cli.environment", "env"),
    "exec": ("strongroom.cli.environment", "exec_command"),
    "file": ("strongroom.cli.file", "file"),
    "k8s-plugin": ("strongroom.cli.kubernetes", "k8s_plugin"),
    "volume": ("strongroom.cli.volume", "volume"),
}


class LazyGroup(click.Group):
    """click's group, with the commands of ``COMMANDS`` beside those that were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, attribute = COMMANDS[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command
