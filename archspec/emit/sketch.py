"""A graph tidied for drawing: what does nothing is gone, layers that belong together are one, equal neighbours are one.

Generated names, diagrams and their foldings are read off the sketch of a module; nothing is laid out here.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from archspec.core.layer import Pass
from archspec.core.shape import Shape
from archspec.design import ALWAYS, Apply, ChildName, Graph, Indexed, Instance, Module, Node, Port, Repeat
from archspec.emit.describe import is_tail

LONGEST_PERIOD = 16  # equal neighbours are looked for among groups of at most so many items
CHAIN_ENDS = 8  # items at either end of a long row that are drawn each


class Stack(NamedTuple):
    """A layer, and the norms, activations and the like that follow it and it alone."""

    layers: tuple[Apply, ...]

    @property
    def inputs(self) -> tuple[int, ...]:
        return self.layers[0].inputs

    @property
    def outputs(self) -> tuple[int, ...]:
        return self.layers[-1].outputs

    @property
    def phase(self) -> str:
        return self.layers[0].phase

    @property
    def reused(self) -> bool:
        return self.layers[0].reused


class Again(NamedTuple):
    """`count` equal iterations, declared (`repeat`) or found; the first input goes from one to the next."""

    count: int
    body: "Sketch"
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    phase: str

    reused = False


class Chain(NamedTuple):
    """Items in a row that are not alike, too many to draw each."""

    items: tuple["Item", ...]
    shapes: tuple[Shape, ...]  # of its outputs

    reused = False

    @property
    def inputs(self) -> tuple[int, ...]:
        return self.items[0].inputs

    @property
    def outputs(self) -> tuple[int, ...]:
        return self.items[-1].outputs

    @property
    def phase(self) -> str:
        return self.items[0].phase


Item = Stack | Instance | Again | Chain


class Sketch(NamedTuple):
    """A graph of items. Names of children are texts; `3–5` stands for those of several iterations."""

    inputs: tuple[int, ...]
    shapes: tuple[Shape, ...]
    items: tuple[Item, ...]
    outputs: tuple[Port, ...]


class Sketcher:
    """The sketches of modules.

    Without `fold`, repeats are written out and equal neighbours stay apart. With `chains`, long rows become one item.
    """

    def __init__(self, fold: bool = True, chains: bool = False) -> None:
        self.fold = fold
        self.chains = chains
        self._sketches: dict[int, Sketch] = {}
        self._keys: dict[tuple[int, bool], int] = {}
        self._numbers: dict[Any, int] = {}

    def sketch(self, module: Module) -> Sketch:
        found = self._sketches.get(id(module))
        if found is None:
            found = self._sketches[id(module)] = self._of_graph(module.graph, ())
        return found

    def solo(self, module: Module) -> tuple[str, Stack] | None:
        """The one box that a module comes to, and the path to it within the module; none where there is more to it."""
        items = self.sketch(module).items
        if len(items) != 1:
            return None
        if type(items[0]) is Instance:
            inner = self.solo(items[0].module)
            return inner and (f"{items[0].name}.{inner[0]}", inner[1])
        return ("", items[0]) if type(items[0]) is Stack else None

    def structure(self, module: Module) -> int:
        """A number that is the same for modules built alike, whatever their sizes."""
        return self._key(module, False)

    # --- tidying

    def _of_graph(self, graph: Graph, iterations: tuple[tuple[int, int], ...]) -> Sketch:
        shapes = [graph.shapes[at] for at in graph.inputs]
        here = {value: at for at, value in enumerate(graph.inputs)}
        made: list[Apply | Instance | Again] = []
        self._tidy(graph, here, shapes, made, iterations, ALWAYS)
        outputs = tuple(port._replace(value=here[port.value]) for port in graph.outputs)
        items = _stacked(made, [port.value for port in outputs])
        if self.fold:
            items = self._equal(items, shapes, [port.value for port in outputs])
        if self.chains:
            items = _chained(items, shapes, [port.value for port in outputs])
        return Sketch(tuple(range(len(graph.inputs))), tuple(shapes), tuple(items), outputs)

    def _tidy(
        self,
        graph: Graph,
        here: dict[int, int],
        shapes: list[Shape],
        made: list[Apply | Instance | Again],
        iterations: tuple[tuple[int, int], ...],
        phase: str,
    ) -> None:
        """Append what a graph does. `here` says which value a value of the graph is; `iterations` are the first and
        the last of each repeat around in this module."""

        def fresh(node: Node) -> tuple[int, ...]:
            start = len(shapes)
            shapes.extend(graph.shapes[value] for value in node.outputs)
            here.update(zip(node.outputs, range(start, len(shapes)), strict=True))
            return tuple(range(start, len(shapes)))

        for node in graph.nodes:
            inputs = tuple(here[value] for value in node.inputs)
            inner = node.phase if node.phase != ALWAYS else phase
            if type(node) is Repeat:
                count = int(node.count)
                if count == 1 or not self.fold:
                    carried = inputs[0]
                    for at in range(count):
                        within = dict(zip(node.body.inputs, (carried, *inputs[1:]), strict=True))
                        self._tidy(node.body, within, shapes, made, (*iterations, (at, at)), inner)
                        carried = within[node.body.outputs[0].value]
                    here[node.outputs[0]] = carried
                    continue
                body = self._of_graph(node.body, (*iterations, (0, count - 1)))
                if not body.items:
                    here[node.outputs[0]] = inputs[0]
                else:
                    made.append(Again(count, body, inputs, fresh(node), inner))
            elif type(node) is Instance:
                sketch = self.sketch(node.module)
                if sketch.items:
                    name = _spelled(node.name, iterations)
                    made.append(node._replace(name=name, inputs=inputs, outputs=fresh(node), phase=inner))
                else:  # nothing happens inside: its outputs are its inputs
                    for value, port in zip(node.outputs, sketch.outputs, strict=True):
                        here[value] = inputs[port.value]
            else:
                assert type(node) is Apply
                if type(node.layer.call) is Pass and len(inputs) == len(node.outputs) == 1:
                    here[node.outputs[0]] = inputs[0]
                else:
                    name = _spelled(node.name, iterations)
                    made.append(node._replace(name=name, inputs=inputs, outputs=fresh(node), phase=inner))

    # --- equal neighbours

    def _equal(self, items: list[Item], shapes: list[Shape], outputs: list[int]) -> list[Item]:
        """Runs of equal items, or groups of items, as one each."""
        uses = uses_of(items, outputs)
        keys = [self._item_key(item, True) for item in items]
        follows = [False, *(_follows(a, b, uses) for a, b in zip(items, items[1:], strict=False))]
        made: list[Item] = []
        at = 0
        while at < len(items):
            period, count = _run(keys, follows, at)
            if count < 2 or len(items[at].inputs) != 1:
                made.append(items[at])
                at += 1
                continue
            end = at + period * count
            first, last = items[at : at + period], items[end - period : end]
            body = Sketch(
                items[at].inputs,
                tuple(shapes),
                tuple(_ranged(a, b) for a, b in zip(first, last, strict=True)),
                (Port("output", first[-1].outputs[0]),),
            )
            made.append(Again(count, body, items[at].inputs, items[end - 1].outputs, items[at].phase))
            at = end
        return made

    def _key(self, module: Module, exact: bool) -> int:
        at = (id(module), exact)
        if at not in self._keys:
            self._keys[at] = self._number(("module", module.name, self._sketch_key(self.sketch(module), exact)))
        return self._keys[at]

    def _sketch_key(self, sketch: Sketch, exact: bool) -> int:
        parts = [(self._item_key(item, exact), item.inputs, item.outputs) for item in sketch.items]
        return self._number((tuple(parts), tuple(port.value for port in sketch.outputs)))

    def _item_key(self, item: Item, exact: bool) -> int:
        if item.reused and exact:
            return self._number(("reused", id(item)))  # shared weights: equal to nothing else
        if type(item) is Instance:
            return self._number((item.phase, self._key(item.module, exact)))
        if type(item) is Again:
            return self._number((item.phase, item.count if exact else 0, self._sketch_key(item.body, exact)))
        if type(item) is Chain:
            return self._number(("chain", id(item)))
        assert type(item) is Stack
        layers = [(one.operator, one.layer.inputs) if exact else one.layer.op for one in item.layers]
        return self._number((item.phase, tuple(layers)))

    def _number(self, key: Any) -> int:
        return self._numbers.setdefault(key, len(self._numbers))


def _stacked(nodes: list[Apply | Instance | Again], outputs: list[int]) -> list[Item]:
    """Layers with what belongs to them, in the order of the first layer of each."""
    uses = uses_of(nodes, outputs)
    made: list[Item] = []
    ends: dict[int, int] = {}  # by value: the position of the stack that ends with it
    for node in nodes:
        if type(node) is not Apply:
            made.append(node)  # type: ignore[arg-type]
            continue
        at = ends.get(node.inputs[0]) if len(node.inputs) == 1 else None
        if at is not None and uses[node.inputs[0]] == 1 and is_tail(node.layer):
            stack = made[at]
            if type(stack) is Stack and (stack.phase, stack.reused) == (node.phase, node.reused):
                made[at] = Stack((*stack.layers, node))
                ends[node.outputs[0]] = at
                continue
        if len(node.outputs) == 1:
            ends[node.outputs[0]] = len(made)
        made.append(Stack((node,)))
    return made


def _chained(items: list[Item], shapes: list[Shape], outputs: list[int]) -> list[Item]:
    """Long rows of items as one, but for their ends."""
    uses = uses_of(items, outputs)
    made: list[Item] = []
    at = 0
    while at < len(items):
        end = at + 1
        while end < len(items) and _follows(items[end - 1], items[end], uses):
            if items[end].phase != items[at].phase:
                break
            end += 1
        row = items[at:end]
        if len(row) > 2 * CHAIN_ENDS + 1:
            middle = row[CHAIN_ENDS:-CHAIN_ENDS]
            left = tuple(shapes[value] for value in middle[-1].outputs)
            row = [*row[:CHAIN_ENDS], Chain(tuple(middle), left), *row[-CHAIN_ENDS:]]
        made.extend(row)
        at = end
    return made


def uses_of(nodes: Any, outputs: list[int]) -> dict[int, int]:
    """How often each value is read."""
    uses: dict[int, int] = {}
    for node in nodes:
        for value in node.inputs:
            uses[value] = uses.get(value, 0) + 1
    for value in outputs:
        uses[value] = uses.get(value, 0) + 1
    return uses


def _follows(before: Item, item: Item, uses: dict[int, int]) -> bool:
    """Whether an item takes nothing but what the one before it makes, and nothing else takes that."""
    return len(before.outputs) == 1 and item.inputs == before.outputs and uses[before.outputs[0]] == 1


def _run(keys: list[int], follows: list[bool], at: int) -> tuple[int, int]:
    """The shortest period with which items repeat from a position on, and how often: groups at least three times."""
    chain = at + 1
    while chain < len(keys) and chain <= at + 2 * LONGEST_PERIOD and follows[chain]:
        chain += 1
    for period in range(1, (chain - at) // 2 + 1):
        end = at + period
        while end < len(keys) and follows[end] and keys[end] == keys[end - period]:
            end += 1
        count = (end - at) // period
        if count >= (2 if period == 1 else 3):
            return period, count
    return 1, 1


def _spelled(name: ChildName, iterations: tuple[tuple[int, int], ...]) -> str | None:
    if not isinstance(name, Indexed):
        return name
    first = name.at(*(one[0] for one in iterations))
    last = name.at(*(one[1] for one in iterations))
    return first if first == last else _range(first, last)


def _range(first: str, last: str) -> str:
    """`layer3` and `layer5` as `layer3–5`."""
    if first == last:
        return first
    start = first.rstrip("0123456789")
    number = last[len(start) :]
    return f"{first}–{number if last.startswith(start) and number.isdigit() else last}"


def _ranged(first: Item, last: Item) -> Item:
    """An item under its names in the first and the last of several iterations."""
    if type(first) is Stack and type(last) is Stack:
        return Stack(tuple(_renamed(a, b) for a, b in zip(first.layers, last.layers, strict=True)))
    if type(first) is Instance and type(last) is Instance:
        return _renamed(first, last)
    assert type(first) is Again and type(last) is Again
    items = tuple(_ranged(a, b) for a, b in zip(first.body.items, last.body.items, strict=True))
    return first._replace(body=first.body._replace(items=items))


def _renamed(first: Any, last: Any) -> Any:
    return first if first.name is None else first._replace(name=_range(first.name, last.name))
