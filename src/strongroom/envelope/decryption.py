"""Decryption: a message becomes a stream of plaintext again, or an error.

1. Header, read within limits; what the caller requires of suite and context.
2. The data key from the keys given (KMS Decrypt), and from it the message's key; commitment and the header's tag are checked.
3. Frames: this thread reads, authenticates and decrypts, one worker writes, one more hashes for the signature; from file to file,
   unsigned, each thread does all of it for frames of its own.
4. The signature, and that nothing follows.

What a sink sees: frames that are authenticated, in order. Where more is needed (a signature at the end, one tag at the end of an
unframed message or of a frame too large to hold), nothing leaves before it is verified, unless the sink is ``private``: nobody reads
it before we return, like a temporary file's. Source: AWS Encryption SDK specification, client-apis/decrypt.md.
"""

import hashlib
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from enum import Enum
from io import FileIO
from types import MappingProxyType
from typing import cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM

from strongroom.envelope import body, signing
from strongroom.envelope.encryption import LARGEST_FRAME_BYTES, MAX_ENCRYPTED_DATA_KEYS, Summary, check_context
from strongroom.envelope.errors import (
    AlteredError,
    ContextError,
    MessageError,
    PolicyError,
    UnverifiedStreamError,
    printable,
)
from strongroom.envelope.header import Header, parse, serialize_context
from strongroom.envelope.inspection import Layout, layout
from strongroom.envelope.keys import DataKeyOpener, OpenedDataKey
from strongroom.envelope.pipe import CHUNK_BYTES, Chunk, Pool, Reader, Sink, Source, Workers, write_all
from strongroom.envelope.placed import PlacedSink, Progress, Share, in_shares, is_placed, read_at
from strongroom.envelope.suites import IV_BYTES, TAG_BYTES, check_commitment, message_keys

HELD_BYTES = 1 << 25  # plaintext kept in memory until it is verified
_CHUNKS = 4
_NOTHING: Mapping[str, str] = MappingProxyType({})


class Commitment(Enum):
    """Which suites are opened. The others than committing ones cannot tell two data keys apart that both fit a message."""

    REQUIRED = "required"
    ALLOWED = "allowed"


def decrypt(  # noqa: D417 - source, sink and keys are what they say
    source: Source,
    sink: Sink,
    keys: DataKeyOpener,
    *,
    required_context: Mapping[str, str | None] | None = None,
    withheld_context: Mapping[str, str] | None = None,
    commitment: Commitment = Commitment.REQUIRED,
    max_encrypted_data_keys: int = MAX_ENCRYPTED_DATA_KEYS,
    private: bool = False,
    progress: Progress | None = None,
    on_header: Callable[[Header], object] | None = None,
) -> Summary:
    """Decrypt one message, which is the whole stream.

    Args:
        required_context: What the message's context must hold; None as value: the name, with any value.
        withheld_context: Pairs of the context that the message was encrypted with and does not carry (the SDKs' "required encryption
            context"): authenticated as if it did.
        commitment: Whether messages of the older suites, without commitment, are opened.
        max_encrypted_data_keys: Refuse messages with more, before KMS is asked anything.
        private: Nobody reads the sink before this returns, and it is thrown away when this raises.
        progress: Called with the number of plaintext bytes done since the last call.
        on_header: Called with the header once it is authenticated, before any plaintext.

    Errors: MessageError, AlteredError, PolicyError, ContextError, NoKeyOpensError, UnverifiedStreamError; what the streams raise.
    """
    reader = Reader(source)
    header = parse(reader.take, max_encrypted_data_keys)
    withheld = _withheld(header, withheld_context or {})
    context = {**header.context, **withheld}
    public_key = accept(replace(header, context=context), commitment, required_context or {})
    opened = keys.open(header.suite, header.keys, context)
    key, opened_by = authenticate(header, opened, withheld), opened.by
    del opened  # and with it the plaintext data key
    if on_header is not None:
        on_header(header)
    held = None if private or _released_by_frames(header) else _Held()
    digest = hashlib.new(header.suite.digest, header.serialized) if header.suite.signed else None
    opening = Body(header, key, reader, progress)
    if _released_by_frames(header) and is_placed(source, sink):
        opening.placed(source, cast("PlacedSink", sink))
    else:
        with Workers(write_all(held or sink)) as writing:
            if digest is None:
                opening.run(writing, None)
            else:
                with Workers(digest.update) as hashing:
                    opening.run(writing, hashing)
    if digest is not None and public_key is not None:
        signature = reader.take(int.from_bytes(reader.take(2), "big"))
        signing.verify(header.suite, public_key, signature, digest.digest())
    if reader.fill(memoryview(bytearray(1))):
        raise MessageError("The message is followed by something else.")
    if held is not None:
        write_all(sink)(held.getbuffer())
    return Summary(header, opening.plaintext_bytes, reader.count, opened_by)


def accept(
    header: Header, commitment: Commitment, required_context: Mapping[str, str | None]
) -> EllipticCurvePublicKey | None:
    """Check what the caller requires; return the public key of a signed message. Errors: as ``decrypt``, before any key is asked."""
    if commitment is Commitment.REQUIRED and not header.suite.committing:
        raise PolicyError(
            f"The message's suite {header.suite.name} does not commit to its key; open such messages with --allow-uncommitted."
        )
    for name, value in required_context.items():
        if name not in header.context:
            raise ContextError(f"The message's encryption context has no {name}.")
        if value is not None and header.context[name] != value:
            said = printable(header.context[name])
            raise ContextError(f"The message's encryption context says {name}={said}, not {value}.")
    return signing.public_key(header.suite, header.context)


def _withheld(header: Header, given: Mapping[str, str]) -> Mapping[str, str]:
    """Return the pairs that are not in the header. Errors: ContextError when one is there with another value."""
    for name, value in check_context(given).items():
        if header.context.get(name, value) != value:
            raise ContextError(
                f"The message's encryption context says {name}={printable(header.context[name])}, not {value}."
            )
    return {name: value for name, value in given.items() if name not in header.context}


def authenticate(header: Header, opened: OpenedDataKey, withheld: Mapping[str, str] = _NOTHING) -> bytes:
    """Return the message's key, once commitment and header tag fit. Errors: AlteredError.

    ``withheld``: pairs of the context that the header does not carry.
    """
    try:
        derived = message_keys(header.suite, opened.plaintext, header.message_id)
    except ValueError as error:
        raise AlteredError(str(error)) from None
    check_commitment(derived, header.commitment)
    with _altered("the header"):
        AESGCM(derived.encryption).decrypt(header.iv, header.tag, header.raw + serialize_context(withheld))
    return derived.encryption


def _released_by_frames(header: Header) -> bool:
    return not header.suite.signed and 0 < header.frame_bytes <= LARGEST_FRAME_BYTES


@contextmanager
def _altered(what: str) -> Iterator[None]:
    try:
        yield
    except InvalidTag:
        raise AlteredError(f"The message was altered: the tag of {what} does not fit.") from None


class _Held(io.BytesIO):
    """Plaintext that waits in memory for the end of its message."""

    def write(self, data: memoryview, /) -> int:  # type: ignore[override]  # bytes come from us alone
        if self.tell() + len(data) > HELD_BYTES:
            raise UnverifiedStreamError(
                f"This message is verified as a whole, at its end, and has more than {HELD_BYTES >> 20} MiB: decrypt it to a file "
                "(--output), or take --allow-unverified-stream and discard what came when it fails."
            )
        return super().write(data)


class Body:
    """The body of one message on its way."""

    def __init__(self, header: Header, key: bytes, reader: Reader, progress: Progress | None) -> None:
        self.plaintext_bytes = self._sequence = 0
        self._header, self._reader, self._progress = header, reader, progress
        self._key, self._cipher = key, AESGCM(key)

    def run(self, writing: Workers, hashing: Workers | None) -> None:
        """Decrypt to the last frame. ``hashing`` is fed the body as it is."""
        size = self._header.frame_bytes
        if not size:
            self._unframed(writing, hashing)
        elif size > LARGEST_FRAME_BYTES:
            self._large_frames(writing, hashing)
        else:
            self._frames(writing, hashing)

    def _done(self, count: int) -> None:
        self.plaintext_bytes += count
        if self._progress is not None:
            self._progress(count)

    def _next(self, given: memoryview | bytes) -> int:
        self._sequence += 1
        if int.from_bytes(given, "big") != self._sequence:
            raise AlteredError("The message was altered: its frames are not in order.")
        return self._sequence

    # --- from file to file --------------------------------------------------------------------------------------------

    def placed(self, source: FileIO, sink: PlacedSink) -> None:
        """Open the frames of a file, each at its place."""
        where = layout(source, self._header)
        many = self.frames_in_share
        count = -(-where.frames // many)

        def make() -> Share:
            opening = self.opener(source, where)

            def share(index: int) -> int:
                plaintext = opening(index)
                sink.write_at(plaintext, index * many * self._header.frame_bytes)
                return len(plaintext)

            return share

        in_shares(make, count, self._progress)
        self.plaintext_bytes = where.plaintext_bytes
        sink.seek_to(where.plaintext_bytes)
        self._reader.count = source.seek(where.body_end)

    @property
    def frames_in_share(self) -> int:
        return max(1, CHUNK_BYTES // (self._header.frame_bytes + body.REGULAR_OVERHEAD))

    def opener(self, source: FileIO, where: Layout) -> Callable[[int], memoryview]:
        """Return a function that opens the frames of a share, with buffers of its own: what it returns is good until the next."""
        size, many = self._header.frame_bytes, self.frames_in_share
        each = size + body.REGULAR_OVERHEAD
        ciphertext = memoryview(bytearray(many * each + body.FINAL_OVERHEAD))
        plaintext = memoryview(bytearray(many * size))

        def opening(index: int) -> memoryview:
            first, start, made = index * many, where.body_start + index * many * each, 0
            end = where.body_end if first + many >= where.frames else start + many * each
            read_at(source.fileno(), ciphertext[: end - start], start)
            for number in range(min(many, where.frames - first)):
                sequence = first + number + 1
                view, last = ciphertext[number * each : end - start], sequence == where.frames
                if (view[:4] == body.FINAL_MARK) is not last:
                    raise AlteredError("The message was altered: its frames are not in order.")
                made += self._open(view, plaintext[made:], sequence, final=last)[1]
            return plaintext[:made]

        return opening

    def _open(self, view: memoryview, out: memoryview, sequence: int, *, final: bool) -> tuple[int, int]:
        """Open a frame that is there whole; return its length, and that of its plaintext."""
        size, prefix, number = self._header.frame_bytes, body.REGULAR_PREFIX_BYTES, view[:4]
        if final:
            prefix, number = body.FINAL_PREFIX_BYTES, view[4:8]
            size = int.from_bytes(view[prefix - 4 : prefix], "big")
            if size > self._header.frame_bytes:
                raise MessageError("The last frame is longer than a frame of this message.")
        if int.from_bytes(number, "big") != sequence:
            raise AlteredError("The message was altered: its frames are not in order.")
        iv = view[8 : 8 + IV_BYTES] if final else view[4:prefix]
        end = prefix + size + TAG_BYTES
        aad = body.aad(self._header.message_id, body.FINAL if final else body.REGULAR, sequence, size)
        with _altered(f"frame {sequence}"):
            self._cipher.decrypt_into(iv, view[prefix:end], aad, out[:size])
        return end, size

    # --- frames that are held whole: the usual case of a stream -------------------------------------------------------------------

    def _frames(self, writing: Workers, hashing: Workers | None) -> None:
        size = self._header.frame_bytes
        many = max(1, CHUNK_BYTES // (size + body.REGULAR_OVERHEAD))
        if many > 1:
            self._reader.buffered()
        inputs = Pool(3 if hashing else 1, many * (size + body.REGULAR_OVERHEAD) + body.FINAL_OVERHEAD)
        outputs = Pool(_CHUNKS, many * size)
        final = False
        while not final:
            ciphertext, plaintext = inputs.take(), outputs.take()
            read = made = 0
            for _ in range(many):
                final, used, length = self._frame(ciphertext.view[read:], plaintext.view[made:])
                read, made = read + used, made + length
                if final:
                    break
            _pass_on(hashing, ciphertext, read)
            writing.feed(plaintext, made)
            self._done(made)

    def _frame(self, view: memoryview, out: memoryview) -> tuple[bool, int, int]:
        """Read and open one frame; return whether it was the last one, its length, and that of its plaintext."""
        size, prefix = self._header.frame_bytes, body.REGULAR_PREFIX_BYTES
        self._reader.exact(view[:4])
        final = view[:4] == body.FINAL_MARK
        if final:
            prefix = body.FINAL_PREFIX_BYTES
            self._reader.exact(view[4:prefix])
            size = int.from_bytes(view[prefix - 4 : prefix], "big")
            if size > self._header.frame_bytes:
                raise MessageError("The last frame is longer than a frame of this message.")
        self._reader.exact(view[prefix if final else 4 : prefix + size + TAG_BYTES])
        self._sequence += 1
        return final, *self._open(view, out, self._sequence, final=final)

    # --- one tag for more than is held: piece by piece ----------------------------------------------------------------

    def _unframed(self, writing: Workers, hashing: Workers | None) -> None:
        prefix = self._reader.take(body.UNFRAMED_PREFIX_BYTES)
        _hash(hashing, prefix)
        length = int.from_bytes(prefix[IV_BYTES:], "big")
        if length > body.MAX_UNFRAMED_BYTES:
            raise MessageError("The body is longer than the format allows.")
        aad = body.aad(self._header.message_id, body.UNFRAMED, 1, length)
        self._pieces(prefix[:IV_BYTES], aad, length, "the body", writing, hashing)

    def _large_frames(self, writing: Workers, hashing: Workers | None) -> None:
        final = False
        while not final:
            size = self._header.frame_bytes
            start = self._reader.take(4)
            final = start == body.FINAL_MARK
            rest = self._reader.take((body.FINAL_PREFIX_BYTES if final else body.REGULAR_PREFIX_BYTES) - 4)
            _hash(hashing, start + rest)
            if final:
                size = int.from_bytes(rest[-4:], "big")
                if size > self._header.frame_bytes:
                    raise MessageError("The last frame is longer than a frame of this message.")
                start, rest = rest[:4], rest[4:]
            sequence = self._next(start)
            aad = body.aad(self._header.message_id, body.FINAL if final else body.REGULAR, sequence, size)
            self._pieces(rest[:IV_BYTES], aad, size, f"frame {sequence}", writing, hashing)

    def _pieces(self, iv: bytes, aad: bytes, length: int, what: str, writing: Workers, hashing: Workers | None) -> None:
        opening = Cipher(AES(self._key), GCM(iv)).decryptor()
        opening.authenticate_additional_data(aad)
        inputs, outputs = Pool(2, CHUNK_BYTES), Pool(2, CHUNK_BYTES + 15)  # update_into asks for a block more
        for start in range(0, length, CHUNK_BYTES):
            count = min(CHUNK_BYTES, length - start)
            ciphertext, plaintext = inputs.take(), outputs.take()
            self._reader.exact(ciphertext.view[:count])
            opening.update_into(ciphertext.view[:count], plaintext.view)
            _pass_on(hashing, ciphertext, count)
            writing.feed(plaintext, count)
            self._done(count)
        tag = self._reader.take(TAG_BYTES)
        _hash(hashing, tag)
        with _altered(what):
            opening.finalize_with_tag(tag)


def _pass_on(hashing: Workers | None, chunk: Chunk, length: int) -> None:
    """Hash a chunk; where nothing is hashed it can be used again."""
    if hashing is None:
        chunk.done()
    else:
        hashing.feed(chunk, length)


def _hash(hashing: Workers | None, data: bytes) -> None:
    if hashing is not None:
        chunk = Pool(1, len(data)).take()
        chunk.view[:] = data
        hashing.feed(chunk, len(data))
