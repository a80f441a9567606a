"""What the HTML page draws: the whole scene, all frames open, as plain data; and which of them stand open at first."""

import re
from collections.abc import Collection
from typing import Any

from archspec.analysis.locate import Locator
from archspec.core.shape import Shape
from archspec.core.source import Source, Span
from archspec.design import Module
from archspec.elaborate.draft import Draft
from archspec.emit.diagram.describe import shape_text
from archspec.emit.diagram.dot_labels import KINDS
from archspec.emit.diagram.field import Window, windows
from archspec.emit.diagram.palette import ENTRY, LETTERS, SIGNS
from archspec.emit.diagram.scene import Box, CannotDraw, Edge, Frame, boxes, frames
from archspec.emit.diagram.unfolding import Unfolding
from archspec.emit.diagram.ushape import UShape, u_shape

MOST = 1500  # boxes in the page: a browser lays out as many in a moment
MOST_FIELDS = 400  # boxes whose receptive fields are worked out
_ALL = 1 << 30
_RANGE = re.compile(r"\d+…(\d+)")  # several iterations in a path


class PageData:
    """The data of a network's page; `sources` are the files that it was read from."""

    def __init__(
        self, shown: Module | Draft, *, depth: int | None = None, fold: bool = True, expand: Collection[str] = ()
    ) -> None:
        unfolding = Unfolding(shown, fold)
        first = unfolding.scene(depth, expand)
        try:
            whole = unfolding.scene(_ALL, most=MOST)
        except CannotDraw:
            whole = first
        opened = [frame.id for frame in frames(first.children)]
        if not {frame.id for frame in frames(whole.children)}.issuperset(opened):
            whole = first  # what stands open lies deeper than there is room to hold everything
        self.module = shown.module if isinstance(shown, Draft) else shown
        self.scene = whole
        self.u = u_shape(unfolding.scene(0))
        self.opened = opened
        self.notes = tuple(dict.fromkeys((*first.notes, *whole.notes)))
        self.sources: dict[str, Source] = {}
        self.locator = Locator(self.module)
        self.fields = sum(1 for box in boxes(whole.children) if box.layers) <= MOST_FIELDS

    def data(self) -> dict[str, Any]:
        """All of it, ready for JSON."""
        shown = self.scene
        self._span(self.module.span)
        children = [self._child(child) for child in shown.children]
        return {
            "version": 1,
            "network": shown.network,
            "params": shown.figures.parameters,
            "macs": shown.figures.macs,
            "inputs": _shapes(shown.inputs),
            "outputs": _shapes(shown.outputs),
            "children": children,
            "edges": [_edge(edge) for edge in shown.edges],
            "open": self.opened,
            "u": self.u and _u(self.u),
            "notes": list(self.notes),
            "sources": {name: source.text for name, source in self.sources.items()},
            "letters": dict(LETTERS),
            "kinds": dict(KINDS),
            "signs": dict(SIGNS),
        }

    def _child(self, child: Box | Frame) -> dict[str, Any]:
        made: dict[str, Any] = {
            "id": child.id,
            "name": child.name,
            "block": child.block,
            "inputs": _shapes(child.inputs),
            "outputs": _shapes(child.outputs),
            "times": child.times,
            "phase": child.phase,
            "params": child.figures.parameters if child.figures else 0,
            "macs": child.figures.macs if child.figures else 0,
            "shared": bool(child.figures and child.figures.shared),
            "span": self._span(child.span),
        }
        if type(child) is Frame:
            made["children"] = [self._child(inner) for inner in child.children]
            return made
        assert type(child) is Box
        made |= {"kind": child.kind, "op": child.op, "words": list(child.words), "layers": list(child.layers)}
        made["fault"] = child.fault
        if child.layers and child.kind != ENTRY and self.fields:
            made["fields"] = self._fields(child)
        return made

    def _span(self, span: Span | None) -> list[Any] | None:
        """The file, and the first and last line."""
        if span is None:
            return None
        source = span.source
        self.sources.setdefault(source.name, source)
        return [source.name, span.line, source.position(max(span.start, span.end - 1))[0]]

    def _fields(self, box: Box) -> list[dict[str, Any]]:
        """What the middle of the output of a box sees of each input; of several iterations, the last one's."""
        found = self.locator.find(_RANGE.sub(r"\1", box.layers[-1][0]))
        if len(found) != 1:
            return []  # a name that several share
        return [_window(one) for one in windows(found[0].view, self.module, box.outputs[0])]


def _window(found: Window) -> dict[str, Any]:
    axes = [axis and axis._asdict() for axis in found.axes]
    return {"name": found.name, "input": list(found.sizes), "axes": axes, "context": found.context}


def _u(found: UShape) -> dict[str, Any]:
    """Which boxes stand on the right, in order, and what leads across."""
    return {"right": sorted(found.right), "levels": [[edge.source, edge.target] for edge in found.levels]}


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "from": edge.source, "output": edge.output, "to": edge.target, "input": edge.input,
        "shape": shape_text(edge.shape), "changed": edge.changed, "skip": edge.skip, "phase": edge.phase,
        "bad": edge.bad,
    }  # fmt: skip


def _shapes(shapes: tuple[Shape, ...]) -> list[str]:
    return [shape_text(shape) for shape in shapes]
