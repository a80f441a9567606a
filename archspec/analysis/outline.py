"""The outline of a design: its blocks and layers in the order they run, equal iterations once, blocks folded or not."""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from archspec.analysis.cost import cost
from archspec.analysis.flat import strides
from archspec.analysis.parameters import Parameters, parameters
from archspec.analysis.receptive_field import (
    View,
    entering,
    graph_views,
    node_views,
    repeated,
    summaries,
    through_module,
)
from archspec.analysis.summaries import runs
from archspec.analysis.worst_stride import gravest, worst_stride
from archspec.core.geometry import Stride
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.design import ALWAYS, Apply, ChildName, Graph, Indexed, Instance, Module, Repeat

LAYER, FOLDED, OPEN = "layer", "folded", "open"


class Entry(NamedTuple):
    """A layer, a block with its layers folded into it, or an open block whose entries follow.

    Layers and folded blocks add up to the network; open blocks are headings.

    kind:       `LAYER`, `FOLDED` or `OPEN`
    path:       as `flat.Row.path`: `*` stands for the index within a repeat of more than one iteration
    first:      the path of the first of the equal ones it stands for
    name:       its last part, with the indices that it stands for: `1…35`
    level:      the blocks around it
    count:      how many equal ones it stands for
    own:        learned numbers of one of them
    macs:       of one of them, in the mode asked for; 0 where it does not run
    runs:       whether it runs in the mode
    phase:      "always", "train" or "eval": when it runs at all
    reused:     a further use of shared weights
    view:       what its (first) output sees of each input, after the last iteration
    verdicts:   along each spatial axis, what the stride leaves out; none where no window slides
    worst:      of a block, the gravest of the verdicts in it
    """

    kind: str
    path: str
    first: str
    name: str
    level: int
    node: Apply | Instance
    count: int  # type: ignore[assignment]
    own: int
    own_buffers: int
    macs: int
    runs: bool
    phase: str
    reused: bool
    view: View
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    verdicts: tuple[Stride | None, ...] | None
    worst: Stride | None

    @property
    def parameters(self) -> int:
        """Learned numbers of one of them that count here: none at a further use of shared weights."""
        return 0 if self.reused else self.own

    @property
    def buffers(self) -> int:
        return 0 if self.reused else self.own_buffers

    @property
    def op(self) -> str:
        """The operator, or of a block its name."""
        return self.node.layer.op if type(self.node) is Apply else self.node.module.name  # type: ignore[union-attr]

    @property
    def is_module(self) -> bool:
        """Whether the path names a torch module."""
        return self.node.layer.is_module if type(self.node) is Apply else True

    @property
    def span(self) -> Span:
        return self.node.span


def outline(root: Module, mode: str = "eval", depth: int | None = None, fold_idle: bool = False) -> Iterator[Entry]:
    """The entries of a network, with blocks below `depth` folded; with `fold_idle` also those that do not run."""
    walk = Walk(root, mode, depth, fold_idle)
    yield from walk.graph(root.graph, entering(root.input_shapes), Place())


class Place(NamedTuple):
    """Where the walk stands. `repeats` counts the iterations of the repeats around, within the same module."""

    prefix: str = ""
    first: str = ""  # the prefix in the first iterations
    level: int = 0
    instances: int = 1
    repeats: tuple[int, ...] = ()
    phase: str = ALWAYS
    runs: bool = True
    reused: bool = False

    def at(self, node: Apply | Instance | Repeat, mode: str) -> "Place":
        """The place of a node: what stands within something that does not run does not run either."""
        phase = node.phase if self.phase == ALWAYS else self.phase
        reused = self.reused or (type(node) is not Repeat and node.reused)  # type: ignore[union-attr]
        return self._replace(phase=phase, runs=self.runs and runs(node.phase, mode), reused=reused)


class Walk:
    """A walk over what lies below `root`."""

    def __init__(self, root: Module, mode: str, depth: int | None, fold_idle: bool = False) -> None:
        self.of = summaries(root, mode)
        self.mode = mode
        self.depth = depth
        self.fold_idle = fold_idle
        self.figures: dict[int, tuple[Parameters, int, Stride | None]] = {}

    def graph(self, graph: Graph, start: list[View], place: Place) -> Iterator[Entry]:
        """The entries of a graph whose inputs see `start`."""
        views: dict[int, View] = dict(zip(graph.inputs, start, strict=True))
        for node in graph.nodes:
            given = [views.get(at, {}) for at in node.inputs]
            made = node_views(node, given, self.of, self.mode)
            views.update(zip(node.outputs, made, strict=True))
            here = place.at(node, self.mode)
            if type(node) is Repeat:
                yield from self._repeat(node, given, here)
            elif type(node) is Apply:
                yield self._layer(node, made[0], here)
            elif node.module.graph.nodes:  # type: ignore[union-attr]  # else its conditions left nothing of it
                yield from self._instance(node, given, made[0], graph, here)  # type: ignore[arg-type]

    def _repeat(self, node: Repeat, given: list[View], place: Place) -> Iterator[Entry]:
        times = int(node.count)
        body = graph_views(node.body, self.of, self.mode)[node.body.outputs[0].value] or {}
        carried = through_module(given, repeated(body, times - 1)) if times > 1 else given[0]
        inner = place._replace(instances=place.instances * times, repeats=(*place.repeats, times))
        yield from self.graph(node.body, [carried, *given[1:]], inner)

    def _layer(self, node: Apply, view: View, place: Place) -> Entry:
        layer = node.layer
        name, index = child_name(node, place.repeats)
        first = place.first + first_name(node, place.repeats)
        verdicts = strides(layer)
        return Entry(
            LAYER, place.prefix + index, first, name, place.level, node, place.instances,
            layer.parameters, layer.buffer_elements,
            layer.macs if place.runs else 0, place.runs, place.phase, place.reused, view, layer.inputs, layer.outputs,
            verdicts, gravest(verdicts or ()),
        )  # fmt: skip

    def _instance(self, node: Instance, given: list[View], view: View, graph: Graph, place: Place) -> Iterator[Entry]:
        name, index = child_name(node, place.repeats)
        first = place.first + first_name(node, place.repeats)
        folded = (self.depth is not None and place.level + 1 >= self.depth) or (self.fold_idle and not place.runs)
        own, macs, worst = self._figures(node.module)
        path = place.prefix + index
        yield Entry(
            FOLDED if folded else OPEN, path, first, name, place.level, node, place.instances,
            own.total, own.buffers, macs if place.runs else 0,
            place.runs, place.phase, place.reused, view,
            tuple(graph.shapes[at] for at in node.inputs), tuple(graph.shapes[at] for at in node.outputs), None, worst,
        )  # fmt: skip
        if not folded:
            inner = place._replace(prefix=f"{path}.", first=f"{first}.", level=place.level + 1, repeats=())
            yield from self.graph(node.module.graph, given, inner)

    def _figures(self, module: Module) -> tuple[Parameters, int, Stride | None]:
        found = self.figures.get(id(module))
        if found is None:
            found = (parameters(module), cost(module, self.mode).macs, worst_stride(module, self.mode))
            self.figures[id(module)] = found
        return found


def child_name(node: Apply | Instance, repeats: tuple[int, ...]) -> tuple[str, str]:
    """The name of a child as shown and as a part of a path: `1…35` and `*`."""
    name: ChildName = node.name
    if name is None:
        assert type(node) is Apply
        made = node.label or node.layer.op
        return made, made
    if not isinstance(name, Indexed):
        return name, name
    if prod(repeats) == 1:
        first = first_name(node, repeats)
        return first, first
    numbers = _numbers(name, repeats)
    return f"{name.prefix}{numbers}{name.suffix}", str(name)


def first_name(node: Apply | Instance, repeats: tuple[int, ...]) -> str:
    """The name of a child in the first iterations of the repeats around it."""
    name = node.name
    return name.at(*(0 for _ in repeats)) if isinstance(name, Indexed) else child_name(node, repeats)[1]


def _numbers(name: Indexed, repeats: tuple[int, ...]) -> str:
    """The numbers that a child takes: `1…35`, `2, 4`, `0, 3…33`; of repeats within repeats the first and the last."""
    first, last = name.start, name.start + sum(s * (n - 1) for s, n in zip(name.steps, repeats, strict=True))
    steps = [(step, times) for step, times in zip(name.steps, repeats, strict=True) if times > 1]
    ((step, times), *more) = steps
    if more or (step == 1 and times > 2):
        return f"{first}…{last}"
    if times > 3:
        return f"{first}, {first + step}…{last}"
    return ", ".join(str(first + step * at) for at in range(times))
