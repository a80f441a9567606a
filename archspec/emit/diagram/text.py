"""A scene as a drawing of characters, for the terminal: a line for each box, and lanes on the left that join them.

It uses the room there is: where the window is narrow, MACs go first, then parameters, then words are cut.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from archspec.core.report.style import Style
from archspec.core.report.visible import prose, visible, width
from archspec.core.shape import Shape
from archspec.emit.diagram.describe import figure, shape_text
from archspec.emit.diagram.direct import direct
from archspec.emit.diagram.dot_labels import KINDS, amount
from archspec.emit.diagram.lanes import ASCII, UNICODE, Cell, Lanes
from archspec.emit.diagram.palette import (
    ACTIVATION,
    ATTENTION,
    BROKEN,
    COMBINE,
    CONV,
    ENTRY,
    INPUT,
    LETTERS,
    LINEAR,
    NORM,
    OUTPUT,
    POOL,
    RECURRENT,
    RESIZE,
    SIGNS,
)  # fmt: skip
from archspec.emit.diagram.scene import Box, Figures, Frame, Scene, boxes, is_conditional, title

NARROW, WIDE = 56, 76  # columns from which parameters are shown, and MACs beside them
_SKIP, _FAINT, _STRONG = "35", "2", "1"  # as terminals know colours: every theme of theirs makes them readable
_KIND_CODES: Mapping[str, str] = {
    CONV: "34", LINEAR: "35", ATTENTION: "31", RECURRENT: "34", POOL: "33", NORM: "36", ACTIVATION: "32",
    COMBINE: "35", RESIZE: "33", BROKEN: "31",
}  # fmt: skip
_ASCII_LETTERS = {"↻": "@", "ƒ": "F", "▸": ">", "×": "x", "−": "-"}


class _Row(NamedTuple):
    """A line of the drawing: lanes, a mark in one of them, and the texts beside them."""

    cells: tuple[Cell, ...]
    lane: int = -1
    mark: str = ""
    code: str = ""  # the colour of the mark
    indent: int = 0
    name: str = ""
    words: str = ""
    shape: str = ""
    changed: bool = False
    figures: Figures | None = None
    times: int = 1


def text(scene: Scene, style: Style) -> str:
    """The drawing, in the characters, colours and columns of a style."""
    return "\n".join(_Drawing(scene, style).lines()) + "\n"


class _Drawing:
    def __init__(self, scene: Scene, style: Style) -> None:
        self.scene = scene
        self.style = style
        edges = direct(scene)
        self.lanes = Lanes(edges, UNICODE if style.unicode else ASCII)
        self.changed = {edge.source: edge.changed for edge in reversed(edges) if edge.output == 0}

    def lines(self) -> Iterator[str]:
        scene = self.scene
        name = self._plain(scene.network)
        yield self._painted(name, _STRONG) + self._plain(f" · {amount(scene.figures)}" if any(scene.figures) else "")
        rows = [row for child in scene.children for row in self._child(child, 0, "always")]
        margin = max((len(row.cells) for row in rows), default=0) + 1
        margin = min(margin, self.style.width // 2)
        figures = [self._figures(row) for row in rows]
        columns = [max((width(one[at]) for one in figures), default=0) for at in range(3)]
        for row, cells in zip(rows, figures, strict=True):
            yield self._line(row, cells, margin, columns)
        for line in (self._legend(), *map(self._plain, scene.notes)):
            if line:
                yield line

    def _child(self, child: Box | Frame, depth: int, phase: str) -> Iterator[_Row]:
        said = ""
        if child.phase != phase and is_conditional(child):
            said = "training only" if child.phase == "train" else "evaluation only"
        name, rest = title(child)
        if type(child) is Frame:
            head = f"▾ {name}" if name else "▾"
            words = " · ".join(part for part in (rest, said) if part)
            flow = _shapes(child.outputs)
            yield _Row(self.lanes.rest().cells, -1, "", "", depth, head, words, flow, False, child.figures, child.times)
            for inner in child.children:
                yield from self._child(inner, depth + 1, child.phase)
            return
        assert type(child) is Box
        if child.kind == ENTRY:
            return
        words = " · ".join(part for part in (rest, *child.words, child.fault.replace("`", ""), said) if part)
        mark = SIGNS.get(child.op) or LETTERS.get(child.kind, "●")
        if child.kind in (INPUT, OUTPUT):
            mark, words = "○" if child.kind == INPUT else "◉", child.kind
        for line in self.lanes.lines(child.id):
            if line.lane < 0:
                yield _Row(line.cells)
                continue
            code = _KIND_CODES.get(child.kind, "")
            shape = "" if child.kind == OUTPUT or child.fault else _shapes(child.outputs)
            changed = self.changed.get(child.id, False)
            beside = depth, name, words, shape, changed, child.figures, child.times
            yield _Row(line.cells, line.lane, mark, code, *beside)

    def _figures(self, row: _Row) -> tuple[str, str, str]:
        """The shape, the parameters and the MACs of a row, as far as there is room."""
        found = row.figures
        parameters = figure(found.parameters) if found and found.parameters and self.style.width >= NARROW else ""
        if parameters and found and found.shared:
            parameters = f"({parameters})"  # counted where these weights come first
        macs = figure(found.macs) if found and found.macs and self.style.width >= WIDE else ""
        times = f"{row.times:,}×" if row.times > 1 else ""
        parameters, macs = (self._plain(times + said) if said else "" for said in (parameters, macs))
        return self._plain(row.shape), parameters, macs

    def _line(self, row: _Row, figures: tuple[str, str, str], margin: int, columns: list[int]) -> str:
        left = self._left(row, margin)
        units = ("", " params", " MACs")
        right = ""
        room = self.style.width - margin
        for at, (text, unit) in enumerate(zip(figures, units, strict=True)):
            if columns[at]:
                wide = columns[at] + (len(unit) + 2 if at else 0)
                said = f"{text}{unit}".rjust(wide) if text else " " * wide
                right += self._painted(said, (_STRONG if row.changed else "") if at == 0 else _FAINT)
                room -= wide
        indent = "  " * min(row.indent, max(room, 0) // 8)
        room = max(room - len(indent) - 1, 4)
        name = _cut(self._plain(row.name), room, self._dots)
        gap = "  " if name and row.words else ""
        words = _cut(self._plain(row.words), room - width(name) - len(gap), self._dots)
        if not words:
            gap = ""
        pad = " " * (room - width(name) - len(gap) - width(words) + 1)
        return f"{left}{indent}{self._painted(name, _STRONG)}{gap}{words}{pad}{right}".rstrip()

    def _left(self, row: _Row, margin: int) -> str:
        """The lanes, as wide as the margin; where there are more, the rest is left out."""
        made = []
        for at, (char, skip) in enumerate(row.cells[: margin - 1]):
            if at == 2 * row.lane:
                mark = row.mark if self.style.unicode else _ASCII_LETTERS.get(row.mark, row.mark)
                mark = mark if self.style.unicode or mark.isascii() else "o"
                made.append(self._painted(mark, f"1;{row.code}" if row.code else _STRONG))
            else:
                made.append(self._painted(char, _SKIP if skip else ""))
        return "".join(made) + " " * (margin - len(made))

    def _legend(self) -> str:
        """What the letters say, those that are there."""
        kinds = {box.kind for box in boxes(self.scene.children)}
        parts = []
        for kind, letter in LETTERS.items():
            if kind in kinds:
                letter = letter if self.style.unicode else _ASCII_LETTERS.get(letter, letter)
                painted = self._painted(letter, f"1;{_KIND_CODES[kind]}" if kind in _KIND_CODES else _STRONG)
                parts.append((f"{letter} {KINDS[kind]}", f"{painted} {KINDS[kind]}"))
        lines, taken = [""], 0
        for plain, painted in parts:
            if taken and taken + 3 + len(plain) > self.style.width:
                lines.append("")
                taken = 0
            lines[-1] += ("   " if taken else "") + painted
            taken += (3 if taken else 0) + len(plain)
        return "\n".join(lines)

    @property
    def _dots(self) -> str:
        return "…" if self.style.unicode else "..."

    def _plain(self, said: str) -> str:
        if self.style.unicode:
            return visible(said)
        for char, spelled in (("×", "x"), ("▾", "v"), ("…", ".."), (" · ", ", ")):
            said = said.replace(char, spelled)
        return prose(said, unicode=False)

    def _painted(self, said: str, code: str) -> str:
        return f"\x1b[{code}m{said}\x1b[0m" if self.style.color and code and said.strip() else said


def _shapes(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(dict.fromkeys(map(shape_text, shapes)))


def _cut(said: str, room: int, dots: str) -> str:
    """A visible text in so many columns."""
    if room <= 0:
        return ""
    if width(said) <= room:
        return said
    while said and width(said) + len(dots) > room:
        said = said[:-1]
    return said.rstrip() + dots if said else ""
