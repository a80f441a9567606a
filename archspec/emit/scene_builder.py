"""From a design to a scene: which modules stand open, and what leads from box to box."""

from collections.abc import Callable
from typing import NamedTuple

from archspec.analysis.cost import cost
from archspec.analysis.parameters import parameters
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.design import ALWAYS, TRAIN, Apply, Instance, Module
from archspec.emit.describe import kind_of, words_of
from archspec.emit.palette import ENTRY, INPUT, MODULE, OUTPUT
from archspec.emit.scene import Box, Edge, Figures, Frame, Scene
from archspec.emit.routes import marked
from archspec.emit.sketch import Again, Chain, Item, Sketch, Sketcher, Stack, uses_of


class End(NamedTuple):
    """Where an edge begins: an output of a box, and whether the box changed the shape."""

    box: str
    output: int
    changed: bool


class Place(NamedTuple):
    """Where in the design something stands.

    path:   the path of the module around, with its dot; empty in the network
    depth:  how many modules are open around it
    shared: whether it is part of a module whose weights are shared
    """

    path: str = ""
    depth: int = 0
    phase: str = ALWAYS
    shared: bool = False


class Around(NamedTuple):
    """What a module around is called that comes to nothing but one other, which is drawn in its place."""

    name: str = ""
    block: str = ""


class Seen(NamedTuple):
    """A module that is come upon, at a path, with so many open ones around it."""

    module: Module
    path: str
    around: int
    phase: str


Opens = Callable[[Seen], bool]  # whether it is drawn open


class TooMany(Exception):
    """More boxes than asked for."""


class Builder:
    """Builds one scene. Raises `TooMany` once it has more than `most` boxes."""

    def __init__(self, sketcher: Sketcher, opens: Opens, most: int) -> None:
        self.sketcher = sketcher
        self.opens = opens
        self.most = most
        self.edges: list[Edge] = []
        self.entries: set[str] = set()
        self.count = 0
        self._taken: dict[str, int] = {}
        self._figures: dict[int, tuple[int, int]] = {}

    def scene(self, root: Module, notes: tuple[str, ...] = ()) -> Scene:
        sketch = self.sketcher.sketch(root)
        children: list[Box | Frame] = []
        given: list[End] = []
        for name, shape in zip(root.inputs, root.input_shapes, strict=True):
            children.append(self._port(INPUT, name, shape, ALWAYS, root.span))
            given.append(End(children[-1].id, 0, True))
        inner, ends = self._draw(sketch, given, Place())
        children.extend(inner)
        for port in sketch.outputs:
            shape = sketch.shapes[port.value]
            box = self._port(OUTPUT, port.name, shape, port.phase, root.span)
            children.append(box)
            self._edge(ends[port.value], box.id, shape, port.phase, 0)
        total = Figures(*self._of(root))
        outputs = tuple(sketch.shapes[port.value] for port in sketch.outputs if port.phase != TRAIN)
        edges = marked(self.edges, self.entries)
        return Scene(root.name, total, root.input_shapes, outputs, tuple(children), edges, notes)

    def _draw(self, sketch: Sketch, given: list[End], place: Place) -> tuple[list[Box | Frame], dict[int, End]]:
        """The children of a graph whose inputs come from `given`, and where each of its values comes from."""
        ends = dict(zip(sketch.inputs, given, strict=True))
        children: list[Box | Frame] = []
        for item in sketch.items:
            entering = [ends[value] for value in item.inputs]
            shapes = tuple(sketch.shapes[value] for value in item.inputs)
            made, left = self._item(item, entering, shapes, place)
            children.extend(made)
            ends.update(zip(item.outputs, left, strict=True))
        return children, ends

    def _open(self, sketch: Sketch, given: list[End], place: Place) -> tuple[list[Box | Frame], dict[int, End]]:
        """As `_draw`, within a frame: every input that is read enters it once."""
        uses = uses_of(sketch.items, [port.value for port in sketch.outputs])
        entries: list[Box | Frame] = []
        entering: list[End] = []
        for value, end in zip(sketch.inputs, given, strict=True):
            if value in uses:
                shape = sketch.shapes[value]
                id = self._id(f"{place.path}in")
                entries.append(Box(id, ENTRY, "", "", "", (), (shape,), (shape,), 1, None, place.phase, (), None))
                self.entries.add(id)
                self._edge(end, id, shape, place.phase, 0)
                end = End(id, 0, end.changed)
            entering.append(end)
        children, ends = self._draw(sketch, entering, place)
        return [*entries, *children], ends

    def _item(
        self, item: Item, given: list[End], shapes: tuple[Shape, ...], place: Place
    ) -> tuple[list[Box | Frame], list[End]]:
        if item.phase != ALWAYS:
            place = place._replace(phase=item.phase)
        if type(item) is Stack:
            box = self._stack(item, item.layers[0].name or "", place, 1)
            return [box], self._connected(box, given, shapes)
        if type(item) is Instance:
            return self._instance(item, 1, given, shapes, place)
        if type(item) is Chain:
            return self._chain(item, given, shapes, place)
        assert type(item) is Again
        return self._again(item, given, shapes, place)

    def _again(
        self, item: Again, given: list[End], shapes: tuple[Shape, ...], place: Place, around: Around = Around()
    ) -> tuple[list[Box | Frame], list[End]]:
        body = item.body
        only = body.items[0] if len(body.items) == 1 else None
        if type(only) is Instance or type(only) is Stack:
            at = [body.inputs.index(value) for value in only.inputs]
            entering, inner = [given[one] for one in at], tuple(shapes[one] for one in at)
            if type(only) is Instance:
                return self._instance(only, item.count, entering, inner, place, around)
            box = self._stack(only, around.name or only.layers[0].name or "", place, item.count)
            return [box], self._connected(box, entering, inner)
        id = self._id(f"{place.path}×{item.count}")
        children, ends = self._open(body, given, place)
        left = body.outputs[0].value
        figures = Figures(*self._cost(body.items), place.shared)
        outputs = (body.shapes[left],)
        frame = Frame(id, *around, shapes[:1], outputs, item.count, figures, place.phase, tuple(children), None)
        return [frame], [ends[left]]

    def _instance(
        self,
        item: Instance,
        count: int,
        given: list[End],
        shapes: tuple[Shape, ...],
        place: Place,
        around: Around = Around(),
    ) -> tuple[list[Box | Frame], list[End]]:
        module, path = item.module, place.path + str(item.name)
        name = around.name or str(item.name)
        shared = place.shared or item.reused
        solo = self.sketcher.solo(module)
        if solo is not None:
            inside = place._replace(path=f"{path}.{solo[0]}", shared=shared)
            box = self._stack(solo[1], name, inside, count, path)
            return [box], self._connected(box, given, shapes)
        block = self._heading(module) or around.block
        figures = Figures(*self._of(module), shared)
        outputs = module.output_shapes
        if not self.opens(Seen(module, path, place.depth, place.phase)):
            box = Box(
                self._id(path), MODULE, "", name, block, (), shapes, outputs, count, figures, place.phase, (), item.span
            )
            self._counted()
            return [box], self._connected(box, given, shapes)
        sketch = self.sketcher.sketch(module)
        inside = Place(f"{path}.", place.depth + 1, place.phase, shared)
        only = sketch.items[0]
        if count == 1 and len(sketch.items) == 1 and tuple(port.value for port in sketch.outputs) == only.outputs:
            given, shapes = [given[at] for at in only.inputs], tuple(shapes[at] for at in only.inputs)
            if type(only) is Again:
                return self._again(only, given, shapes, inside, Around(name, block))
            if type(only) is Instance:
                return self._instance(only, 1, given, shapes, inside, Around(name, block))
        id = self._id(path)
        children, ends = self._open(sketch, given, inside)
        frame = Frame(id, name, block, shapes, outputs, count, figures, place.phase, tuple(children), item.span)
        return [frame], [ends[port.value] for port in sketch.outputs]

    def _chain(
        self, item: Chain, given: list[End], shapes: tuple[Shape, ...], place: Place
    ) -> tuple[list[Box | Frame], list[End]]:
        names = [_item_name(one) for one in (item.items[0], item.items[-1])]
        figures = Figures(*self._cost(item.items), place.shared)
        self._counted()
        box = Box(
            id=self._id(f"{place.path}{names[0]}…{names[1]}"),
            kind=MODULE,
            op="",
            name=f"{names[0]} … {names[1]}",
            block="",
            words=(f"{len(item.items):,} in a row",),
            inputs=shapes,
            outputs=item.shapes,
            count=1,
            figures=figures,
            phase=place.phase,
            layers=(),
            span=None,
        )
        return [box], self._connected(box, given, shapes)

    def _cost(self, items: tuple[Item, ...]) -> tuple[int, int]:
        """Parameters (shared ones at their first use only) and MACs of items."""
        owned = macs = 0
        for item in items:
            if type(item) is Stack:
                one = sum(node.layer.parameters for node in item.layers), sum(node.layer.macs for node in item.layers)
            elif type(item) is Instance:
                one = self._of(item.module)
            elif type(item) is Again:
                one = self._cost(item.body.items)
            else:
                one = self._cost(item.items)  # type: ignore[union-attr]
            times = item.count if type(item) is Again else 1
            owned += 0 if item.reused else times * one[0]
            macs += times * one[1]
        return owned, macs

    def _heading(self, module: Module) -> str:
        """What a module is an instance of; one that is nothing but a chain of blocks is called after these:
        `Bottleneck ×6`."""
        if module.kind != "block":
            return ""
        names: set[str] = set()
        total = 0
        for item in self.sketcher.sketch(module).items:
            inner = item.body.items[0] if type(item) is Again and len(item.body.items) == 1 else item
            if type(inner) is not Instance or inner.module.kind != "block":
                return module.name
            names.add(inner.module.name)
            total += item.count if type(item) is Again else 1
        return f"{names.pop()} ×{total}" if len(names) == 1 and total > 1 else module.name

    def _stack(self, stack: Stack, name: str, place: Place, count: int, path: str = "") -> Box:
        first = stack.layers[0]
        id = self._id(path or place.path + (name or first.label or first.layer.op))
        if not first.label and name.rstrip("_0123456789") == first.layer.op:
            name = ""  # made of the operator's name: says nothing beside it
        layers = [one.layer for one in stack.layers]
        figures = Figures(
            sum(one.parameters for one in layers), sum(one.macs for one in layers), place.shared or stack.reused
        )
        self._counted()
        return Box(
            id=id,
            kind=kind_of(first.layer),
            op=first.layer.op,
            name=name,
            block="",
            words=tuple(words_of(one.layer, one.operator) for one in stack.layers),
            inputs=first.layer.inputs,
            outputs=stack.layers[-1].layer.outputs,
            count=count,
            figures=figures,
            phase=place.phase,
            layers=tuple((place.path + _own_name(one), repr(one.operator)) for one in stack.layers),
            span=first.span,
        )

    def _port(self, kind: str, name: str, shape: Shape, phase: str, span: Span) -> Box:
        self._counted()
        id = self._id(f"{kind}:{name}")
        return Box(id, kind, "", name, "", (), (shape,), (shape,), 1, None, phase, (), span)

    def _connected(self, box: Box, given: list[End], shapes: tuple[Shape, ...]) -> list[End]:
        """Draw the edges into a box; where the values come from that it makes."""
        for port, (end, shape) in enumerate(zip(given, shapes, strict=True)):
            self._edge(end, box.id, shape, box.phase, port)
        return [End(box.id, at, shape not in shapes) for at, shape in enumerate(box.outputs)]

    def _edge(self, end: End, target: str, shape: Shape, phase: str, port: int) -> None:
        self.edges.append(Edge(end.box, end.output, target, port, shape, end.changed, False, False, phase))

    def _counted(self) -> None:
        self.count += 1
        if self.count > self.most:
            raise TooMany

    def _id(self, wanted: str) -> str:
        """An id that nothing has yet."""
        number = self._taken.get(wanted, 0) + 1
        self._taken[wanted] = number
        if number == 1:
            return wanted
        return self._id(f"{wanted}#{number}")

    def _of(self, module: Module) -> tuple[int, int]:
        found = self._figures.get(id(module))
        if found is None:
            found = self._figures[id(module)] = parameters(module).total, cost(module).macs
        return found


def _own_name(node: Apply) -> str:
    return str(node.name) if node.name is not None else node.label or node.layer.op


def _item_name(item: Item) -> str:
    if type(item) is Stack:
        return _own_name(item.layers[0])
    return str(item.name) if type(item) is Instance else "…"
