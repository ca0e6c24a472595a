"""The option ``--context NAME=VALUE`` of the clients' commands: pairs of an encryption context."""

import click


def pairs(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    """Return the pairs that were given."""
    found: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not name or not equals or "\n" in each:
            raise click.BadParameter("an encryption context pair is NAME=VALUE")
        if found.setdefault(name, value) != value:
            raise click.BadParameter(f"{name} has two values")
    return found


context_option = click.option(
    "--context",
    callback=pairs,
    multiple=True,
    metavar="NAME=VALUE",
    help="Encryption context pair; may be repeated.",
)
