"""Generate ``src/strongroom/wire/shapes/`` from the AWS service models that botocore ships, and from our own.

    python tools/generate_shapes.py           writes the shapes
    python tools/generate_shapes.py --check   writes nothing; names what differs and exits with 1

Constraints (lengths, ranges, patterns, enumerations) are kept for what a caller can send. What only we send is typed
plainly: we hold our answers to the model in tests, not on the way out. The model's own words win but for the overlay.
"""

import argparse
import ast
import keyword
import re
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import botocore
from botocore.loaders import Loader

from strongroom.wire.overlay import JAVA_CLASSES, TRAITS, UNIONS

SERVICES = {
    "kms": "2014-11-01",
    "sts": "2011-06-15",
    "iam": "2010-05-08",
    "cloudtrail": "2013-11-01",
    "strongroom": "2026-11-24",
}
OWN = frozenset({"strongroom"})
MODELS = Path(__file__).parent.parent / "src" / "strongroom" / "wire" / "models"  # of our own services

# The operations to generate of a service that we do not take whole: every shape costs time at each start.
CHOSEN: Mapping[str, frozenset[str]] = {
    "iam": frozenset(
        """
        CreateUser GetUser UpdateUser DeleteUser ListUsers TagUser UntagUser ListUserTags
        PutUserPermissionsBoundary DeleteUserPermissionsBoundary
        CreateAccessKey UpdateAccessKey DeleteAccessKey ListAccessKeys GetAccessKeyLastUsed
        CreateGroup GetGroup UpdateGroup DeleteGroup ListGroups AddUserToGroup RemoveUserFromGroup ListGroupsForUser
        CreateRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy DeleteRole ListRoles
        TagRole UntagRole ListRoleTags PutRolePermissionsBoundary DeleteRolePermissionsBoundary
        PutUserPolicy GetUserPolicy DeleteUserPolicy ListUserPolicies
        PutGroupPolicy GetGroupPolicy DeleteGroupPolicy ListGroupPolicies
        CreateInstanceProfile GetInstanceProfile DeleteInstanceProfile AddRoleToInstanceProfile
        RemoveRoleFromInstanceProfile TagInstanceProfile UntagInstanceProfile ListInstanceProfileTags
        UpdateAccountPasswordPolicy DeleteAccountPasswordPolicy
        PutRolePolicy GetRolePolicy DeleteRolePolicy ListRolePolicies
        CreatePolicy GetPolicy DeletePolicy ListPolicies TagPolicy UntagPolicy ListPolicyTags
        CreatePolicyVersion GetPolicyVersion DeletePolicyVersion ListPolicyVersions SetDefaultPolicyVersion
        AttachUserPolicy DetachUserPolicy ListAttachedUserPolicies
        AttachGroupPolicy DetachGroupPolicy ListAttachedGroupPolicies
        AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies ListEntitiesForPolicy
        CreateOpenIDConnectProvider GetOpenIDConnectProvider DeleteOpenIDConnectProvider ListOpenIDConnectProviders
        UpdateOpenIDConnectProviderThumbprint AddClientIDToOpenIDConnectProvider
        RemoveClientIDFromOpenIDConnectProvider TagOpenIDConnectProvider UntagOpenIDConnectProvider
        ListOpenIDConnectProviderTags
        CreateAccountAlias DeleteAccountAlias ListAccountAliases GetAccountSummary GetAccountAuthorizationDetails
        GenerateCredentialReport GetCredentialReport ListPoliciesGrantingServiceAccess
        GenerateServiceLastAccessedDetails GetServiceLastAccessedDetails GetServiceLastAccessedDetailsWithEntities
        GetAccountPasswordPolicy CreateLoginProfile GetLoginProfile UpdateLoginProfile DeleteLoginProfile ChangePassword
        SimulateCustomPolicy SimulatePrincipalPolicy GetContextKeysForCustomPolicy GetContextKeysForPrincipalPolicy
        ListInstanceProfiles ListInstanceProfilesForRole ListMFADevices ListVirtualMFADevices ListSigningCertificates
        ListSSHPublicKeys ListServiceSpecificCredentials ListServerCertificates ListSAMLProviders
        """.split()  # noqa: SIM905 - a table to read, not a list
    ),
    "cloudtrail": frozenset(
        """
        CreateTrail GetTrail DescribeTrails ListTrails UpdateTrail DeleteTrail StartLogging StopLogging GetTrailStatus
        PutEventSelectors GetEventSelectors AddTags ListTags RemoveTags ListPublicKeys LookupEvents
        """.split()  # noqa: SIM905 - a table to read, not a list
    ),
}
FOLDER = Path(__file__).parent.parent / "src" / "strongroom" / "wire" / "shapes"

_INTEGERS = {"integer": 31, "long": 63}
_KNOWN_KINDS = {"structure", "list", "map", "string", "blob", "boolean", "timestamp", *_INTEGERS}
_UNKNOWN_TRAITS = {"flattened", "locationName", "location", "timestampFormat", "streaming", "document", "union"}
_LINE = 120

_HEADER = '''\
"""The shapes of {full_name}, API version {version}. Generated: do not edit.

By ``python tools/generate_shapes.py`` from {origin}.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import {typing}

from msgspec import Meta, field

from strongroom.wire.shape import {ours}

'''
_OTHERS = '"""Operations that the service model has beside those, by name."""\n'
_TYPING = ("Annotated", "ClassVar", "Literal")
_OURS = ("OperationShape", "Shape", "Timestamp")
_TAKEN = {*_TYPING, *_OURS, "Mapping", "MappingProxyType", "Meta", "field", "OPERATIONS", "OTHERS"}


def snake_case(name: str) -> str:
    """Return ``AWSAccountId`` as ``aws_account_id``; a plural acronym (``ARNs``) stays one word."""
    name = re.sub(r"([A-Z]{2,})s(?=[A-Z]|$)", lambda found: found[1].capitalize() + "s", name)
    name = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    name = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    return name + "_" if keyword.iskeyword(name) else name


def pascal_case(name: str) -> str:
    """Return the wire name that ``rename="pascal"`` makes of a snake_case attribute."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


def python_pattern(pattern: str) -> tuple[str, bool]:
    r"""Return a model's pattern for ``re.search``, and whether its text had to change beyond being anchored.

    Java's ``matches`` means the whole string, and its ``\w``, ``\d`` and ``\s`` are ASCII only.
    """
    translated = pattern
    for java, python in JAVA_CLASSES.items():
        translated = translated.replace(java, python)
    changed = translated != pattern
    anchored = rf"\A(?{'' if changed else 'a'}:{translated})\Z"
    re.compile(anchored)
    return anchored, changed


def load(service: str) -> dict[str, Any]:
    """Return the service model with the overlay on it, cut to what is chosen. Errors: ValueError for an unknown trait."""
    model: dict[str, Any] = Loader(extra_search_paths=[str(MODELS)]).load_service_model(
        service, "service-2", SERVICES[service]
    )
    if chosen := CHOSEN.get(service):
        if unknown := chosen - model["operations"].keys():
            raise ValueError(f"{service}: there are no operations {sorted(unknown)}")
        model = _cut(model, chosen)
    shapes = model["shapes"]
    for (overlaid, shape), traits in TRAITS.items():
        if overlaid == service:
            shapes[shape] = {**shapes[shape], **traits}
    for overlaid, shape in UNIONS:
        if overlaid == service:
            shapes[shape] = {trait: value for trait, value in shapes[shape].items() if trait != "union"}
    for name, shape in shapes.items():
        references = [
            shape,
            *shape.get("members", {}).values(),
            *(shape.get(part, {}) for part in ("member", "key", "value")),
        ]
        if shape.get("exception"):
            continue
        if shape["type"] not in _KNOWN_KINDS or any(_UNKNOWN_TRAITS & reference.keys() for reference in references):
            raise ValueError(f"{service}: {name} has a type or trait that strongroom.wire does not know")
    return model


def _cut(model: dict[str, Any], chosen: frozenset[str]) -> dict[str, Any]:
    """Return the model of the chosen operations, and of the shapes that they need."""
    operations = {name: model["operations"][name] for name in chosen}
    needed: set[str] = set()
    waiting = [
        reference["shape"]
        for operation in operations.values()
        for reference in (
            *operation.get("errors", ()),
            *(operation[way] for way in ("input", "output") if way in operation),
        )
    ]
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += _references(model["shapes"][name])
    shapes = {name: model["shapes"][name] for name in sorted(needed)}
    return {**model, "operations": operations, "shapes": shapes, "others": sorted(model["operations"].keys() - chosen)}


@dataclass
class Writer:
    """The source of one service's shapes, each after those that it needs."""

    service: str
    model: Mapping[str, Any]
    blocks: list[str] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)
    from_callers: set[str] = field(default_factory=set)
    unfinished: set[str] = field(default_factory=set)

    @property
    def shapes(self) -> Mapping[str, Any]:
        return self.model["shapes"]

    def source(self) -> str:
        operations = sorted(self.model["operations"].items())
        for _, operation in operations:
            if "input" in operation:
                self._mark(operation["input"]["shape"])
        entries = [self._operation(name, operation) for name, operation in operations]
        table = "".join(f"{entry}\n" for entry in entries)
        operations_block = f"OPERATIONS: Mapping[str, OperationShape] = MappingProxyType(\n    {{\n{table}    }}\n)\n"
        others_block = f"OTHERS: frozenset[str] = {_frozen(self.model.get('others', ()), indent=0)}\n{_OTHERS}"
        body = "\n\n".join([*self.blocks, operations_block, others_block])
        header = _HEADER.format(
            full_name=self.model["metadata"]["serviceFullName"],
            version=self.model["metadata"]["apiVersion"],
            origin="wire/models" if self.service in OWN else f"botocore {botocore.__version__}",
            typing=", ".join(name for name in _TYPING if f"{name}[" in body),
            ours=", ".join(name for name in _OURS if name in body),
        )
        return header + body

    def _mark(self, name: str) -> None:
        """Remember ``name`` and all that it holds as something a caller can send."""
        if name not in self.from_callers:
            self.from_callers.add(name)
            for reference in _references(self.shapes[name]):
                self._mark(reference)

    def _operation(self, name: str, operation: Mapping[str, Any]) -> str:
        wrapper = operation.get("output", {}).get("resultWrapper", f"{name}Result")
        if wrapper != f"{name}Result":
            raise ValueError(f"{self.service}: {name} has the result wrapper {wrapper}")
        asked = self._structure(operation["input"]["shape"]) if "input" in operation else self._empty(f"{name}Request")
        answered = self._structure(operation["output"]["shape"]) if "output" in operation else None
        failures = _frozen([error["shape"] for error in operation.get("errors", ())], indent=12)
        lines = (f'"{name}"', asked, str(answered), failures)
        return (
            f'        "{name}": OperationShape(\n' + "".join(f"            {line},\n" for line in lines) + "        ),"
        )

    def _empty(self, name: str) -> str:
        self.blocks.append(f"class {self._claim(name, name)}(Shape, frozen=True, kw_only=True):\n    pass\n")
        return name

    def _claim(self, shape: str, name: str) -> str:
        if name in _TAKEN or name in self.written.values():
            raise ValueError(f"{self.service}: the name {name} is taken")
        self.written[shape] = name
        return name

    def _structure(self, shape: str) -> str:
        if shape in self.unfinished:
            raise ValueError(f"{self.service}: {shape} contains itself")
        if shape in self.written:
            return self.written[shape]
        self.unfinished.add(shape)
        described = self.shapes[shape]
        name = self._claim(shape, shape[:1].upper() + shape[1:])
        lines = [self._member(shape, wire_name) for wire_name in described["members"]]
        hidden = [snake_case(wire) for wire, each in described["members"].items() if self._is_hidden(each["shape"])]
        if hidden:
            lines = [f"HIDDEN: ClassVar[frozenset[str]] = {_frozen(hidden, indent=4)}", "", *lines]
        body = "".join(f"    {line}\n" if line else "\n" for line in lines) or "    pass\n"
        self.blocks.append(f"class {name}(Shape, frozen=True, kw_only=True):\n{body}")
        self.unfinished.remove(shape)
        return name

    def _member(self, structure: str, wire_name: str) -> str:
        described = self.shapes[structure]
        hint = self._hint(described["members"][wire_name]["shape"], checked=structure in self.from_callers)
        attribute = snake_case(wire_name)
        renamed = [] if pascal_case(attribute) == wire_name else [f'name="{wire_name}"']
        if wire_name in described.get("required", ()):
            return f"{attribute}: {hint}" + (f" = field({renamed[0]})" if renamed else "")
        default = f"field({', '.join(['default=None', *renamed])})" if renamed else "None"
        return f"{attribute}: {hint} | None = {default}"

    def _is_hidden(self, shape: str) -> bool:
        described = self.shapes[shape]
        if described["type"] == "blob" or described.get("sensitive"):
            return True
        return described["type"] in {"list", "map"} and any(self._is_hidden(each) for each in _references(described))

    def _hint(self, shape: str, *, checked: bool) -> str:
        """Return the type of ``shape``: by a name of its own where it carries constraints that we check."""
        described = self.shapes[shape]
        match described["type"]:
            case "structure":
                return self._structure(shape)
            case "boolean":
                return "bool"
            case "timestamp":
                return "Timestamp"
        if shape in self.written and checked:
            return self.written[shape]
        plain = self._plain(described, checked=checked)
        constrained = _constrained(plain, described)
        if not checked or constrained == plain:
            return plain
        name = self._claim(shape, shape[:1].upper() + shape[1:])
        self.blocks.append(f"{name} = {constrained}\n")
        return name

    def _plain(self, described: Mapping[str, Any], *, checked: bool) -> str:
        inner = [self._hint(each, checked=checked) for each in _references(described)]
        return {"list": "list[{}]", "map": "dict[{}, {}]", "blob": "bytes", "string": "str"}.get(
            described["type"], "int"
        ).format(*inner)


def _constrained(plain: str, described: Mapping[str, Any]) -> str:
    if "enum" in described:
        values = "".join(f'    "{value}",\n' for value in described["enum"])
        return f"Literal[\n{values}]"
    rules = ", ".join(f"{name}={value!r}" for name, value in _rules(described))
    return f"Annotated[{plain}, Meta({rules})]" if rules else plain


def _references(described: Mapping[str, Any]) -> list[str]:
    parts = [
        *described.get("members", {}).values(),
        *(described[part] for part in ("member", "key", "value") if part in described),
    ]
    return [part["shape"] for part in parts]


def _rules(described: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the arguments of msgspec's ``Meta`` for a shape's constraints."""
    if described["type"] in _INTEGERS:
        most = 2 ** _INTEGERS[described["type"]]
        yield "ge", described.get("min", -most)
        yield "le", described.get("max", most - 1)
        return
    if described.get("min"):
        yield "min_length", described["min"]
    if "max" in described:
        yield "max_length", described["max"]
    if "pattern" in described:
        pattern, changed = python_pattern(described["pattern"])
        yield "pattern", pattern
        if changed:
            yield "extra", {"pattern": described["pattern"]}


def _frozen(names: Sequence[str], indent: int) -> str:
    """Return a frozenset of ``names`` as source, filled into lines."""
    if not names:
        return "frozenset()"
    line = ", ".join(f'"{name}"' for name in names)
    if indent + len(line) + 60 <= _LINE:
        return f"frozenset({{{line}}})"
    margin = " " * (indent + 4)
    filled = textwrap.fill(line + ",", _LINE, initial_indent=margin, subsequent_indent=margin, break_on_hyphens=False)
    return f"frozenset({{\n{filled}\n{' ' * indent}}})"


# --- comparing -------------------------------------------------------------------------------------------------------


def inventory(source: str) -> dict[str, str]:
    """Return what generated source says, by name: ``EncryptRequest.key_id``. The header does not count."""
    said = {}
    for node in ast.parse(source).body:
        match node:
            case ast.ClassDef():
                said[node.name] = ", ".join(ast.unparse(part) for part in (*node.bases, *node.keywords))
                for line in node.body:
                    if isinstance(line, ast.AnnAssign):
                        said[f"{node.name}.{ast.unparse(line.target)}"] = ast.unparse(line)
            case ast.AnnAssign(value=ast.Call(args=[ast.Dict(keys=keys, values=values)])):
                for key, value in zip(keys, values, strict=True):
                    said[f"operation {ast.literal_eval(key or ast.Constant(None))}"] = ast.unparse(value)
            case ast.AnnAssign(target=ast.Name(id="OTHERS"), value=ast.Call() as names):
                said["OTHERS"] = ast.unparse(names)
            case ast.Assign():
                said[ast.unparse(node.targets[0])] = ast.unparse(node.value)
            case _:
                pass
    return said


def differences(committed: str, generated: str) -> list[str]:
    """Return a line for each thing that the service model of now has added, removed or changed."""
    before, after = inventory(committed), inventory(generated)
    added = [f"added: {name}" for name in after if name not in before]
    removed = [f"removed: {name}" for name in before if name not in after]
    changed = [
        f"changed: {name}: {before[name]} -> {after[name]}"
        for name in after
        if before.get(name, after[name]) != after[name]
    ]
    return added + removed + changed


def generate(service: str) -> str:
    """Return the source of a service's shapes, by the botocore installed."""
    return Writer(service, load(service)).source()


def main() -> int:
    """Write or check the shapes of every service; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; name what differs and exit with 1")
    check = parser.parse_args().check
    found = 0
    for service in SERVICES:
        file = FOLDER / f"{service}.py"
        generated = generate(service)
        if not check:
            file.write_text(generated)
            print(f"{file} written")
            continue
        for line in differences(file.read_text() if file.exists() else "", generated):
            found += 1
            print(f"{service}: {line}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
