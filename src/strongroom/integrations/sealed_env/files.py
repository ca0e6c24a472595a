"""Sealing and opening whole environment files with a KMS client (boto3's, or the caller's own).

Operations used: GenerateDataKey to seal, Decrypt to open; who may only do the first can add secrets and read none.
Leaves to others: reading and writing files, what a failure looks like on a terminal (``cli/environment.py``).
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from strongroom.integrations.sealed_env import values
from strongroom.integrations.sealed_env.text import (
    EnvFileError,
    Header,
    Line,
    assignments,
    header_of,
    is_directive,
    parse,
    render,
)

FUNCTION_ARN = "aws:lambda:FunctionArn"  # the name under which AWS Lambda itself encrypts environment variables


@dataclass(frozen=True, slots=True)
class Sealed:
    """The text after sealing, and the names whose values were plain before."""

    text: str
    names: tuple[str, ...]
    key_id: str | None


def seal_file(
    text: str,
    kms: Any,
    *,
    key_id: str | None = None,
    context: Mapping[str, str] | None = None,
    names: Sequence[str] = (),
) -> Sealed:
    """Return the file with every chosen value sealed; sealed values, other values and comments stay as they are.

    ``kms`` is a client, or a function that makes one when it is needed. ``names`` are added to those of the file, and may be
    patterns (``API_*``). Errors: EnvFileError; botocore's from KMS. Without anything to seal the text comes back byte
    for byte, and KMS is not asked.
    """
    lines = parse(text)
    header = _header(header_of(lines), lines, key_id, context, names)
    plain = [line for line in assignments(lines) if _chosen(line.name, header) and not values.is_sealed(line.value)]
    for pattern in names:
        if not any(fnmatchcase(line.name, pattern) for line in assignments(lines)):
            raise EnvFileError(f"No variable in the file is called {pattern}.")
    if not plain:
        return Sealed(text, (), header.key_id)
    client = kms() if callable(kms) else kms
    wanted = key_id or header.key_id
    answer = client.generate_data_key(KeyId=wanted, KeySpec="AES_256", EncryptionContext=dict(header.context))
    if header.key_id is not None and _has_sealed(lines) and answer["KeyId"] != header.key_id:
        raise _another_key(header.key_id)
    key = values.DataKey(answer["Plaintext"], answer["CiphertextBlob"])
    header = replace(header, key_id=answer["KeyId"])
    to_seal = {line.number for line in plain}
    body = [
        line.with_value(values.seal(line.name, line.value, key, os.urandom)) if line.number in to_seal else line
        for line in lines
        if not is_directive(line)
    ]
    return Sealed(render([*header.lines(), *body]), tuple(line.name for line in plain), header.key_id)


def open_file(text: str, kms: Any, *, context: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return all variables of the file in plaintext.

    ``kms`` is a client, or a function that makes one when it is needed. ``context`` is what the caller insists on: the file
    must have been sealed with at least these pairs. Errors: EnvFileError; botocore's from KMS.
    """
    lines = parse(text)
    header = header_of(lines)
    sealed = {
        line.name: values.read(line.name, line.value) for line in assignments(lines) if values.is_sealed(line.value)
    }
    for line in assignments(lines):
        if line.name not in sealed and _chosen(line.name, header):
            raise EnvFileError(f"{line.name} is to be sealed and is not: run strongroom env seal on the file.")
    found = dict(header.context)
    for name, wanted in (context or {}).items():
        if found.get(name) != wanted:
            raise EnvFileError(
                f"The file is not sealed for {name}={wanted}; it says {found.get(name, 'nothing about it')}."
            )
    opened = {blob: _data_key(kms, header, blob) for blob in dict.fromkeys(each.data_key for each in sealed.values())}
    return {
        line.name: values.unseal(line.name, sealed[line.name], opened[sealed[line.name].data_key])
        if line.name in sealed
        else line.value
        for line in assignments(lines)
    }


def describe(text: str) -> Iterator[str]:
    """Yield what can be said of a file without opening it: key, context, and each name with whether it is sealed."""
    lines = parse(text)
    header = header_of(lines)
    yield f"key      {header.key_id or 'none: nothing is sealed'}"
    for name, value in header.context:
        yield f"context  {name}={value}"
    for line in assignments(lines):
        if values.is_sealed(line.value):
            values.read(line.name, line.value)
            yield f"sealed   {line.name}"
        else:
            yield f"{'TO SEAL' if _chosen(line.name, header) else 'plain'.ljust(7)}  {line.name}"


def _data_key(kms: Any, header: Header, blob: bytes) -> bytes:
    if header.key_id is None:
        raise EnvFileError("The file has sealed values and no line '#: key ...' that says under which key.")
    client = kms() if callable(kms) else kms
    answer = client.decrypt(CiphertextBlob=blob, KeyId=header.key_id, EncryptionContext=dict(header.context))
    key: bytes = answer["Plaintext"]
    return key


def _chosen(name: str, header: Header) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in header.names)


def _header(
    found: Header, lines: list[Line], key_id: str | None, context: Mapping[str, str] | None, names: Sequence[str]
) -> Header:
    """Return the file's header with what the caller adds to it."""
    has_sealed = _has_sealed(lines)
    if context and has_sealed and dict(context) != dict(found.context):
        raise EnvFileError(
            "The file already has values sealed for another encryption context; seal these in a file of their own."
        )
    if key_id and has_sealed and found.key_id is not None and not _may_be(key_id, found.key_id):
        raise _another_key(found.key_id)
    header = Header(
        key_id if key_id and not has_sealed else found.key_id,
        tuple(context.items()) if context else found.context,
        tuple(dict.fromkeys([*found.names, *names])),
    )
    if not header.names:
        raise EnvFileError("Choose what to seal: --name NAME (may be repeated, and may be a pattern such as 'API_*').")
    if header.key_id is None:
        raise EnvFileError("Choose the KMS key: --key-id with a key ARN, key id or alias.")
    return header


def _has_sealed(lines: list[Line]) -> bool:
    return any(values.is_sealed(line.value) for line in assignments(lines))


def _may_be(given: str, arn: str) -> bool:
    """Say whether this may name the file's key: which key an alias stands for, only KMS can tell."""
    return "alias/" in given or given == arn or arn.endswith(f":key/{given}")


def _another_key(arn: str) -> EnvFileError:
    return EnvFileError(
        f"The file has values sealed under {arn}. Leave --key-id out, or seal a plaintext copy under the other key."
    )
