"""Columns of text side by side."""

from collections.abc import Sequence
from typing import NamedTuple

from archspec.core.report.style import Piece, Style
from archspec.core.report.visible import prose, width

GAP = 2
_SPELLED = {"×": "x", "↑": "^", "–": "-"}  # beyond what all our texts spell so: signs of ours that stand without spaces


class Column(NamedTuple):
    """A title and a cell for each row: a text and its role in the `Style`."""

    title: str
    cells: tuple[Piece, ...]
    right: bool = False

    @property
    def width(self) -> int:
        return max((width(text) for text, _ in (*self.cells, (self.title, ""))), default=0)


def shown(text: str, style: Style) -> str:
    """A text as the reader's terminal can show it."""
    if not style.unicode:
        for sign, spelling in _SPELLED.items():
            text = text.replace(sign, spelling)
    return prose(text, style.unicode)


def total_width(columns: Sequence[Column]) -> int:
    return sum(column.width for column in columns) + GAP * (len(columns) - 1)


def lay_out(columns: Sequence[Column], style: Style, rules: Sequence[int] = ()) -> list[str]:
    """The lines of a table: titles, a line, the rows. A further line goes before each row that `rules` counts."""
    widths = [column.width for column in columns]
    line = style.row(("─" * total_width(columns) if style.unicode else "-" * total_width(columns), "frame"))
    made = [_row([(column.title, "strong") for column in columns], columns, widths, style), line]
    for at, cells in enumerate(zip(*(column.cells for column in columns), strict=True)):
        if at in rules:
            made.append(line)
        made.append(_row(list(cells), columns, widths, style))
    return made


def _row(cells: list[Piece], columns: Sequence[Column], widths: list[int], style: Style) -> str:
    pieces: list[Piece] = []
    for at, ((text, role), column, room) in enumerate(zip(cells, columns, widths, strict=True)):
        pad = " " * (room - width(text))
        gap = " " * GAP if at else ""
        pieces += [(gap + pad, ""), (text, role)] if column.right else [(gap, ""), (text, role), (pad, "")]
    return style.row(*pieces)
