"""Encryption: a stream of plaintext becomes a message, frame by frame, in constant memory.

1. A data key from the keys given (GenerateDataKey, Encrypt for further keys); for signed suites a key pair for this message.
2. The message's own key and commitment from data key and message id; the plaintext data key is dropped.
3. Header, and its tag under the message's key.
4. Frames: this thread reads and encrypts, one worker writes, one more hashes for the signature; from file to file, unsigned,
   each thread does all of it for frames of its own.
5. Footer.

Source: AWS Encryption SDK specification, client-apis/encrypt.md.
"""

import hashlib
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import FileIO
from typing import Protocol, cast

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.envelope import body
from strongroom.envelope.errors import ContextError, PolicyError
from strongroom.envelope.header import RESERVED, Header, build
from strongroom.envelope.keys import DataKeyMaker, Materials
from strongroom.envelope.pipe import CHUNK_BYTES, Job, Pool, Reader, Sink, Source, Workers, write_all
from strongroom.envelope.placed import PlacedSink, Progress, Share, in_shares, is_placed, read_at
from strongroom.envelope.signing import sign
from strongroom.envelope.suites import COMMITTING, COMMITTING_SIGNED, IV_BYTES, Suite, message_keys

FRAME_BYTES = 1 << 18
LARGEST_FRAME_BYTES = 1 << 22  # of those we write; a few of them are in memory
MAX_ENCRYPTED_DATA_KEYS = 16
_CHUNKS = 4


@dataclass(frozen=True, slots=True)
class Summary:
    """What became of a stream. ``opened_by``: the key that opened the data key (decryption)."""

    header: Header
    plaintext_bytes: int
    message_bytes: int
    opened_by: str = ""


def encrypt(  # noqa: D417 - source, sink and keys are what they say
    source: Source,
    sink: Sink,
    keys: DataKeyMaker,
    *,
    context: Mapping[str, str] | None = None,
    signed: bool = False,
    frame_bytes: int = FRAME_BYTES,
    plaintext_bytes: int | None = None,
    max_encrypted_data_keys: int = MAX_ENCRYPTED_DATA_KEYS,
    progress: Progress | None = None,
) -> Summary:
    """Encrypt a stream to its end.

    Args:
        context: Encryption context: authenticated, readable by anybody, and what KMS's policies and audit see.
        signed: Sign the message under a key pair of its own, so that whoever may only decrypt cannot make others.
        frame_bytes: Plaintext in a frame: who decrypts must hold one in memory.
        plaintext_bytes: How long the stream will be, where that is known: a data-key cache counts by it.
        max_encrypted_data_keys: Refuse to make messages with more keys.
        progress: Called with the number of plaintext bytes done since the last call.

    Errors: ContextError, DataKeyError, PolicyError; what the streams raise. A sink that was written to is then not a message.
    """
    if not 1 <= frame_bytes <= LARGEST_FRAME_BYTES:
        raise PolicyError(f"A frame has 1 to {LARGEST_FRAME_BYTES:,} bytes.")
    suite = COMMITTING_SIGNED if signed else COMMITTING
    materials = keys.make(suite, check_context(context or {}), plaintext_bytes)
    header, cipher = begin(suite, materials, frame_bytes, max_encrypted_data_keys)
    signing_key = materials.signing_key
    del materials  # and with it the plaintext data key
    digest = hashlib.new(suite.digest) if suite.signed else None
    jobs: list[Job] = [write_all(sink)]
    if digest is not None:
        jobs.append(digest.update)
    write_all(sink)(memoryview(header.serialized))
    if digest is not None:
        digest.update(header.serialized)
    frames = Frames(header, cipher, progress)
    if digest is None and is_placed(source, sink):
        frames.placed(source, cast("PlacedSink", sink))
    else:
        with Workers(*jobs) as workers:
            frames.stream(Reader(source), workers)
    footer = b""
    if digest is not None and signing_key is not None:
        footer = sign(suite, signing_key, digest.digest())
        write_all(sink)(memoryview(footer))
    return Summary(header, frames.plaintext_bytes, len(header.serialized) + frames.body_bytes + len(footer))


def check_context(context: Mapping[str, str]) -> Mapping[str, str]:
    """Errors: ContextError when a name is one of the format's own, or empty."""
    for name in context:
        if name.startswith(RESERVED):
            raise ContextError(f"{name}: names that begin with {RESERVED} belong to the message format.")
        if not name or not context[name]:
            raise ContextError("Names and values of the encryption context cannot be empty.")
    return context


def begin(suite: Suite, materials: Materials, frame_bytes: int, max_encrypted_data_keys: int) -> tuple[Header, AESGCM]:
    """Return a message's header, and the cipher of its frames. Errors: PolicyError."""
    if len(materials.encrypted) > max_encrypted_data_keys:
        raise PolicyError(
            f"The message would have {len(materials.encrypted)} encrypted data keys, more than the limit of {max_encrypted_data_keys}."
        )
    message_id = os.urandom(suite.message_id_bytes)
    derived = message_keys(suite, materials.plaintext, message_id)
    cipher = AESGCM(derived.encryption)
    header = build(
        suite, message_id, materials.context, materials.encrypted, frame_bytes, commitment=derived.commitment
    )
    return authenticated(header, cipher), cipher


def authenticated(header: Header, cipher: AESGCM) -> Header:
    """Return a header with its tag.

    INVARIANT: once only for a key and an IV; a second header under both would give the authentication key away.
    """
    return replace(header, tag=cipher.encrypt(header.iv, b"", header.raw))


class Sealer(Protocol):
    """Encrypts whole frames, as many as fit a chunk."""

    def __call__(self, plaintext: memoryview, sequence: int, *, last: bool) -> memoryview:
        """Return the frames from ``sequence`` on, at the end of the message with the last one."""


class Frames:
    """The frames of one message, as many in a chunk as fit; at least one."""

    def __init__(self, header: Header, cipher: AESGCM, progress: Progress | None) -> None:
        self.plaintext_bytes = self.body_bytes = 0
        self._id, self._size, self._cipher = header.message_id, header.frame_bytes, cipher
        self._start = len(header.serialized)
        self._many = max(1, CHUNK_BYTES // self._size)
        self._chunk_bytes = self._many * (self._size + body.REGULAR_OVERHEAD) + body.FINAL_OVERHEAD
        self._progress = progress
        self._regular = body.aad(self._id, body.REGULAR, 0, self._size)[:-12]
        self._length = struct.pack(">Q", self._size)

    def stream(self, reader: Reader, workers: Workers) -> None:
        """Read, encrypt and feed until the stream ends. One chunk is read ahead: the last one must be told apart."""
        pool = Pool(_CHUNKS if self._size <= CHUNK_BYTES else 2, self._chunk_bytes)
        inputs = [memoryview(bytearray(self._many * self._size)) for _ in range(2)]
        filled, sequence = reader.fill(inputs[0]), 1
        while True:
            inputs.reverse()
            following = reader.fill(inputs[0]) if filled == len(inputs[1]) else 0
            chunk = pool.take()
            length = self._chunk(inputs[1][:filled], chunk.view, sequence, last=not following)
            workers.feed(chunk, length)
            sequence += self._many
            self.plaintext_bytes += filled
            self.body_bytes += length
            if self._progress is not None:
                self._progress(filled)
            if not following:
                return
            filled = following

    def placed(self, source: FileIO, sink: PlacedSink) -> None:
        """Encrypt a file as long as it is now."""
        self.plaintext_bytes = os.fstat(source.fileno()).st_size
        _checked(body.frames_of(self.plaintext_bytes, self._size))  # better now than after so many
        self.body_bytes = body.framed_bytes(self.plaintext_bytes, self._size)
        input_bytes = self._many * self._size
        count = -(-self.plaintext_bytes // input_bytes)

        def make() -> Share:
            plain, sealing = memoryview(bytearray(input_bytes)), self.sealer()

            def share(index: int) -> int:
                start = index * input_bytes
                length = min(input_bytes, self.plaintext_bytes - start)
                read_at(source.fileno(), plain[:length], start)
                first = index * self._many + 1
                sink.write_at(sealing(plain[:length], first, last=index == count - 1), self.place_of(first))
                return length

            return share

        in_shares(make, count, self._progress)
        sink.seek_to(self._start + self.body_bytes)

    def place_of(self, sequence: int) -> int:
        """Return where in the message the frame of this number begins."""
        return self._start + (sequence - 1) * (self._size + body.REGULAR_OVERHEAD)

    def sealer(self) -> "Sealer":
        """Return a function that encrypts frames, with a buffer of its own: what it returns is good until the next."""
        out = memoryview(bytearray(self._chunk_bytes))

        def sealing(plaintext: memoryview, sequence: int, *, last: bool) -> memoryview:
            return out[: self._chunk(plaintext, out, sequence, last=last)]

        return sealing

    def _chunk(self, plaintext: memoryview, out: memoryview, sequence: int, *, last: bool) -> int:
        """Encrypt the frames from ``sequence`` on; return how many bytes they have become."""
        place, at, size = 0, 0, self._size
        while len(plaintext) - at > size or (not last and at < len(plaintext)):
            place += self._frame(plaintext[at : at + size], out[place:], sequence)
            at, sequence = at + size, sequence + 1
        if last:
            place += self._final(plaintext[at:], out[place:], sequence)
        return place

    def _frame(self, plaintext: memoryview, out: memoryview, number: int) -> int:
        sequence = _checked(number)
        iv = bytes(IV_BYTES - 4) + sequence
        out[: body.REGULAR_PREFIX_BYTES] = sequence + iv
        end = self._size + body.REGULAR_OVERHEAD
        self._cipher.encrypt_into(
            iv, plaintext, self._regular + sequence + self._length, out[body.REGULAR_PREFIX_BYTES : end]
        )
        return end

    def _final(self, plaintext: memoryview, out: memoryview, number: int) -> int:
        sequence, length = _checked(number), len(plaintext)
        iv = bytes(IV_BYTES - 4) + sequence
        out[: body.FINAL_PREFIX_BYTES] = body.FINAL_MARK + sequence + iv + length.to_bytes(4, "big")
        end = length + body.FINAL_OVERHEAD
        aad = body.aad(self._id, body.FINAL, number, length)
        self._cipher.encrypt_into(iv, plaintext, aad, out[body.FINAL_PREFIX_BYTES : end])
        return end


def _checked(sequence: int) -> bytes:
    if sequence > body.MAX_FRAMES:
        raise PolicyError("The stream has more frames than a message can have: take a larger frame.")
    return sequence.to_bytes(4, "big")
