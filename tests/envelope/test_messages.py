"""Messages of our own: every length and frame comes back, everything that is altered, cut off or hostile is refused."""

import io
import os
import struct
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from strongroom.envelope import decrypt_file, encrypt_file, encryption
from strongroom.envelope.decryption import HELD_BYTES, Commitment, decrypt
from strongroom.envelope.encryption import encrypt
from strongroom.envelope.errors import (
    AlteredError,
    ContextError,
    EnvelopeError,
    MessageError,
    PolicyError,
    UnverifiedStreamError,
)
from strongroom.envelope.header import build, parse, parse_context, serialize_context
from strongroom.envelope.inspection import inspect
from strongroom.envelope.pipe import Reader
from strongroom.envelope.suites import SUITES, TAG_BYTES
from support.raw_keys import RawKeys


def sealed(plaintext: bytes, *, signed: bool = False, frame_bytes: int = 64, **context: str) -> bytes:
    message = io.BytesIO()
    summary = encrypt(
        io.BytesIO(plaintext), message, RawKeys(), context=context, signed=signed, frame_bytes=frame_bytes
    )
    assert summary.message_bytes == len(message.getvalue())
    assert summary.plaintext_bytes == len(plaintext)
    return message.getvalue()


def opened(message: bytes, *, private: bool = False) -> bytes:
    plaintext = io.BytesIO()
    decrypt(io.BytesIO(message), plaintext, RawKeys(), private=private)
    return plaintext.getvalue()


@settings(max_examples=40)
@given(
    st.binary(max_size=300),
    st.integers(1, 100),
    st.booleans(),
    st.dictionaries(st.text(min_size=1), st.text(min_size=1)),
)
def test_what_is_sealed_opens(plaintext: bytes, frame_bytes: int, signed: bool, context: dict[str, str]) -> None:
    context = {f"c{name}": value for name, value in context.items()}
    message = sealed(plaintext, signed=signed, frame_bytes=frame_bytes, **context)
    assert opened(message) == plaintext
    report = inspect(io.BytesIO(message))
    assert context.items() <= report.header.context.items()
    assert report.layout is not None
    assert report.layout.plaintext_bytes == len(plaintext)
    assert report.layout.frames == max(1, -(-len(plaintext) // frame_bytes))


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("length", [(1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_chunks_end_where_frames_do(length: int, signed: bool) -> None:
    plaintext = os.urandom(length)
    assert opened(sealed(plaintext, signed=signed, frame_bytes=1 << 20)) == plaintext
    assert opened(sealed(plaintext, signed=signed, frame_bytes=(1 << 18) - 3)) == plaintext


@pytest.mark.parametrize("signed", [False, True])
def test_every_flipped_byte_is_refused(signed: bool) -> None:
    """Nothing of an altered message comes out, but of an unsigned one the frames before it."""
    plaintext = bytes(range(130))
    message = sealed(plaintext, signed=signed, tenant="42")
    for place in range(len(message)):
        altered = bytearray(message)
        altered[place] ^= 0x10
        out = io.BytesIO()
        with pytest.raises(EnvelopeError):
            decrypt(io.BytesIO(altered), out, RawKeys())
        assert plaintext.startswith(out.getvalue())
        assert not signed or not out.getvalue()


@pytest.mark.parametrize("signed", [False, True])
def test_every_truncation_is_refused_and_anything_added(signed: bool) -> None:
    message = sealed(bytes(130), signed=signed)
    for length in range(len(message)):
        with pytest.raises(MessageError):
            opened(message[:length])
        with pytest.raises(MessageError):
            inspect(io.BytesIO(message[:length]))
    for added in (b"\0", message):
        with pytest.raises(MessageError):
            opened(message + added)
        with pytest.raises(MessageError):
            inspect(io.BytesIO(message + added))


@pytest.mark.parametrize("frame_bytes", [1 << 18, 5000, 1 << 22])
@pytest.mark.parametrize("length", [1 << 20, (1 << 20) + 1, (5 << 20) - 7])
def test_files_are_messages_like_others(tmp_path: Path, length: int, frame_bytes: int) -> None:
    """From file to file frames are done by several threads; streams read what these wrote, and the other way round."""
    plain, message, back = (tmp_path / name for name in ("plain", "message", "back"))
    plaintext = os.urandom(length)
    plain.write_bytes(plaintext)
    summary = encrypt_file(plain, message, RawKeys(), frame_bytes=frame_bytes)
    assert summary.message_bytes == message.stat().st_size
    assert opened(message.read_bytes()) == plaintext
    message.write_bytes(sealed(plaintext, frame_bytes=frame_bytes))
    assert decrypt_file(message, back, RawKeys()).plaintext_bytes == length
    assert back.read_bytes() == plaintext


def test_files_are_refused_as_streams_are(tmp_path: Path) -> None:
    message, frame = sealed(bytes(3 << 20), frame_bytes=1 << 18), (1 << 18) + 32
    start, path = len(inspect(io.BytesIO(message)).header.serialized), tmp_path / "message"
    swapped = message[:start] + message[start + frame : start + 2 * frame] + message[start : start + frame]
    for altered in (
        swapped + message[start + 2 * frame :],
        message[: start + frame] + message[start + 2 * frame :],
        message[:-1],
        message + b"x",
        message[:-100_000] + b"x" + message[-99_999:],
        message[:-20] + b"x" + message[-19:],
        message[:start] + b"x" + message[start + 1 :],
        message[: start + 7] + b"x" + message[start + 8 :],
    ):
        path.write_bytes(altered)
        with pytest.raises((AlteredError, MessageError)):
            decrypt_file(path, tmp_path / "back", RawKeys())
        assert not (tmp_path / "back").exists()


def test_frames_cannot_change_places_nor_messages() -> None:
    one, other = sealed(bytes(64 * 3)), sealed(bytes(64 * 3))
    header, frame = len(inspect(io.BytesIO(one)).header.serialized), 64 + 32
    swapped = one[:header] + one[header + frame : header + 2 * frame] + one[header : header + frame]
    with pytest.raises(AlteredError, match="order"):
        opened(swapped + one[header + 2 * frame :])
    with pytest.raises(AlteredError):
        opened(one[:header] + other[header:])
    with pytest.raises(AlteredError, match="order"):
        opened(one[:header] + one[header + frame :])


@settings(max_examples=200)
@given(st.data())
def test_hostile_bytes_never_crash(data: st.DataObject) -> None:
    """A message altered anywhere, or bytes that only begin like one: an error of ours, and nothing else."""
    message = bytearray(sealed(bytes(100), signed=data.draw(st.booleans()), tenant="42"))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(message) - 1))
        message[at : at + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=6))
    for read in (opened, lambda raw: inspect(io.BytesIO(raw)), lambda raw: opened(raw, private=True)):
        with suppress(EnvelopeError):
            read(bytes(message))


@settings(max_examples=200)
@given(st.sampled_from([b"\x01\x80", b"\x02", b""]), st.sampled_from(sorted(SUITES)), st.binary(max_size=200))
def test_hostile_headers_never_crash(version: bytes, suite: int, rest: bytes) -> None:
    raw = version + struct.pack(">H", suite) + rest
    with suppress(MessageError, PolicyError):
        parse(Reader(io.BytesIO(raw)).take, 10)
    with suppress(MessageError):
        parse_context(rest)


def test_lengths_in_a_hostile_message_are_not_believed() -> None:
    """Frames of 4 GiB and bodies of 64 GiB are announced, and no such memory is asked for."""
    for suite in (SUITES[0x0478], SUITES[0x0178]):
        header = build(
            suite,
            bytes(suite.message_id_bytes),
            {},
            RawKeys().wrap(b"", {}),
            0xFFFFFFFF,
            commitment=bytes(32) if suite.committing else b"",
        )
        raw = header.serialized + bytes(TAG_BYTES)
        with pytest.raises(EnvelopeError):
            decrypt(io.BytesIO(raw + b"\0\0\0\1" + bytes(100)), io.BytesIO(), RawKeys(), commitment=Commitment.ALLOWED)


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_contexts_come_back_in_order(context: dict[str, str]) -> None:
    found = parse_context(serialize_context(context))
    assert found == context
    assert list(found) == sorted(context, key=str.encode)


def test_contexts_that_cannot_be() -> None:
    for context in (
        {"aws-crypto-public-key": "x"},
        {"": "x"},
        {"x": ""},
        {"x": "y" * 70_000},
        {str(n): "y" * 60_000 for n in range(2)},
    ):
        with pytest.raises(ContextError):
            encrypt(io.BytesIO(b"x"), io.BytesIO(), RawKeys(), context=context)


def test_what_the_caller_requires() -> None:
    message = sealed(b"x", tenant="42")
    for required in ({"tenant": "43"}, {"stage": None}):
        with pytest.raises(ContextError):
            decrypt(io.BytesIO(message), io.BytesIO(), RawKeys(), required_context=required)
    decrypt(io.BytesIO(message), io.BytesIO(), RawKeys(), required_context={"tenant": None})
    with pytest.raises(PolicyError, match="limit of 2"):
        encrypt(io.BytesIO(b"x"), io.BytesIO(), RawKeys(names="abc"), max_encrypted_data_keys=2)
    many, keys = io.BytesIO(), RawKeys(names="abc")
    encrypt(io.BytesIO(b"x"), many, keys)
    with pytest.raises(PolicyError, match="limit of 2"):
        decrypt(io.BytesIO(many.getvalue()), io.BytesIO(), keys, max_encrypted_data_keys=2)
    assert keys.opened == 0


def test_a_signed_message_is_held_until_it_is_verified() -> None:
    """In memory, up to a bound; beyond it nothing comes out unless the sink is private."""
    message = sealed(bytes(HELD_BYTES + 1), signed=True, frame_bytes=1 << 20)
    out = io.BytesIO()
    with pytest.raises(UnverifiedStreamError, match="allow-unverified-stream"):
        decrypt(io.BytesIO(message), out, RawKeys())
    assert out.getvalue() == b""
    assert len(opened(message, private=True)) == HELD_BYTES + 1


def test_base64_is_told() -> None:
    with pytest.raises(MessageError, match="base64 -d"):
        opened(b"AgR4AAAA")


def test_a_failing_sink_or_source_is_told_at_once() -> None:
    class Full(io.RawIOBase):
        def write(self, data: object) -> int:  # noqa: ARG002 - the stream's
            raise OSError(28, "No space left on device")

    class Broken(io.RawIOBase):
        def readinto(self, buffer: object) -> int:  # noqa: ARG002 - the stream's
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="No space"):
        encrypt(io.BytesIO(bytes(9 << 20)), Full(), RawKeys())
    with pytest.raises(OSError, match="Input/output"):
        encrypt(Broken(), io.BytesIO(), RawKeys())
    with pytest.raises(OSError, match="No space"):
        decrypt(io.BytesIO(sealed(bytes(9 << 20), frame_bytes=1 << 20)), Full(), RawKeys())


def test_frames_out_of_bounds(tmp_path: Path) -> None:
    with (tmp_path / "plain").open("wb") as file:
        file.truncate(1 << 33)
    with pytest.raises(PolicyError, match="larger frame"):
        encrypt_file(tmp_path / "plain", tmp_path / "message", RawKeys(), frame_bytes=1)
    for frame_bytes in (0, encryption.LARGEST_FRAME_BYTES + 1):
        with pytest.raises(PolicyError):
            encrypt(io.BytesIO(b"x"), io.BytesIO(), RawKeys(), frame_bytes=frame_bytes)
