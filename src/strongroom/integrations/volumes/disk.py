"""The sectors of a LUKS2 volume as plain bytes: AES-XTS over a file or device, for hosts without device-mapper.

What dm-crypt writes this reads, and the other way round: ``aes-xts-plain64`` numbers 512-byte units from the start of the data,
little-endian, whatever the sector size is. Requests are whole sectors: there is no read-modify-write to get wrong.
Source: IEEE 1619-2018; Linux, Documentation/admin-guide/device-mapper/dm-crypt.rst; cryptography's XTS is OpenSSL's.
"""

import os

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_UNIT = 512  # what plain64 counts
_TWEAK_BYTES = 16


class Disk:
    """Thread-safe: it keeps no state between calls but the key."""

    def __init__(self, descriptor: int, volume_key: bytes, data_offset: int, sector_bytes: int) -> None:
        self._descriptor = descriptor
        self._key = algorithms.AES(volume_key)
        self._offset = data_offset
        self.sector_bytes = sector_bytes
        end = os.lseek(descriptor, 0, os.SEEK_END)
        self.size = max(0, end - data_offset) // sector_bytes * sector_bytes

    def read(self, offset: int, length: int) -> bytes:
        """Return ``length`` bytes; both whole sectors and inside the disk, or it is our bug."""
        found = bytearray()
        while len(found) < length:
            part = os.pread(self._descriptor, length - len(found), self._offset + offset + len(found))
            if not part:
                raise OSError(5, "the volume is shorter than its size")
            found += part
        return self._apply(found, offset, decrypt=True)

    def write(self, offset: int, data: bytes | bytearray | memoryview) -> None:
        sealed, done = memoryview(self._apply(data, offset, decrypt=False)), 0
        while done < len(sealed):
            done += os.pwrite(self._descriptor, sealed[done:], self._offset + offset + done)

    def flush(self) -> None:
        """Return when everything written before is on the medium."""
        os.fdatasync(self._descriptor)

    def _apply(self, data: bytes | bytearray | memoryview, offset: int, *, decrypt: bool) -> bytes:
        size, given, results = self.sector_bytes, memoryview(data), []
        for start in range(0, len(given), size):
            tweak = ((offset + start) // _UNIT).to_bytes(_TWEAK_BYTES, "little")
            cipher = Cipher(self._key, modes.XTS(tweak))
            results.append((cipher.decryptor() if decrypt else cipher.encryptor()).update(given[start : start + size]))
        return b"".join(results)
