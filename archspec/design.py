"""The design: a hierarchy of modules, each a small acyclic graph of layers and module instances.

A module is elaborated once per (block, arguments, input shapes) and instanced as often as it is used; equal iterations
of a repeat are one node. So the size of a design grows with what is different in a network, not with its depth. All of
it is data: analyses, lints, pictures and emitters read it, nothing changes it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archspec.core.layer import NOTHING, Layer
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.ops.base import Operator
from archspec.ops.tasks import Task

# A node runs always, or in one mode only: `if training { … }`.
ALWAYS, TRAIN, EVAL = "always", "train", "eval"


class Indexed(NamedTuple):
    """The name of a child within a repeat: `encoder_layer_{i}`, or the number it takes, by iteration.

    `steps` has one entry for each enclosing repeat of the same module, outermost first.
    """

    prefix: str
    start: int
    steps: tuple[int, ...]
    suffix: str = ""

    def at(self, *iterations: int) -> str:
        number = self.start + sum(step * i for step, i in zip(self.steps, iterations, strict=True))
        return f"{self.prefix}{number}{self.suffix}"

    def __str__(self) -> str:
        return f"{self.prefix}*{self.suffix}"


ChildName = str | Indexed | None  # none: not a torch module, and so no child


class Apply(NamedTuple):
    """An operator applied to values of the graph.

    `reused` marks a further use of shared weights: they count at their first use.
    """

    layer: Layer
    operator: Operator
    name: ChildName
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    span: Span
    phase: str = ALWAYS
    reused: bool = False
    label: str = ""  # what the spec calls the value, for operators that are no module

    def moved(self, inputs: tuple[int, ...], outputs: tuple[int, ...]) -> "Apply":
        """The same between other values. `_replace` takes three times as long, and every layer may move."""
        layer, operator, name, _, _, span, phase, reused, label = self
        return Apply(layer, operator, name, inputs, outputs, span, phase, reused, label)

    def named(self, name: ChildName) -> "Apply":
        """The same under another name."""
        layer, operator, _, inputs, outputs, span, phase, reused, label = self
        return Apply(layer, operator, name, inputs, outputs, span, phase, reused, label)


class Instance(NamedTuple):
    """A module applied to values of the graph. `arguments` hold what the block was called with: numbers that remember
    expressions of the module they stand in."""

    module: "Module"
    name: ChildName
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    span: Span
    arguments: Mapping[str, Any]
    phase: str = ALWAYS
    reused: bool = False


class Repeat(NamedTuple):
    """`count` equal iterations. The first input is carried from one to the next; the others are the same for all.

    The carried value has the same shape in every iteration. Children of the body are children of the module around.
    """

    count: int  # type: ignore[assignment]
    body: "Graph"
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    span: Span
    phase: str = ALWAYS


Node = Apply | Instance | Repeat


class Port(NamedTuple):
    """A named output of a graph."""

    name: str
    value: int
    phase: str = ALWAYS


class Graph:
    """Nodes in the order in which they run. Values are numbered; the first ones are the inputs."""

    # Graphs and modules are themselves and equal to no other, and some are referred to weakly: they are no tuples.
    # Dataclasses they could be, whose import takes a tenth of the time of a cold start.
    __slots__ = ("__weakref__", "inputs", "nodes", "outputs", "shapes")

    def __init__(
        self, inputs: tuple[int, ...], shapes: tuple[Shape, ...], nodes: tuple[Node, ...], outputs: tuple[Port, ...]
    ) -> None:
        self.inputs = inputs
        self.shapes = shapes
        self.nodes = nodes
        self.outputs = outputs

    def replaced(self, **changes: Any) -> "Graph":
        """A graph that is the same but for some of its attributes."""
        return Graph(**_changed(self, changes))


class Declared(NamedTuple):
    """What a network is for, as declared: `task classification(classes=10)`.

    task:   the kind with its arguments
    port:   the position of the output that it speaks of
    places: where each argument stands that is given
    """

    task: Task
    port: int
    span: Span
    places: Mapping[str, Span]

    def at(self, name: str) -> Span:
        """Where an argument stands, or the whole."""
        return self.places.get(name, self.span)


class Module:
    """A network, block or named group, elaborated for concrete arguments and input shapes.

    kind:        "network", "block" or "group"
    name:        the definition's name; of a group its label
    parameters:  the arguments by name, numbers remembering the name
    inputs:      the names of the inputs, in order; a group's inputs beyond the first are values it reads from around it
    graph:       what it does
    docs:        the documentation string
    sequential:  its children in order are exactly what it does: torch's `nn.Sequential`
    decisions:   how the conditions in it came out
    defaults:    the parameters with a plain default (a number, a string, a truth value), as declared
    weighted:    whether it has entries in the `state_dict`
    reads:       the roles of the axes whose sizes its expressions read: for other sizes it may be another module
    tasks:       what it is for, of a network that says so
    known:       what analyses have found out about it so far, by their names
    """

    __slots__ = (
        "__weakref__", "decisions", "defaults", "docs", "graph", "inputs", "kind", "known", "name", "parameters",
        "reads", "sequential", "span", "tasks", "weighted",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        name: str,
        parameters: Mapping[str, Any],
        inputs: tuple[str, ...],
        graph: Graph,
        docs: str,
        span: Span,
        sequential: bool,
        decisions: tuple["Decision", ...] = (),
        defaults: Mapping[str, Any] = NOTHING,
        weighted: bool = False,
        reads: frozenset[str] = frozenset(),
        tasks: tuple[Declared, ...] = (),
    ) -> None:
        self.kind = kind
        self.name = name
        self.parameters = parameters
        self.inputs = inputs
        self.graph = graph
        self.docs = docs
        self.span = span
        self.sequential = sequential
        self.decisions = decisions
        self.defaults = defaults
        self.weighted = weighted
        self.reads = reads
        self.tasks = tasks
        self.known: dict[str, Any] = {}

    def replaced(self, **changes: Any) -> "Module":
        """A module that is the same but for some of its attributes."""
        return Module(**_changed(self, changes))

    @property
    def input_shapes(self) -> tuple[Shape, ...]:
        return tuple(self.graph.shapes[at] for at in self.graph.inputs)

    @property
    def output_shapes(self) -> tuple[Shape, ...]:
        return tuple(self.graph.shapes[port.value] for port in self.graph.outputs)

    @property
    def output_names(self) -> tuple[str, ...]:
        """The names of the outputs where there are several; a single one goes without."""
        names = tuple(port.name for port in self.graph.outputs)
        return names if len(names) > 1 else ()


def _changed(one: Graph | Module, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes by name, some of them changed; what is known of the old one is not known of the new."""
    names = [name for name in one.__slots__ if name not in ("__weakref__", "known")]
    return {**{name: getattr(one, name) for name in names}, **changes}


class Decision(NamedTuple):
    """How an `if` of the module came out: the branch taken, counted from zero; the last is `else`, or nothing."""

    span: Span
    taken: int
    condition: Any  # the remembered expression of the first condition, or none


def modules(root: Module) -> Iterator[Module]:
    """Every distinct module below and including `root`, each before those that use it."""
    seen: set[int] = set()
    stack: list[tuple[Module, bool]] = [(root, False)]
    while stack:
        module, ready = stack.pop()
        if ready:
            yield module
            continue
        if id(module) in seen:
            continue
        seen.add(id(module))
        stack.append((module, True))
        children = [node.module for node in nodes(module.graph) if type(node) is Instance]
        stack.extend((child, False) for child in reversed(children))


def nodes(graph: Graph) -> Iterator[Apply | Instance]:
    """The layers and instances of a graph, those within repeats once."""
    for node in graph.nodes:
        if type(node) is Repeat:
            yield from nodes(node.body)
        else:
            yield node  # type: ignore[misc]
