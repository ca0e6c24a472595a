"""Rewrap: a message under other KMS keys.

What changes is the header: encrypted data keys and, over them, the header's tag, made under the message's own key. Everything that
binds a frame (message id, sequence, length, that key) stays, so the body can stay. But AES-GCM gives its authentication key away to
whoever sees two tags made under one key and one IV, and whoever has it can alter frames unnoticed. So, by suite:

- Version 1 has a place for the header's IV: the new tag is made with a fresh one, and the body stays.
- Signed messages of version 2, whose header IV is always zeros: the body stays. The signature is checked, then made anew under a
  new key pair; who alters frames cannot make it, since KMS opens the data key only with the public key that was there.
- Unsigned messages of version 2: the body is decrypted and encrypted under a new data key, in memory. ``keep_body`` leaves it,
  for whoever is sure that nobody has, or gets, both the old and the new message.
"""

import contextlib
import hashlib
import os
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import FileIO
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from strongroom.envelope import signing
from strongroom.envelope.decryption import Body, Commitment, accept, authenticate, decrypt
from strongroom.envelope.encryption import LARGEST_FRAME_BYTES, Frames, Summary, authenticated, begin, encrypt
from strongroom.envelope.errors import EnvelopeError, MessageError
from strongroom.envelope.header import AWS_KMS, PUBLIC_KEY, EncryptedDataKey, Header, build, parse
from strongroom.envelope.inspection import Layout, layout
from strongroom.envelope.keys import DataKeyMaker, DataKeyOpener, DataKeyWrapper, Materials
from strongroom.envelope.pipe import CHUNK_BYTES, Job, Pool, Reader, Sink, Workers, write_all
from strongroom.envelope.placed import PlacedSink, Progress, Share, in_shares
from strongroom.envelope.suites import COMMITTING, IV_BYTES, Suite

_PIPE_BYTES = 1 << 20
_F_SETPIPE_SZ = 1031  # fcntl(2)


class NewKeys(DataKeyMaker, DataKeyWrapper, Protocol):
    """The keys that a message moves to: ``KMSKeys`` is such."""


class FileSink(PlacedSink, Protocol):
    """An empty file in the making, into which the kernel can copy: ``files.Target`` is such."""

    def fileno(self) -> int:
        """Return its descriptor, at the position where the next write goes."""


def rewrap(  # noqa: D417 - source, sink and the two sets of keys are what they say
    source: FileIO,
    sink: FileSink,
    old: DataKeyOpener,
    new: NewKeys,
    *,
    keep_body: bool = False,
    commitment: Commitment = Commitment.REQUIRED,
    required_context: Mapping[str, str | None] | None = None,
    max_encrypted_data_keys: int = 16,
    progress: Progress | None = None,
) -> Summary:
    """Write the message of a file anew, under other keys.

    Args:
        keep_body: Leave the body also of unsigned messages of version 2 (see above for what that asks of you).
        commitment: As for ``decrypt``.
        required_context: As for ``decrypt``.
        max_encrypted_data_keys: As for ``decrypt``.
        progress: Called with the number of bytes done since the last call.

    Errors: as ``decrypt`` and ``encrypt``. The sink is private: a message only when this returns.
    """
    header = parse(Reader(source).take, max_encrypted_data_keys)
    public_key = accept(header, commitment, required_context or {})
    where = layout(source, header)
    if header.suite.committing and not header.suite.signed and not keep_body:
        if 0 < header.frame_bytes <= LARGEST_FRAME_BYTES:
            return _anew(source, sink, old, new, header, where, max_keys=max_encrypted_data_keys, progress=progress)
        source.seek(0)
        return _through_a_pipe(source, sink, old, new, header, max_keys=max_encrypted_data_keys, progress=progress)
    opened = old.open(header.suite, header.keys, header.context)
    cipher = AESGCM(authenticate(header, opened))
    context, signing_key = dict(header.context), None
    if header.suite.signed:
        signing_key = signing.new_key(header.suite)
        context[PUBLIC_KEY] = signing.public_key_text(signing_key)
    iv = (
        bytes(IV_BYTES) if header.suite.committing else b"\x80" + secrets.token_bytes(IV_BYTES - 1)
    )  # no frame has such a one
    built = build(
        header.suite,
        header.message_id,
        context,
        new.wrap(opened.plaintext, context),
        header.frame_bytes,
        commitment=header.commitment,
        iv=iv,
    )
    made = authenticated(built, cipher)
    write_all(sink)(memoryview(made.serialized))
    length = where.body_end - where.body_start
    if public_key is None or signing_key is None:
        _copy(source.fileno(), sink.fileno(), where.body_start, length, progress)
        footer = b""
    else:
        digests = _hashed(source, sink, header, made, where, progress)
        source.seek(where.body_end + 2)
        signing.verify(header.suite, public_key, source.read(where.end - where.body_end - 2) or b"", digests[0])
        footer = signing.sign(header.suite, signing_key, digests[1])
        write_all(sink)(memoryview(footer))
    return Summary(made, where.plaintext_bytes, len(made.serialized) + length + len(footer), opened.by)


class KeptKeys:
    """New keys beside those that a message has: its encrypted data keys stay where they still fit its context."""

    def __init__(self, header: Header, added: NewKeys, again: DataKeyWrapper | None) -> None:
        self._header, self._added, self._again = header, added, again

    def wrap(self, plaintext: bytes, context: Mapping[str, str]) -> tuple[EncryptedDataKey, ...]:
        """Encrypt for the added keys; for the others too when the context has changed (a new public key)."""
        added = self._added.wrap(plaintext, context)
        return (*self._kept(plaintext, context, added, anew=context != self._header.context), *added)

    def make(self, suite: Suite, context: Mapping[str, str], plaintext_bytes: int | None) -> Materials:
        """Make a data key under the added keys, and encrypt it for the others."""
        made = self._added.make(suite, context, plaintext_bytes)
        kept = self._kept(made.plaintext, made.context, made.encrypted, anew=True)
        return replace(made, encrypted=(*kept, *made.encrypted))

    def _kept(
        self, plaintext: bytes, context: Mapping[str, str], added: Sequence[EncryptedDataKey], *, anew: bool
    ) -> Sequence[EncryptedDataKey]:
        """Return what stays: the keys that are not among the added ones anyway."""
        names = {key.name for key in added}
        kept = [key for key in self._header.keys if key.name not in names]
        if not anew or not kept:
            return kept
        if self._again is None or any(key.provider != AWS_KMS for key in kept):
            raise EnvelopeError("The message has keys that are not of AWS KMS: they cannot be kept on this message.")
        return [key for key in self._again.wrap(plaintext, context) if key.name not in names]


def _copy(source: int, sink: int, start: int, length: int, progress: Progress | None) -> None:
    """Copy a part of a file to where the other one stands: in the kernel, or not at all where extents are shared."""
    while length > 0:
        piece = min(length, 64 * CHUNK_BYTES)
        try:
            done = os.copy_file_range(source, sink, piece, offset_src=start)
        except OSError:  # another file system, or an old kernel
            done = os.sendfile(sink, source, start, piece)
        if not done:
            raise MessageError("The message is cut off: it ends before it is whole.")
        start, length = start + done, length - done
        if progress is not None:
            progress(done)


def _hashed(
    source: FileIO, sink: Sink, header: Header, made: Header, where: Layout, progress: Progress | None
) -> tuple[bytes, bytes]:
    """Copy the body; return the digests under the old and the new signature."""
    before = hashlib.new(header.suite.digest, header.serialized)
    after = hashlib.new(made.suite.digest, made.serialized)
    jobs: tuple[Job, ...] = (write_all(sink), before.update, after.update)
    pool, reader = Pool(4, CHUNK_BYTES), Reader(source)
    source.seek(where.body_start)
    left = where.body_end - where.body_start
    with Workers(*jobs) as workers:
        while left:
            chunk, count = pool.take(), min(left, CHUNK_BYTES)
            reader.exact(chunk.view[:count])
            workers.feed(chunk, count)
            left -= count
            if progress is not None:
                progress(count)
    return before.digest(), after.digest()


def _anew(
    source: FileIO,
    sink: FileSink,
    old: DataKeyOpener,
    new: DataKeyMaker,
    header: Header,
    where: Layout,
    *,
    max_keys: int,
    progress: Progress | None,
) -> Summary:
    """Open and seal frames in memory; every thread does frames of its own. The file is read once and written once."""
    opened = old.open(header.suite, header.keys, header.context)
    opening = Body(header, authenticate(header, opened), Reader(source), None)
    opened_by = opened.by
    materials = new.make(COMMITTING, header.context, where.plaintext_bytes)
    made, cipher = begin(COMMITTING, materials, header.frame_bytes, max_keys)
    del opened, materials  # and with them the plaintext data keys
    sealing, many = Frames(made, cipher, None), opening.frames_in_share
    count, ends = -(-where.frames // many), [0]
    write_all(sink)(memoryview(made.serialized))

    def make() -> Share:
        open_share, seal = opening.opener(source, where), sealing.sealer()

        def share(index: int) -> int:
            plaintext, first, last = open_share(index), index * many + 1, index == count - 1
            sealed = seal(plaintext, first, last=last)
            sink.write_at(sealed, sealing.place_of(first))
            if last:
                ends[0] = sealing.place_of(first) + len(sealed)
            return len(plaintext)

        return share

    in_shares(make, count, progress)
    sink.seek_to(ends[0])
    return Summary(made, where.plaintext_bytes, ends[0], opened_by)


def _through_a_pipe(
    source: FileIO,
    sink: Sink,
    old: DataKeyOpener,
    new: DataKeyMaker,
    header: Header,
    *,
    max_keys: int,
    progress: Progress | None,
) -> Summary:
    """Decrypt into a pipe, encrypt out of it: a body without frames, or with frames too large to hold."""
    out, into = os.pipe()
    with contextlib.suppress(OSError):  # more than an unprivileged user may have
        _widen(into)
    failed: list[BaseException] = []
    opened: list[Summary] = []

    def opening() -> None:
        try:
            with FileIO(into, "wb") as pipe:
                opened.append(decrypt(source, pipe, old, private=True, max_encrypted_data_keys=max_keys))
        except BaseException as error:  # noqa: BLE001 - raised again below
            failed.append(error)

    thread = threading.Thread(target=opening, name="rewrap", daemon=True)
    thread.start()
    try:
        with FileIO(out, "rb") as pipe:
            made = encrypt(
                pipe,
                sink,
                new,
                context=header.context,
                frame_bytes=min(header.frame_bytes or CHUNK_BYTES, LARGEST_FRAME_BYTES),
                max_encrypted_data_keys=max_keys,
                progress=progress,
            )
    finally:
        thread.join()
    if failed:
        raise failed[0]
    return replace(made, opened_by=opened[0].opened_by)


def _widen(pipe: int) -> None:
    import fcntl  # noqa: PLC0415 - only here

    fcntl.fcntl(pipe, _F_SETPIPE_SZ, _PIPE_BYTES)
