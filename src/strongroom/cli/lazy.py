"""A group of commands that are imported when somebody asks for them."""

import gc
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

# Loading makes many objects and no rubbish; the default of 700 takes a fifth of a start.
_GC_THRESHOLDS = (50_000, 20, 100)


class LazyGroup(click.Group):
    """click's group, whose commands stand elsewhere: ``commands_at`` are their names and ``module:attribute``."""

    def __init__(self, *arguments: Any, commands_at: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._commands_at = commands_at

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(self._commands_at)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        where = self._commands_at.get(cmd_name)
        if where is None:
            return None
        gc.set_threshold(*_GC_THRESHOLDS)
        module, _, attribute = where.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command
