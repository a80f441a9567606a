"""The list of rules: what `archspec check` can find, whether it looks for it unasked, and what it can mend."""

import json
from collections.abc import Iterable
from typing import Any

from archspec.core.diagnostic import Rule
from archspec.core.report.style import Style
from archspec.emit.columns import GAP, Column, lay_out, shown, total_width
from archspec.emit.pages import first_sentence

_LEAST = 24  # columns that are worth a summary


def as_text(rules: Iterable[Rule], style: Style, room: int | None) -> str:
    """A line for each rule; a summary that does not fit is cut."""
    listed = list(rules)
    columns = [
        Column("code", tuple((one.code, str(one.severity)) for one in listed)),
        Column("name", tuple((one.name, "") for one in listed)),
        Column("severity", tuple((str(one.severity), "") for one in listed)),
        Column("default", tuple(("off" if one.opt_in else "on", "") for one in listed)),
        Column("fix", tuple((one.fix, "") for one in listed)),
    ]
    left = None if room is None else room - total_width(columns) - GAP
    if left is None or left >= _LEAST:
        texts = [shown(first_sentence(one.docs), style) for one in listed]
        cells = [text if left is None or len(text) <= left else f"{text[: left - 1].rstrip()}…" for text in texts]
        columns.append(Column("", tuple((cell, "") for cell in cells)))
    return "\n".join(lay_out(columns, style)) + "\n"


def as_json(rules: Iterable[Rule]) -> str:
    """The same as data; `fix` is null where a rule never offers one."""
    made: list[dict[str, Any]] = [
        {
            "code": one.code,
            "name": one.name,
            "severity": str(one.severity),
            "default": not one.opt_in,
            "fix": one.fix or None,
            "summary": first_sentence(one.docs),
        }
        for one in rules
    ]
    return json.dumps({"version": 1, "rules": made}, indent=2, ensure_ascii=False) + "\n"
