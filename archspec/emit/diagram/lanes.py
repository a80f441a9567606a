"""The left side of a drawing in text: boxes in a column of lanes, one for each value on its way, as histories of
versions are drawn.

The trunk stays in the left lane; what is read again later moves to the right of it, so branches stand side by side in
the order of the spec and skips run outside.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archspec.design import ALWAYS
from archspec.emit.diagram.scene import Edge


class Strokes(NamedTuple):
    """The characters of lanes: `touch` is where a lane is read that goes on, `cross` where one is passed."""

    lane: str
    across: str
    fork: str
    turn: str  # a lane that begins, to the right
    end: str  # a lane that ends, to the right
    meet: str  # a lane that ends on the way
    touch: str
    read: str  # a lane that is read, the furthest, and goes on
    cross: str


UNICODE = Strokes("│", "─", "├", "╮", "╯", "┴", "┿", "┤", "┼")
ASCII = Strokes("|", "-", "|", ".", "'", "'", "#", "|", "+")

Value = tuple[str, int]  # a box and which of its outputs
Cell = tuple[str, bool]  # a character, and whether it belongs to a skip


class Line(NamedTuple):
    """A line of lanes; `box` is at `lane`, where it is the line of a box."""

    cells: tuple[Cell, ...]
    lane: int


class Lanes:
    """Draws line by line. `edges` are all edges between boxes, those into a box in the order of its inputs."""

    def __init__(self, edges: Sequence[Edge], strokes: Strokes) -> None:
        self.strokes = strokes
        self.into: dict[str, list[Edge]] = {}
        self.left: dict[Value, list[Edge]] = {}  # what is still to read a value
        for edge in edges:
            self.into.setdefault(edge.target, []).append(edge)
            self.left.setdefault((edge.source, edge.output), []).append(edge)
        self.lanes: list[Value | None] = []

    def lines(self, box: str) -> Iterator[Line]:
        """The lines of the next box: those that fork a value which goes on, then its own, then more outputs."""
        entering = self.into.get(box, [])
        values = list(dict.fromkeys((edge.source, edge.output) for edge in entering))
        skips = {(edge.source, edge.output) for edge in entering if edge.skip}
        for edge in entering:
            self.left[edge.source, edge.output].remove(edge)
        lane = self._lane_of(values)
        if values and self.left[values[0]] and any(edge.phase != ALWAYS for edge in entering):
            lane = self._free(lane + 1)  # what runs in one mode only stands aside
        elif values and self.left[values[0]] and lane == self.lanes.index(values[0]):
            moved = self._free(lane + 1)
            yield self._fork(lane, moved, values[0])
            self.lanes[moved] = values[0]
        yield self._box(lane, values, skips)
        for value in values:
            if not self.left[value] and value in self.lanes:
                self.lanes[self.lanes.index(value)] = None
        outputs = sorted(value for value in self.left if value[0] == box)
        self.lanes[lane] = outputs[0] if outputs else None
        for value in outputs[1:]:
            moved = self._free(lane + 1)
            yield self._fork(lane, moved, outputs[0])
            self.lanes[moved] = value
        while self.lanes and self.lanes[-1] is None:
            self.lanes.pop()

    def rest(self) -> Line:
        """A line between boxes."""
        return Line(tuple(self._cells()), -1)

    def _lane_of(self, values: list[Value]) -> int:
        """Where a box stands: in the lane of a value that ends with it, the leftmost; else in that of its first."""
        ending = [self.lanes.index(one) for one in values if not self.left[one]]
        if ending:
            return min(ending)
        if values:
            return self.lanes.index(values[0])
        return self._free(0)

    def _free(self, start: int) -> int:
        for at in range(start, len(self.lanes)):
            if self.lanes[at] is None:
                return at
        while len(self.lanes) < start:
            self.lanes.append(None)
        self.lanes.append(None)
        return len(self.lanes) - 1

    def _is_skip(self, value: Value | None) -> bool:
        left = self.left.get(value, []) if value is not None else []
        return bool(left) and all(edge.skip for edge in left)

    def _cells(self) -> list[Cell]:
        """Every lane and the gap to its right."""
        made: list[Cell] = []
        for value in self.lanes:
            made.append((" ", False) if value is None else (self.strokes.lane, self._is_skip(value)))
            made.append((" ", False))
        return made

    def _across(self, cells: list[Cell], start: int, end: int, skip: bool) -> None:
        """A stroke from lane to lane; what is in its way is crossed."""
        for at in range(2 * start + 1, 2 * end):
            passed = at % 2 == 0 and cells[at][0] == self.strokes.lane
            if passed:
                cells[at] = self.strokes.cross, cells[at][1]
            elif cells[at][0] == " ":
                cells[at] = self.strokes.across, skip

    def _fork(self, lane: int, moved: int, value: Value) -> Line:
        cells = self._cells()
        skip = self._is_skip(value)
        self._across(cells, lane, moved, skip)
        cells[2 * lane] = self.strokes.fork, False
        cells[2 * moved] = self.strokes.turn, skip
        return Line(tuple(cells), -1)

    def _box(self, lane: int, values: list[Value], skips: set[Value]) -> Line:
        """The line of a box: strokes from the lanes of its inputs. Its own mark is left to the caller."""
        cells = self._cells()
        others = [(self.lanes.index(one), one) for one in values if self.lanes.index(one) != lane]
        for at, value in sorted(others, reverse=True, key=lambda one: abs(one[0] - lane)):
            furthest = not any(abs(other - lane) > abs(at - lane) for other, _ in others)
            skip = value in skips
            self._across(cells, min(at, lane), max(at, lane), skip)
            if at < lane:
                cells[2 * at] = self.strokes.fork, skip
            elif self.left[value]:
                cells[2 * at] = (self.strokes.read if furthest else self.strokes.touch), skip
            else:
                cells[2 * at] = (self.strokes.end if furthest else self.strokes.meet), skip
        return Line(tuple(cells), lane)
