"""From a design to a scene: which modules stand open, and what leads from box to box."""

from collections.abc import Callable
from typing import NamedTuple

from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.design import ALWAYS, TRAIN, Apply, Instance, Module
from archspec.emit.diagram.describe import kind_of, words_of
from archspec.emit.diagram.palette import BROKEN, ENTRY, INPUT, MODULE, OUTPUT
from archspec.emit.diagram.routes import marked
from archspec.emit.diagram.rows import uses_of
from archspec.emit.diagram.scene import Box, Edge, Frame, Scene
from archspec.emit.diagram.scene_figures import Costs
from archspec.emit.diagram.sketch import Again, Chain, Fault, Item, Sketch, Stack
from archspec.emit.diagram.sketcher import Sketcher

Child = Box | Frame


class Seen(NamedTuple):
    """A module that is come upon, at a path, with so many open ones around it."""

    module: Module
    path: str
    around: int
    phase: str


Opens = Callable[[Seen], bool]  # whether it is drawn open


class TooMany(Exception):
    """More boxes than asked for."""


class _End(NamedTuple):
    """Where an edge begins: an output of a box, and whether the box changed the shape."""

    box: str
    output: int
    changed: bool


class _Place(NamedTuple):
    """Where in the design something stands.

    path:   the path of the module around, with its dot; empty in the network
    depth:  how many modules are open around it
    shared: whether it is part of a module whose weights count elsewhere
    """

    path: str = ""
    depth: int = 0
    phase: str = ALWAYS
    shared: bool = False


class _Title(NamedTuple):
    """What stands over something in place of its own name: that of a module around which comes to nothing else."""

    name: str = ""
    block: str = ""


class _Given(NamedTuple):
    """What enters: where each value comes from, and its shape."""

    ends: list[_End]
    shapes: tuple[Shape, ...]

    def at(self, positions: list[int]) -> "_Given":
        return _Given([self.ends[one] for one in positions], tuple(self.shapes[one] for one in positions))


Drawn = tuple[list[Child], list[_End]]  # what is drawn, and where the values that leave it come from
_OWN = _Title()


class Builder:
    """Builds one scene. Raises `TooMany` once it has more than `most` boxes."""

    def __init__(self, sketcher: Sketcher, opens: Opens, most: int) -> None:
        self.sketcher = sketcher
        self.opens = opens
        self.most = most
        self.edges: list[Edge] = []
        self.entries: set[str] = set()
        self.boxes = 0
        self.costs = Costs()
        self._taken: dict[str, int] = {}

    def scene(self, root: Module, notes: tuple[str, ...] = ()) -> Scene:
        sketch = self.sketcher.sketch(root)
        children: list[Child] = []
        given: list[_End] = []
        for name, shape in zip(root.inputs, root.input_shapes, strict=True):
            children.append(self._port(INPUT, name, shape, ALWAYS, root.span))
            given.append(_End(children[-1].id, 0, True))
        inner, ends = self._draw(sketch, given, _Place())
        children.extend(inner)
        for port in sketch.outputs:
            shape = sketch.shapes[port.value]
            children.append(self._port(OUTPUT, port.name, shape, port.phase, root.span))
            self._edge(ends[port.value], children[-1].id, 0, shape, port.phase)
        outputs = tuple(sketch.shapes[port.value] for port in sketch.outputs if port.phase != TRAIN)
        edges = marked(self.edges, self.entries)
        return Scene(root.name, self.costs.of_module(root), root.input_shapes, outputs, tuple(children), edges, notes)

    def _draw(self, sketch: Sketch, given: list[_End], place: _Place) -> tuple[list[Child], dict[int, _End]]:
        """The children of a graph whose inputs come from `given`, and where each of its values comes from."""
        ends = dict(zip(sketch.inputs, given, strict=True))
        children: list[Child] = []
        for item in sketch.items:
            entering = _Given([ends[at] for at in item.inputs], tuple(sketch.shapes[at] for at in item.inputs))
            made, left = self._item(item, entering, place)
            children.extend(made)
            if item.outputs:  # nothing leaves what has an error
                ends.update(zip(item.outputs, left, strict=True))
        return children, ends

    def _open(self, sketch: Sketch, given: list[_End], place: _Place) -> tuple[list[Child], dict[int, _End]]:
        """As `_draw`, within a frame: every input that is read enters it once."""
        uses = uses_of(sketch.items, sketch.leaving)
        entries: list[Child] = []
        entering: list[_End] = []
        for value, end in zip(sketch.inputs, given, strict=True):
            if value in uses:
                shape = sketch.shapes[value]
                id = self._id(f"{place.path}in")
                entries.append(Box(id, ENTRY, "", "", "", (), (shape,), (shape,), 1, None, place.phase, (), None))
                self.entries.add(id)
                self._edge(end, id, 0, shape, place.phase)
                end = _End(id, 0, end.changed)
            entering.append(end)
        children, ends = self._draw(sketch, entering, place)
        return [*entries, *children], ends

    def _item(self, item: Item, given: _Given, place: _Place) -> Drawn:
        if item.phase != ALWAYS:
            place = place._replace(phase=item.phase)
        if type(item) is Stack:
            return self._connected(self._stack(item, item.name, place, 1), given)
        if type(item) is Instance:
            return self._instance(item, 1, given, place)
        if type(item) is Again:
            return self._again(item, given, place)
        if type(item) is Fault:
            return self._fault(item, given, place)
        assert type(item) is Chain
        return self._chain(item, given, place)

    def _again(self, item: Again, given: _Given, place: _Place, title: _Title = _OWN) -> Drawn:
        body = item.body
        if len(body.items) == 1:
            only = body.items[0]
            entering = given.at([body.inputs.index(value) for value in only.inputs])
            if type(only) is Instance:
                return self._instance(only, item.times, entering, place, title)
            if type(only) is Stack:
                return self._connected(self._stack(only, title.name or only.name, place, item.times), entering)
        id = self._id(f"{place.path}×{item.times}")
        children, ends = self._open(body, given.ends, place)
        left = body.leaving[0]
        figures = self.costs.of_items(body.items, place.shared)
        shapes = given.shapes[:1], (body.shapes[left],)
        frame = Frame(id, *title, *shapes, item.times, figures, place.phase, tuple(children), None)
        return [frame], [ends[left]]

    def _instance(self, item: Instance, times: int, given: _Given, place: _Place, title: _Title = _OWN) -> Drawn:
        module, path = item.module, place.path + str(item.name)
        name = title.name or str(item.name)
        shared = place.shared or item.reused
        solo = self.sketcher.solo(module)
        if solo is not None:
            inside = place._replace(path=f"{path}.{solo[0]}", shared=shared)
            return self._connected(self._stack(solo[1], name, inside, times, path), given)
        block = self._heading(module) or title.block
        figures = self.costs.of_module(module, shared)
        outputs, phase, span = module.output_shapes, place.phase, item.span
        if not self.opens(Seen(module, path, place.depth, phase)) and not self.sketcher.is_faulty(module):
            box = Box(
                self._id(path), MODULE, "", name, block, (), given.shapes, outputs, times, figures, phase, (), span
            )
            return self._connected(box, given)
        sketch = self.sketcher.sketch(module)
        inside = _Place(f"{path}.", place.depth + 1, phase, shared)
        only = sketch.items[0]
        if times == 1 and len(sketch.items) == 1 and sketch.leaving == only.outputs:
            entering = given.at(list(only.inputs))
            if type(only) is Again:
                return self._again(only, entering, inside, _Title(name, block))
            if type(only) is Instance:
                return self._instance(only, 1, entering, inside, _Title(name, block))
        id = self._id(path)
        children, ends = self._open(sketch, given.ends, inside)
        frame = Frame(id, name, block, given.shapes, outputs, times, figures, phase, tuple(children), span)
        return [frame], [ends[value] for value in sketch.leaving]

    def _chain(self, item: Chain, given: _Given, place: _Place) -> Drawn:
        name = f"{_first_name(item.items[0])}…{_first_name(item.items[-1])}"
        words = (f"{len(item.items):,} in a row",)
        figures = self.costs.of_items(item.items, place.shared)
        id = self._id(place.path + name)
        box = Box(id, MODULE, "", name, "", words, given.shapes, item.shapes, 1, figures, place.phase, (), None)
        return self._connected(box, given)

    def _fault(self, item: Fault, given: _Given, place: _Place) -> Drawn:
        """A step that has an error, the values to blame for it marked with its code."""
        word, _, culprits, found, span, _ = item.failure
        id = self._id(place.path + word)
        code, fault = found.rule.code, found.message
        box = Box(
            id, BROKEN, word, "", "", (word,), given.shapes, (), 1, None, place.phase, (), span, f"{code} {fault}"
        )
        start = len(self.edges)
        made = self._connected(box, given)
        for at in culprits:
            self.edges[start + at] = self.edges[start + at]._replace(bad=code)
        return made

    def _heading(self, module: Module) -> str:
        """What a module is an instance of; one that is nothing but a chain of blocks, each of several boxes, is called
        after these: `Bottleneck ×6`."""
        if module.kind != "block":
            return ""
        if not self.sketcher.fold:
            return module.name
        names: set[str] = set()
        total = 0
        for item in self.sketcher.sketch(module).items:
            inner = item.body.items[0] if type(item) is Again and len(item.body.items) == 1 else item
            if type(inner) is not Instance or inner.module.kind != "block" or self.sketcher.solo(inner.module):
                return module.name
            names.add(inner.module.name)
            total += item.times if type(item) is Again else 1
        return f"{names.pop()} ×{total:,}" if len(names) == 1 and total > 1 else module.name

    def _stack(self, stack: Stack, name: str, place: _Place, times: int, path: str = "") -> Box:
        first = stack.layers[0]
        id = self._id(path or place.path + (name or first.label or first.layer.op))
        if not first.label and name.rstrip("_0123456789") == first.layer.op:
            name = ""  # made of the operator's name: says nothing beside it
        return Box(
            id=id,
            kind=kind_of(first.layer),
            op=first.layer.op,
            name=name,
            block="",
            words=tuple(words_of(one.layer, one.operator) for one in stack.layers),
            inputs=first.layer.inputs,
            outputs=stack.layers[-1].layer.outputs,
            times=times,
            figures=self.costs.of_layers(stack.layers, place.shared or stack.reused),
            phase=place.phase,
            layers=tuple((place.path + _own_name(one), repr(one.operator)) for one in stack.layers),
            span=first.span,
        )

    def _port(self, kind: str, name: str, shape: Shape, phase: str, span: Span) -> Box:
        self._counted()
        return Box(self._id(f"{kind}:{name}"), kind, "", name, "", (), (shape,), (shape,), 1, None, phase, (), span)

    def _connected(self, box: Box, given: _Given) -> Drawn:
        """A box with the edges into it."""
        self._counted()
        for position, (end, shape) in enumerate(zip(given.ends, given.shapes, strict=True)):
            self._edge(end, box.id, position, shape, box.phase)
        return [box], [_End(box.id, at, shape not in given.shapes) for at, shape in enumerate(box.outputs)]

    def _edge(self, end: _End, target: str, position: int, shape: Shape, phase: str) -> None:
        self.edges.append(Edge(end.box, end.output, target, position, shape, end.changed, False, False, phase))

    def _counted(self) -> None:
        self.boxes += 1
        if self.boxes > self.most:
            raise TooMany

    def _id(self, wanted: str) -> str:
        """An id that nothing has yet."""
        id, number = wanted, self._taken.get(wanted, 0)
        while id in self._taken:
            number += 1
            id = f"{wanted}#{number + 1}"
        self._taken[wanted] = number
        self._taken.setdefault(id, 0)
        return id


def _own_name(node: Apply) -> str:
    return str(node.name) if node.name is not None else node.label or node.layer.op


def _first_name(item: Item) -> str:
    if type(item) is Stack:
        return _own_name(item.layers[0])
    if type(item) is Again:
        return _first_name(item.body.items[0])
    if type(item) is Fault:
        return item.failure.word
    return str(item.name) if type(item) is Instance else ""
