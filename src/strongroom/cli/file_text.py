"""What ``strongroom file inspect`` prints for people."""

from collections.abc import Iterator

from strongroom.envelope.errors import printable
from strongroom.envelope.inspection import Report

_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
_STEP = 1024


def size(count: int) -> str:
    """Return a number of bytes as people say it: ``1.5 GiB``."""
    amount, unit = float(count), 0
    while amount >= _STEP and unit < len(_UNITS) - 1:
        amount, unit = amount / _STEP, unit + 1
    return f"{count} bytes" if not unit else f"{amount:.1f} {_UNITS[unit]}"


def lines_of(report: Report) -> Iterator[str]:
    """Yield the lines."""
    header, layout = report.header, report.layout
    kind = ", ".join(
        ("committing" if header.suite.committing else "not committing", "signed" if header.suite.signed else "unsigned")
    )
    yield f"Message    version {header.suite.version}, id {header.message_id.hex()}"
    yield f"Suite      0x{header.suite.id:04x} {header.suite.name} ({kind})"
    for number, key in enumerate(header.keys):
        yield f"{'Keys' if not number else '':<11}{printable(key.name)} ({len(key.ciphertext)} bytes)"
    for number, (name, value) in enumerate(header.context.items()):
        yield f"{'Context' if not number else '':<11}{printable(name)} = {printable(value)}"
    if not header.context:
        yield "Context    none"
    yield f"Header     {len(header.serialized):,} bytes"
    frames = f"{header.frame_bytes:,} bytes each" if header.framed else "unframed"
    if layout is None:
        yield f"Frames     {frames}; the sizes of a stream are not known"
        return
    yield f"Frames     {layout.frames:,}, {frames}" if header.framed else f"Frames     {frames}"
    yield f"Plaintext  {layout.plaintext_bytes:,} bytes ({size(layout.plaintext_bytes)})"
    yield f"Message    {layout.end:,} bytes"
    yield "Nothing of this is authenticated: decrypt does that."
