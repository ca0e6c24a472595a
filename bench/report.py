"""Rows of measurements, their ratios, and the page that is printed: Markdown, so that it can be kept."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from wrk import Run

OURS = "strongroom"
HELLO, HELLO_GET, MOTO, OPENBAO = "hello", "hello GET", "moto", "openbao"
AIMS = {HELLO: 0.55, MOTO: 45.0, OPENBAO: 4.0}  # strongroom's requests/s over theirs, at 32 connections
AIMED_AT_CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One operation at one number of connections: every contender's runs, in the order of the rounds."""

    operation: str
    connections: int
    runs: Mapping[str, Sequence[Run]]

    def per_second(self, name: str) -> float:
        return median(run.per_second for run in self.runs[name])

    def ratio(self, name: str) -> float | None:
        """Return the median over the rounds of ours/theirs: neighbours in time, so that the machine's drift cancels."""
        if name not in self.runs or OURS not in self.runs:
            return None
        pairs = zip(self.runs[OURS], self.runs[name], strict=True)
        return median(ours.per_second / theirs.per_second for ours, theirs in pairs)

    def as_json(self) -> dict[str, Any]:
        return {
            "operation": self.operation,
            "connections": self.connections,
            "ratios": {name: self.ratio(name) for name in self.runs if name != OURS},
            "runs": {name: [asdict(run) for run in runs] for name, runs in self.runs.items()},
        }


def page(machine: Mapping[str, str], rows: Sequence[Row]) -> str:
    """Return the whole report."""
    parts = [f"- {name}: {text}" for name, text in machine.items()]
    parts += ["", "## Requests per second", "", _table(rows), "", "## Latency", "", _latencies(rows), ""]
    parts += ["## Processor time of the server for one request, microseconds", "", _processor(rows), ""]
    parts += verdicts(rows)
    return "\n".join(parts)


def verdicts(rows: Sequence[Row]) -> list[str]:
    """Return one line for each aim that was measured."""
    lines = []
    for row in rows:
        if row.connections != AIMED_AT_CONNECTIONS:
            continue
        for name, aim in AIMS.items():
            ratio = row.ratio(name)
            if ratio is not None:
                word = "reached" if ratio >= aim else "MISSED"
                lines.append(
                    f"- {row.operation}, {row.connections} connections: {ratio:.2f} x {name}, aim {aim:g}: {word}"
                )
    return lines


def _table(rows: Sequence[Row]) -> str:
    names = _names(rows)
    others = [name for name in names if name != OURS]
    head = ["operation", "connections", *names, *(f"/ {name}" for name in others)]
    body = [
        [
            row.operation,
            str(row.connections),
            *(f"{row.per_second(name):,.0f}" if name in row.runs else "" for name in names),
            *(_ratio_text(row.ratio(name)) for name in others),
        ]
        for row in rows
    ]
    return table(head, body)


def _latencies(rows: Sequence[Row]) -> str:
    """Return p50 / p99 in milliseconds, each the median of its rounds."""
    names = _names(rows)
    body = []
    for row in rows:
        cells = [row.operation, str(row.connections)]
        for name in names:
            runs = row.runs.get(name, ())
            cells.append(
                f"{median(run.p50_ms for run in runs):.2f} / {median(run.p99_ms for run in runs):.2f}" if runs else ""
            )
        body.append(cells)
    return table(["operation", "connections", *(f"{name} p50 / p99 ms" for name in names)], body)


def _processor(rows: Sequence[Row]) -> str:
    """Return what is left of the truth on a busy machine; the last column says how busy others were, at worst."""
    names = _names(rows)
    body = []
    for row in rows:
        times = [median(run.cpu_us for run in row.runs[name]) if name in row.runs else None for name in names]
        others = max(run.others for runs in row.runs.values() for run in runs)
        cells = ["" if time is None else f"{time:,.1f}" for time in times]
        body.append([row.operation, str(row.connections), *cells, f"{others:.0%}"])
    return table(["operation", "connections", *names, "others at work"], body)


def _names(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row.runs))


def _ratio_text(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def table(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; all columns but the first are numbers."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *body, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = [
            cell.ljust(width) if at == 0 else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = (
        "|"
        + "|".join("-" * (width + 2) if at == 0 else "-" * (width + 1) + ":" for at, width in enumerate(widths))
        + "|"
    )
    return "\n".join([line(head), rule, *map(line, body)])
