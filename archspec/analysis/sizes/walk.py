"""A design for many input sizes at once: the sizes that do not work, and the layers that leave pixels out.

Structure is shared as the design shares it: a module is walked once for the distinct sizes that enter it. Where it
reads a size that varies, it is elaborated for each of them instead.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from archspec.analysis.sizes.family import Family, constant, distinct, made
from archspec.analysis.sizes.through import Asked, Otherwise, Refusal, node_name, rows_short, through
from archspec.core.shape import Shape
from archspec.design import TRAIN, Apply, Graph, Instance, Module, Repeat

# A block as it is for inputs of other shapes; the same of a network.
Again = Callable[[Module, tuple[Shape, ...]], Module | Refusal]


class Result(NamedTuple):
    """What the rows come to: shapes, why some do not work, the rows that each layer cuts short, and the layers whose
    weights depend on the size."""

    outputs: tuple[Family, ...]
    refused: dict[int, Refusal]
    short: dict[str, list[int]]
    weighted: list[str]


@dataclass(slots=True)
class Rows:
    """What is known so far of the rows of a module."""

    count: int
    alive: list[int]
    refused: dict[int, Refusal] = field(default_factory=dict)
    short: dict[str, set[int]] = field(default_factory=dict)
    weighted: dict[str, None] = field(default_factory=dict)

    def refuse(self, refused: dict[int, Refusal], prefix: str = "") -> None:
        if refused:
            for row, one in refused.items():
                self.refused.setdefault(row, one._replace(path=(prefix + one.path).rstrip(".")) if prefix else one)
            self.alive = [row for row in self.alive if row not in self.refused]

    def cut(self, path: str, rows: Iterable[int]) -> None:
        self.short.setdefault(path, set()).update(rows)


class Walk:
    """One run, for what is asked of the design."""

    def __init__(self, again: Again, asked: Asked) -> None:
        self.again = again
        self.asked = asked
        self.known: dict[Any, Result] = {}
        self.fixed: dict[int, tuple[Module, dict[str, bool]]] = {}

    def module(self, module: Module, inputs: Sequence[Family], count: int) -> Result:
        """The rows through a module. Raises `Otherwise` where it would be another one for some of them."""
        key = (id(module), count, tuple(inputs))
        if key not in self.known:
            self.known[key] = self._module(module, inputs, count)
        return self.known[key]

    def _module(self, module: Module, inputs: Sequence[Family], count: int) -> Result:
        rows = Rows(count, list(range(count)))
        graph = module.graph
        if all(one == constant(graph.shapes[at]) for one, at in zip(inputs, graph.inputs, strict=True)):
            for path, inexact in self.losses(module).items():
                if inexact:
                    rows.cut(path, rows.alive)
            outputs = tuple(constant(graph.shapes[port.value]) for port in graph.outputs)
        else:
            self._check(module, inputs)
            values = self._graph(graph, inputs, rows, "", False, module.reads)
            outputs = tuple(values.get(port.value, constant(graph.shapes[port.value])) for port in graph.outputs)
        return Result(outputs, rows.refused, {k: sorted(v) for k, v in rows.short.items()}, list(rows.weighted))

    def _check(self, module: Module, inputs: Iterable[Family]) -> None:
        if any(module.reads.intersection(one.varying) for one in inputs):
            raise Otherwise

    def _graph(
        self, graph: Graph, inputs: Sequence[Family], rows: Rows, prefix: str, training: bool, reads: frozenset[str]
    ) -> dict[int, Family]:
        values = dict(zip(graph.inputs, inputs, strict=True))
        used: dict[Any, tuple[list[Family], bool]] = {}  # what entered each child first, and whether its weights vary
        for node in graph.nodes:
            if not rows.alive:
                break
            entering = [values[at] for at in node.inputs]
            idle = training or node.phase == TRAIN  # what is lost in training only is no loss
            if type(node) is Apply:
                passed = through(node, entering, rows.alive, rows.count, self.asked)
                name = prefix + node_name(node)
                rows.refuse(passed.refused, prefix)
                if passed.short and not idle:
                    rows.cut(name, passed.short)
                if passed.weighted:
                    rows.weighted[name] = None
                weighted = passed.weighted
                made = passed.outputs
            elif type(node) is Instance:
                made, weighted = self._instance(node, entering, rows, f"{prefix}{node.name}", idle)
            else:
                assert type(node) is Repeat
                made = self._repeat(node, entering, rows, prefix, idle, reads)
                weighted = False
            if isinstance(node, Apply | Instance):
                _check_shared(node, entering, weighted, used)
            if len(made) != len(node.outputs) or any(reads.intersection(one.varying) for one in made):
                raise Otherwise  # what comes next may read it
            values.update(zip(node.outputs, made, strict=True))
        return values

    def _repeat(
        self, node: Repeat, entering: list[Family], rows: Rows, prefix: str, idle: bool, reads: frozenset[str]
    ) -> tuple[Family, ...]:
        """Iteration by iteration, until one leaves all rows as it met them: the others do the same."""
        carried, *others = entering
        for _ in range(node.count):
            values = self._graph(node.body, [carried, *others], rows, prefix, idle, reads)
            if not rows.alive:
                break
            left = values[node.body.outputs[0].value]
            if left == carried:
                break
            carried = left
        return (carried,)

    def _instance(
        self, node: Instance, entering: list[Family], rows: Rows, path: str, idle: bool
    ) -> tuple[tuple[Family, ...], bool]:
        module = node.module
        chosen, which = distinct(entering, rows.alive)
        inner = [one.take(chosen) for one in entering]
        try:
            result = self.module(module, inner, len(chosen))
        except Otherwise:
            if module.kind != "block":
                raise  # a group is part of the module around it
            key = (id(module), len(chosen), tuple(inner))
            result = self.known[key] = self.each(module, inner, len(chosen))
        back: list[list[int]] = [[] for _ in chosen]
        for row, at in zip(rows.alive, which, strict=True):
            back[at].append(row)
        places = dict(zip(rows.alive, which, strict=True))
        if not idle:
            for name, short in result.short.items():
                rows.cut(f"{path}.{name}", (row for at in short for row in back[at]))
        rows.weighted.update((f"{path}.{name}", None) for name in result.weighted)
        rows.refuse({row: one for at, one in result.refused.items() for row in back[at]}, f"{path}.")
        spread = [places.get(row, 0) for row in range(rows.count)]
        return tuple(one.take(spread) for one in result.outputs), bool(result.weighted)

    def each(self, module: Module, inputs: list[Family], count: int, final: bool = False) -> Result:
        """A module that reads its sizes, elaborated for each of them.

        Unless it is `final` and nobody asks for its outputs, raises `Otherwise` where their ranks vary.
        """
        refused: dict[int, Refusal] = {}
        short: dict[str, list[int]] = {}
        shapes: list[tuple[Shape, ...] | None] = []
        weights: dict[str, set[object]] = {path: {shape} for path, shape in _weights(module.graph)}
        for row in range(count):
            found = self.again(module, tuple(one.shape(row) for one in inputs))
            if isinstance(found, Refusal):
                refused[row] = found
                shapes.append(None)
                continue
            shapes.append(found.output_shapes)
            for path, inexact in self.losses(found).items():
                if inexact:
                    short.setdefault(path, []).append(row)
            for path, shape in _weights(found.graph):
                weights.setdefault(path, set()).add(shape)
        weighted = [path for path, found_shapes in weights.items() if len(found_shapes) > 1]
        return Result(() if final else _outputs(module, shapes), refused, short, weighted)

    def losses(self, module: Module) -> dict[str, bool]:
        """For each layer of a module as it is, by path, whether it leaves something out."""
        known = self.fixed.get(id(module))
        if known is None:
            found: dict[str, bool] = {}
            self._losses(module.graph, "", found)
            known = self.fixed[id(module)] = module, found  # kept, so that its identity is not used again
        return known[1]

    def _losses(self, graph: Graph, prefix: str, found: dict[str, bool]) -> None:
        for node in graph.nodes:
            if node.phase == TRAIN:
                continue
            if type(node) is Apply:
                if node.layer.windows:
                    path = prefix + node_name(node)
                    found[path] = found.get(path, False) or bool(rows_short(node.layer, [0], self.asked))
            elif type(node) is Instance:
                for path, inexact in self.losses(node.module).items():
                    path = f"{prefix}{node.name}.{path}"
                    found[path] = found.get(path, False) or inexact
            elif type(node) is Repeat:
                self._losses(node.body, prefix, found)


def _check_shared(
    node: Apply | Instance, entering: list[Family], weighted: bool, used: dict[Any, tuple[list[Family], bool]]
) -> None:
    """Shared weights whose shapes depend on the size fit at each use, or for no size. Raises `Otherwise`."""
    if node.name is None:
        return
    first = used.setdefault(node.name, (entering, weighted)) if not node.reused else used.get(node.name)
    if node.reused and (weighted or (first is not None and first[1])) and (first is None or first[0] != entering):
        raise Otherwise


def _outputs(module: Module, shapes: list[tuple[Shape, ...] | None]) -> tuple[Family, ...]:
    """The families of the outputs; rows without any get the sizes of another one. Raises `Otherwise`."""
    fill = next((one for one in shapes if one is not None), module.output_shapes)
    filled = [fill if one is None else one for one in shapes]
    if len({tuple(x.roles for x in one) for one in (*filled, module.output_shapes)}) > 1:
        raise Otherwise
    return tuple(
        made((tuple(int(one[at].sizes[axis]) for one in filled) for axis in range(fill[at].rank)), fill[at].roles)
        for at in range(len(fill))
    )


def _weights(graph: Graph, prefix: str = "") -> Iterator[tuple[str, object]]:
    """The weights of the layers of a graph, by the layer's path."""
    for node in graph.nodes:
        if type(node) is Repeat:
            yield from _weights(node.body, prefix)
        elif type(node) is Instance:
            yield from _weights(node.module.graph, f"{prefix}{node.name}.")
        elif type(node) is Apply and node.layer.weights:
            shapes = node.layer.weights.items()
            yield prefix + node_name(node), tuple((key, tuple(map(int, shape))) for key, shape in shapes)
