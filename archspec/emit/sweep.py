"""The variants of a sweep: as a table for people, as comma-separated values, or as lines of JSON for programs."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from archspec.analysis.variant import FIGURES, Variant
from archspec.core.report.style import Style
from archspec.emit.columns import Column, lay_out, shown
from archspec.emit.figures import amount, compact, grouped
from archspec.emit.summary.formats import inert

_TITLES = {"parameters": "parameters", "macs": "MACs", "receptive_field": "field", "activation_peak_bytes": "peak"}


def as_table(variants: Sequence[Variant], style: Style) -> str:
    """A row for each variant that is kept, or that has an error."""
    settings = list(dict.fromkeys(name for one in variants for name in one.settings))
    columns = [
        Column(name, tuple((shown(_said(one.settings.get(name, "")), style), "") for one in variants))
        for name in settings
    ]
    columns += [
        Column(_TITLES[name], tuple((_figure(one, name), "") for one in variants), right=True) for name in FIGURES
    ]
    output = tuple((shown(" × ".join(map(str, one.figures.get("output", ()))), style), "") for one in variants)
    last = tuple(_last(one, style) for one in variants)
    columns += [Column("output", output), Column("stride", last)]
    return "\n".join(lay_out(columns, style)) + "\n"


def _last(one: Variant, style: Style) -> tuple[str, str]:
    if one.error:
        return shown(one.error, style), "error"
    verdict = one.figures["stride"]
    return ("", "") if verdict == "exact" else (verdict, "warning" if verdict == "lossy" else "")


def _figure(one: Variant, name: str) -> str:
    if one.error:
        return ""
    value = one.figures[name]
    return grouped(value) if name in ("parameters", "receptive_field") else (
        amount(value) if name.endswith("bytes") else compact(value)
    )  # fmt: skip


def as_csv(variants: Iterator[Variant], names: Sequence[str]) -> Iterator[str]:
    """A heading with the names that are set, then a line for each variant."""
    yield _line([*names, *FIGURES, "output", "stride", "error"])
    for one in variants:
        figures = [one.figures.get(name, "") for name in (*FIGURES, "output", "stride")]
        yield _line([_said(value) for value in (*one.settings.values(), *figures, one.error)])


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerow([inert(cell) for cell in cells])
    return buffer.getvalue()


def as_json_lines(variants: Iterator[Variant]) -> Iterator[str]:
    """An object a line: `settings`, then the figures, or `error`."""
    for one in variants:
        figures: dict[str, Any] = {"error": one.error} if one.error else dict(one.figures)
        yield json.dumps({"settings": dict(one.settings), **figures}) + "\n"


def _said(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
