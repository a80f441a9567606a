"""The part of a source line that fits the page, and the columns of its characters there."""

from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

from archspec.core.report.style import Piece, Style
from archspec.core.report.visible import MOST_MARKS, Cell, cells

TAB = 4
_DENSEST = MOST_MARKS + 1  # characters that share one column


class Window(NamedTuple):
    """The characters `first` to `last` (not included) of a line; cut off ends are marked by an ellipsis."""

    first: int
    last: int
    shown: tuple[str, ...]
    edges: tuple[int, ...]  # the left edge of each shown character, then the right edge of the last
    before: str
    after: str

    def column(self, at: int) -> int:
        """The column of a character; those that were cut off stand at the ellipsis."""
        if at < self.first:
            return 0
        return self.edges[min(at, self.last) - self.first]

    def columns(self, start: int, end: int) -> range:
        """The columns under the characters `start` to `end`: at least one."""
        left, right = self.column(start), self.column(end)
        if self.after and end > self.last:
            right += len(self.after)
        return range(left, max(right, left + 1))

    def pieces(self, role_at: Callable[[int], str]) -> list[Piece]:
        """The line as it is drawn, each character in its role."""
        return [
            (self.before, "frame"),
            *((shown, role_at(at)) for at, shown in enumerate(self.shown, self.first)),
            (self.after, "frame"),
        ]


def fits(line: str, start: int, end: int, room: int, style: Style) -> bool:
    """Whether a window of `room` columns can show the characters `start` to `end` together."""
    if end - start > _DENSEST * room:
        return False
    taken = _edges(_cells(line[start:end], style))[-1]
    if start == 0 and end >= len(line):
        return taken <= room
    return taken + 2 * len(style.charset.ellipsis) <= room


def window(line: str, start: int, end: int, room: int, style: Style) -> Window:
    """The part of a line around the characters `start` to `end` that fits `room` columns; all of it where it fits.

    Only the neighbourhood is looked at: a line of a megabyte costs no more than a long one.
    """
    ellipsis = style.charset.ellipsis
    reach = _DENSEST * room
    low = max(0, min(start, len(line)) - reach)
    high = min(len(line), start + reach, max(end, start) + reach)
    laid = _cells(line[low:high], style)
    edges = _edges(laid)
    if low == 0 and high == len(line) and edges[-1] <= room:
        return Window(0, high, tuple(shown for shown, _ in laid), edges, "", "")

    # as far left as the place allows, else the place in the middle, else its beginning
    begin, until = edges[max(0, min(start, high) - low)], edges[max(0, min(end, high) - low)]
    free = room - 2 * len(ellipsis) - max(until - begin, 1)
    left = 0 if low == 0 and until <= room - len(ellipsis) else begin - max(free, 0) // 2
    if high == len(line):
        left = min(left, edges[-1] - room + len(ellipsis))
    first = 0
    while first < len(laid) and (edges[first] < left or (first and laid[first][1] == 0)):
        first += 1
    before = ellipsis if low + first else ""
    room -= len(before)
    last = first
    while last < len(laid) and edges[last + 1] - edges[first] <= room:
        last += 1
    if low + last < len(line):
        while last > first + 1 and edges[last] - edges[first] > room - len(ellipsis):
            last -= 1
    return Window(
        low + first,
        low + last,
        tuple(shown for shown, _ in laid[first:last]),
        tuple(edge - edges[first] + len(before) for edge in edges[first : last + 1]),
        before,
        ellipsis if low + last < len(line) else "",
    )


def _cells(text: str, style: Style) -> list[Cell]:
    """The cells of a piece of a line, its tabs spread to the next stop."""
    laid = cells(text, style.unicode)
    if "\t" in text:
        column = 0
        for at, char in enumerate(text):
            taken = laid[at][1]
            if char == "\t":
                taken = TAB - column % TAB
                laid[at] = (" " * taken, taken)
            column += taken
    return laid


def _edges(laid: list[Cell]) -> tuple[int, ...]:
    return tuple(accumulate((taken for _, taken in laid), initial=0))
