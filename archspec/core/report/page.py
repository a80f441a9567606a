"""Rows of the drawing: a gutter with the line number, a margin for brackets, then source text or strokes under it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archspec.core.report.place import Extent
from archspec.core.report.style import Piece, Style
from archspec.core.report.visible import width, wrap
from archspec.core.report.window import Window

SECONDARY = "secondary"  # the role of a place that contributed; the culprit has its severity's
_LEAST = 20  # columns of a page, however narrow the terminal: beside four brackets they leave room for a few letters
_NARROWEST = 6  # columns that a text is set in, even where it then sticks out: four brackets leave that many


class Bracket(NamedTuple):
    """A label over several lines: a stroke in a slot of the margin."""

    extent: Extent
    role: str
    slot: int


class Mark(NamedTuple):
    """What a label contributes to one line: an underline, or one end of a bracket."""

    start: int
    end: int
    text: str
    role: str
    bracket: Bracket | None = None
    opens: bool = False
    beside: bool = False  # a bracket that opens where its line begins: its head stands beside the line


Strokes = dict[int, Piece]  # by column, from the gutter on: one character and its role


class Page(NamedTuple):
    """What all rows of a snippet share: the digits of the line numbers, the slots of the margin, the look."""

    digits: int
    slots: int
    style: Style

    @property
    def columns(self) -> int:
        """Columns behind the gutter."""
        return max(self.style.width - self.digits - 3, _LEAST)

    @property
    def room(self) -> int:
        """Columns for source text; one is kept for a caret behind the end of a line."""
        return self.columns - self.margin - 1

    @property
    def margin(self) -> int:
        return 2 * self.slots

    def row(self, strokes: Mapping[int, Piece], at: int = 0, *pieces: Piece, number: int = 0, bar: str = "") -> str:
        """Strokes, then pieces from the column `at` on."""
        end = at if pieces else max(strokes, default=-1) + 1
        start = f"{number or '':>{self.digits}} {bar or self.style.charset.bar} "
        return self.style.row((start, "frame"), *(strokes.get(column, (" ", "")) for column in range(end)), *pieces)

    def bars(self, opened: Sequence[Bracket]) -> Strokes:
        """The margin beside brackets that are open."""
        return {2 * bracket.slot: (self.style.charset.bar, bracket.role) for bracket in opened}

    def source(self, number: int, seen: Window, opened: Sequence[Bracket], marks: Sequence[Mark] = ()) -> str:
        """A line of the source. What stands under the culprit is drawn in its colour."""
        strokes = self.bars(opened)
        for mark in marks:
            if mark.beside:
                assert mark.bracket is not None
                strokes[2 * mark.bracket.slot] = (self.style.charset.head, mark.role)
        culprits = [mark for mark in marks if mark.bracket is None and mark.role != SECONDARY]

        def role_at(at: int) -> str:
            return next((mark.role for mark in culprits if mark.start <= at < mark.end), "")

        return self.row(strokes, self.margin, *seen.pieces(role_at), number=number)

    def underlines(self, seen: Window, opened: Sequence[Bracket], marks: Sequence[Mark]) -> Iterator[str]:
        """The marks under a line. The text of the last stands behind it if there is room; the others hang below."""
        charset, strokes = self.style.charset, self.bars(opened)
        if not marks:
            return
        spans = {mark: seen.columns(mark.start, mark.end) for mark in marks}
        # the culprit over what contributed, the narrow over the wide
        for mark in sorted(marks, key=lambda mark: (mark.role != SECONDARY, -len(spans[mark]))):
            for column in spans[mark]:
                strokes[self.margin + column] = ("^" if mark.role != SECONDARY else charset.underline, mark.role)
        told = [mark for mark in marks if mark.text]
        hanging = sorted(told, key=lambda mark: (spans[mark].start, mark.role != SECONDARY))
        behind = self.margin + max(span.stop for span in spans.values())
        tail: Sequence[Piece] = ()
        if hanging:
            last = hanging[-1]
            if spans[last].stop + self.margin == behind and behind + 1 + width(last.text) <= self.columns:
                tail = ((" " + last.text, last.role),)
                hanging.pop()
        for mark in hanging:
            at = self.margin + spans[mark].start
            if strokes[at] == (charset.underline, SECONDARY):
                strokes[at] = (charset.drop, SECONDARY)
        yield self.row(strokes, behind, *tail)
        while hanging:
            mark = hanging.pop()
            strokes = self.bars(opened)
            for other in hanging:
                strokes[self.margin + spans[other].start] = (charset.bar, other.role)
            yield from self.hang(strokes, self.margin + spans[mark].start, mark)

    def bracket_end(self, seen: Window, opened: Sequence[Bracket], mark: Mark) -> Iterator[str]:
        """The stroke from a slot of the margin to the place where a bracket opens or closes."""
        assert mark.bracket is not None
        charset, strokes = self.style.charset, self.bars(opened)
        slot, at = 2 * mark.bracket.slot, self.margin + seen.column(mark.start)
        for column in range(slot + 1, at):
            strokes.setdefault(column, (charset.across, mark.role))
        strokes[slot] = (charset.open if mark.opens else charset.foot, mark.role)
        behind = not mark.text or at + 2 + width(mark.text) <= self.columns
        strokes[at] = ("^" if mark.role != SECONDARY else charset.tip if behind else charset.fork, mark.role)
        yield self.row(strokes, at + 1, *([(" " + mark.text, mark.role)] if behind else []))
        if not behind:
            yield from self.hang(self.bars(opened), at, mark)

    def hang(self, strokes: Strokes, at: int, mark: Mark) -> Iterator[str]:
        """The text of a mark, below and joined to the column `at`: right of it, or left where there is more room."""
        charset, text, role = self.style.charset, mark.text, mark.role
        branch = charset.branch if at in strokes else charset.elbow  # another text hangs from the same column
        right = self.columns - at - width(branch)
        taken = max((column + 2 for column in strokes if column < at), default=0)
        left = at + 1 - len(charset.hook) - max(taken, self.margin)
        if max(left, right) < min(width(text), _NARROWEST):  # squeezed in: what hangs further left is interrupted
            strokes = {column: stroke for column, stroke in strokes.items() if column < self.margin}
            left = at + 1 - len(charset.hook) - self.margin
        if width(text) <= right or right >= left:
            first, *rest = wrap(text, max(right, _NARROWEST))
            yield self.row(strokes, at, (branch + first, role))
            for line in rest:
                yield self.row(strokes, at + width(branch), (line, role))
            return
        lines = wrap(text, left)
        block = max(width(line) for line in lines)
        for number, line in enumerate(lines, 1):
            pad = " " * (block - width(line))
            joint = charset.hook if number == len(lines) else " " * (len(charset.hook) - 1) + charset.bar
            yield self.row(strokes, at + 1 - len(charset.hook) - block, (line + pad + joint, role))
