"""The figure that papers print: a network as volumes in a row, as high, deep and wide as its maps; skips as arcs.

Only laid out here, in points with y downwards; `volumes_svg` and `tikz` write it. Edges of volumes grow with the square
root of sizes: from 224 pixels to 7 they would otherwise be a wall and a dot.
"""

import re
from collections.abc import Collection, Iterator
from math import prod, sqrt
from typing import NamedTuple

from archspec.design import ALWAYS, EVAL
from archspec.emit.diagram.describe import shape_text
from archspec.emit.diagram.direct import direct
from archspec.emit.diagram.palette import ENTRY, INPUT, LETTERS, MODULE, OUTPUT, SIGNS
from archspec.emit.diagram.scene import Box, CannotDraw, Edge, Frame, Scene, boxes
from archspec.emit.diagram.svg_shapes import cut, end_of
from archspec.emit.diagram.text_width import text_width
from archspec.emit.diagram.unfolding import Unfolding
from archspec.emit.diagram.ushape import u_shape

COMFORTABLE = 26  # volumes in a row that fit a page
MOST = 200
HIGH, WIDE, DEEP = 150.0, 52.0, 0.32  # of the largest volume; how far back one step of depth goes
LEAST, GAP, MARGIN, BALL = 4.0, 30.0, 24.0, 9.0
LABEL = 9.0  # size of what is said on arcs
HEAD, SLANT, LONGEST = 76.0, 35, 28  # room for the title; the angle at which names stand; characters of one


class Volume(NamedTuple):
    """A map as a box: its front has its lower left corner at (x, y), is `w` wide and `h` high, and goes back by `d`.

    sign:  of what is drawn as a ball of the radius `w / 2` with its middle at half the height: `+`
    names: what stands below it, in two lines
    """

    id: str
    kind: str
    x: float
    y: float
    w: float
    h: float
    d: float
    sign: str
    letter: str
    names: tuple[str, str]

    @property
    def top(self) -> tuple[float, float]:
        """Where arcs begin and end."""
        if self.sign:
            return self.x + self.w / 2, self.y - self.h / 2 - self.w / 2
        return self.x + (self.w + self.d) / 2, self.y - self.h - self.d / 2


class Arrow(NamedTuple):
    """From the right of a volume to the left of the next one, along the middle line; `bad` where an error arises."""

    start: float
    end: float
    bad: bool


class Arc(NamedTuple):
    """A way over others: the ends, the height of its control points, and the shape that goes along it: nothing where
    there is no room for it, it stands below the volume that it comes from."""

    start: tuple[float, float]
    end: tuple[float, float]
    high: float
    label: str
    skip: bool
    bad: bool

    @property
    def peak(self) -> tuple[float, float]:
        """The highest point of the curve."""
        return (self.start[0] + self.end[0]) / 2, (self.start[1] + self.end[1] + 6 * self.high) / 8


class Bracket(NamedTuple):
    """What stands for several iterations: from `start` to `end`, said below."""

    start: float
    end: float
    y: float
    label: str


class Figure(NamedTuple):
    """All of it. The arrows run at the height `middle`, names begin at `floor`, and the legend stands at `legend`."""

    scene: Scene
    volumes: tuple[Volume, ...]
    arrows: tuple[Arrow, ...]
    arcs: tuple[Arc, ...]
    brackets: tuple[Bracket, ...]
    middle: float
    floor: float
    width: float
    legend: float
    notes: tuple[str, ...]


def figure(unfolding: Unfolding, depth: int | None, expand: Collection[str] = ()) -> Figure:
    """The figure of a network, open to a depth: without one, the deepest that fits a page; what is a U stays one."""
    if depth is not None:
        return _laid_out(unfolding.scene(depth, expand))
    chosen = unfolding.scene(0, expand)
    for level in range(1, unfolding.levels + 1) if u_shape(chosen) is None else ():
        deeper = unfolding.scene(level, expand)
        if len(_shown(deeper)) > COMFORTABLE:
            break
        chosen = deeper
    return _laid_out(chosen)


def _shown(scene: Scene) -> list[Box]:
    """What becomes a volume, in order: what runs in evaluation."""
    left_out = (ENTRY, OUTPUT)
    return [one for one in boxes(scene.children) if one.kind not in left_out and one.phase in (ALWAYS, EVAL)]


def _laid_out(scene: Scene) -> Figure:
    shown = _shown(scene)
    if len(shown) > MOST:
        raise CannotDraw(f"{len(shown)} volumes in a row are no figure; draw less of it with `depth`")
    order = {box.id: at for at, box in enumerate(shown)}
    edges = [edge for edge in direct(scene) if edge.source in order and edge.target in order]
    over = [edge for edge in edges if order[edge.target] - order[edge.source] > 1]
    rise = max((_rise(order[edge.target] - order[edge.source]) for edge in over), default=0.0)
    sizes = _sizes(shown)
    highest = max((h for _, h, _ in sizes), default=0.0)
    middle = HEAD + rise + max((d for *_, d in sizes), default=0.0) + highest / 2
    row: list[Volume] = []
    x = MARGIN
    for box, (w, h, d) in zip(shown, sizes, strict=True):
        sign = SIGNS.get(box.op, "") if len(box.words) == 1 else ""
        letter = "" if sign else LETTERS.get(box.kind, "")
        row.append(Volume(box.id, box.kind, x, middle + h / 2, w, h, d, sign, letter, _names(box)))
        x += w + d + GAP
    onward: dict[int, bool] = {}  # by what it leaves: whether an error arises at its end
    for edge in edges:
        if order[edge.target] - order[edge.source] == 1:
            onward[order[edge.source]] = bool(edge.bad) or onward.get(order[edge.source], False)
    arrows = tuple(
        Arrow(row[at].x + row[at].w + row[at].d / 2, row[at + 1].x, bad) for at, bad in sorted(onward.items())
    )
    arcs = _apart([_arc(edge, row, order[edge.source], order[edge.target]) for edge in over])
    floor = middle + highest / 2
    brackets = tuple(_brackets(scene.children, {one.id: one for one in row}, floor + 10))
    longest = max((len(name) for one in row for name in one.names), default=0)
    floor += 26 if brackets else 0
    notes = [*scene.notes, *(box.fault.replace("`", "") for box in shown if box.fault)]
    if len(shown) < sum(1 for one in boxes(scene.children) if one.kind not in (ENTRY, OUTPUT)):
        notes.append("What is there in training only is left out.")
    width = max(x - GAP + MARGIN + longest * 4.2, 360.0)
    legend = floor + 34 + longest * 3.6
    return Figure(scene, tuple(row), arrows, arcs, brackets, middle, floor + 14, width, legend, tuple(notes))


def _sizes(shown: list[Box]) -> list[tuple[float, float, float]]:
    """How wide, high and deep each volume is drawn."""
    extents = [_extents(box) for box in shown]
    largest = max((max(high, deep) for _, high, deep in extents), default=1)
    widest = max((wide for wide, _, _ in extents), default=1)
    made = []
    for box, (wide, high, deep) in zip(shown, extents, strict=True):
        if box.op in SIGNS and len(box.words) == 1:
            made.append((2 * BALL, 2 * BALL, 0.0))
            continue
        w, h, d = WIDE * sqrt(wide / widest), HIGH * sqrt(high / largest), HIGH * DEEP * sqrt(deep / largest)
        made.append((max(w, LEAST), max(h, LEAST), max(d, LEAST * DEEP)))
    return made


def _extents(box: Box) -> tuple[int, int, int]:
    """How many channels or features wide, and how many positions high and deep what leaves a box is."""
    shape = box.outputs[0] if box.outputs else box.inputs[0]
    if shape.spatial:
        high, deep = (
            (int(shape.spatial[-2]), int(shape.spatial[-1])) if len(shape.spatial) > 1 else (shape.spatial[0], 1)
        )
        return max(int(shape.elements) // prod(int(one) for one in shape.spatial), 1), int(high), int(deep)
    sizes = [int(one) for one in shape.sizes] or [1]
    return sizes[-1], prod(sizes[:-1]), 1


def _names(box: Box) -> tuple[str, str]:
    """What it is called, and what comes out of it; of what has an error, its code."""
    path = re.sub(r"#\d+$", "", box.id) if box.kind != INPUT else box.name
    name = box.words[0] if box.kind not in (INPUT, MODULE) and not box.name and box.words else path
    times = f" ×{box.times:,}" if box.times > 1 else ""
    shown = end_of(path, LONGEST) if name == path else cut(name, LONGEST)
    return shown + times, box.fault.partition(" ")[0] or ", ".join(map(shape_text, box.outputs))


def _rise(span: int) -> float:
    return 24 + 13 * sqrt(span)


def _arc(edge: Edge, row: list[Volume], source: int, target: int) -> Arc:
    """Above all that stands between."""
    start, end = row[source].top, row[target].top
    high = min(one.top[1] for one in row[source : target + 1])
    # a cubic curve keeps a quarter of the way to its control points
    control = (8 * (high - _rise(target - source)) - start[1] - end[1]) / 6
    return Arc(start, end, control, shape_text(edge.shape), edge.skip, bool(edge.bad))


def _apart(arcs: list[Arc]) -> tuple[Arc, ...]:
    """The arcs without the labels that would lie on others; skips are the last to lose theirs."""
    taken: list[tuple[float, float, float]] = []
    kept: set[int] = set()
    for at in sorted(range(len(arcs)), key=lambda at: not arcs[at].skip):
        (x, y), half = arcs[at].peak, text_width(arcs[at].label, LABEL) / 2
        if all(abs(x - one) > half + other + 3 or abs(y - high) > LABEL + 1 for one, high, other in taken):
            taken.append((x, y, half))
            kept.add(at)
    return tuple(arc if at in kept else arc._replace(label="") for at, arc in enumerate(arcs))


def _brackets(children: tuple[Box | Frame, ...], row: dict[str, Volume], y: float) -> Iterator[Bracket]:
    """Iterations drawn once, the outer ones of nested."""
    for child in children:
        if type(child) is Frame:
            inside = [row[box.id] for box in boxes(child.children) if box.id in row]
            if child.times > 1 and inside:
                first, last = inside[0], inside[-1]
                yield Bracket(first.x, last.x + last.w + last.d, y, f"×{child.times:,}")
            else:
                yield from _brackets(child.children, row, y)
