"""Write the console's TypeScript types of the ``strongroom`` service from its service model.

    python tools/generate_console_types.py [--check] [model]

Members are optional unless the model requires them: an answer leaves out what is empty. ``--check`` says whether the file is
what the model makes.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
MODEL = ROOT / "src/strongroom/wire/models/strongroom/2026-11-24/service-2.json"
TYPES = ROOT / "console/src/api/strongroom-types.ts"

_HEAD = """\
/** The shapes of the `strongroom` service. Generated from its model by tools/generate_console_types.py; not edited by hand. */

/** Seconds since 1970, as AWS JSON 1.1 writes times. */
export type EpochSeconds = number;
"""
_SCALARS = {
    "string": "string",
    "boolean": "boolean",
    "integer": "number",
    "long": "number",
    "double": "number",
    "timestamp": "EpochSeconds",
    "blob": "string",
}


def lines(model: dict[str, Any]) -> Iterator[str]:
    """Yield the file: the operations, then every shape that they reach, by name."""
    shapes = model["shapes"]
    operations = dict(sorted(model["operations"].items()))
    yield _HEAD
    yield "export interface Operations {"
    for name, operation in operations.items():
        ends = [operation[end]["shape"] for end in ("input", "output")]
        yield f"  {name}: {{ input: {ends[0]}; output: {ends[1]} }};"
    yield "}"
    ends = [operation[end]["shape"] for operation in operations.values() for end in ("input", "output")]
    for name in sorted(_reached(shapes, ends)):
        yield ""
        yield from _named(shapes, name)


def _reached(shapes: dict[str, Any], names: list[str]) -> set[str]:
    """Return the structures and enumerations among ``names`` and below: what gets a name in TypeScript."""
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        shape = shapes[name]
        members = [*shape.get("members", {}).values(), *(shape[part] for part in ("member", "value") if part in shape)]
        waiting += [member["shape"] for member in members]
    return {name for name in seen if shapes[name]["type"] == "structure" or "enum" in shapes[name]}


def _named(shapes: dict[str, Any], name: str) -> Iterator[str]:
    shape = shapes[name]
    if "enum" in shape:
        yield f"export type {name} ="
        yield "\n".join(f'  | "{value}"' for value in shape["enum"]) + ";"
        return
    if not shape["members"]:
        yield f"export type {name} = Record<string, never>;"
        return
    yield f"export interface {name} {{"
    for member, of in shape["members"].items():
        mark = "" if member in shape.get("required", ()) else "?"
        yield f"  readonly {member}{mark}: {_type(shapes, of['shape'])};"
    yield "}"


def _type(shapes: dict[str, Any], name: str) -> str:
    shape = shapes[name]
    match shape["type"]:
        case "structure":
            return name
        case "list":
            return f"readonly {_type(shapes, shape['member']['shape'])}[]"
        case "map":
            return f"Readonly<Record<string, {_type(shapes, shape['value']['shape'])}>>"
        case kind:
            return name if "enum" in shape else _SCALARS[kind]


def main() -> int:
    """Write the file, or compare it; return the exit code."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--check"]
    model = json.loads(Path(arguments[0] if arguments else MODEL).read_text())
    text = "\n".join(lines(model)) + "\n"
    if "--check" not in sys.argv:
        TYPES.write_text(text)
    elif TYPES.read_text() != text:
        print(f"{TYPES} is not what the service model makes: run python tools/generate_console_types.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
