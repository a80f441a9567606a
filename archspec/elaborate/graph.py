"""Building the graph of a module: its values, their labels, and which of them are read from the graph around."""

from typing import Any, NamedTuple

from archspec.core.layer import Layer
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.design import ALWAYS, Apply, Decision, Graph, Instance, Node, Port
from archspec.elaborate.draft import Failure
from archspec.ops.base import Operator
from archspec.syntax import tree


class Labelled(NamedTuple):
    """What a label stands for: values of one graph, by the names of the outputs that made them; none where broken."""

    values: tuple[int, ...] | None
    names: tuple[str, ...] = ()


class Found(NamedTuple):
    builder: "GraphBuilder"
    labelled: Labelled


class GraphBuilder:
    """A graph under construction.

    kind:    "module" (a network or block), "group" (a named group) or "repeat" (one iteration)
    parent:  for a group or an iteration, the graph around it, whose values it can read: reading captures them as
             further inputs
    current: the values at hand, which the next step takes; none once something about them is broken
    """

    def __init__(self, kind: str, span: Span, parent: "GraphBuilder | None" = None) -> None:
        self.kind = kind
        self.parent = parent
        self.span = span
        self.shapes: list[Shape] = []
        self.makers: list[Span] = []  # where each value was made
        self.phases: list[str] = []  # the mode in which each value exists
        self.layers: list[Layer | None] = []  # the layer that made it, if one did
        self.inputs: list[int] = []
        self.nodes: list[Node] = []
        self.outputs: list[Port] = []
        self.output_spans: dict[str, Span] = {}
        self.labels: dict[str, Labelled] = {}
        self.lost_labels: list[
            tuple[str, ...]
        ] = []  # of broken statements: the texts of a label around its expressions
        self.captured: dict[int, int] = {}  # values of the parent, by their number here
        self.current: tuple[int, ...] | None = ()
        self.phase: str = parent.phase if parent is not None and kind == "repeat" else ALWAYS
        self.tapped = False  # the last thing that happened was an `output`
        self.numbers = 0  # unnamed children so far
        self.children: dict[str, Span] = {}  # named children
        self.child_labels: list[tuple[tree.Label, str]] = []  # of an iteration: the labels that name children
        self.decisions: list[Decision] = []
        self.shared_uses = 0  # first uses of shared weights
        self.broken = False
        self.failures: list[Failure] = []

    # --- values ---

    def value(self, shape: Shape, span: Span, layer: Layer | None = None, phase: str = "") -> int:
        self.shapes.append(shape)
        self.makers.append(span)
        self.phases.append(phase or self.phase)
        self.layers.append(layer)
        return len(self.shapes) - 1

    def input(self, shape: Shape, span: Span) -> int:
        made = self.value(shape, span, phase=ALWAYS)
        self.inputs.append(made)
        return made

    def enter(self, values: tuple[int, ...] | None) -> None:
        """Values of the graph around become the inputs of this one, and the values at hand."""
        outer = self.parent
        assert outer is not None
        if values is None:
            self.current = None
        else:
            self.current = tuple(self.input(outer.shapes[value], outer.makers[value]) for value in values)

    def current_shapes(self) -> tuple[Shape, ...] | None:
        return None if self.current is None else tuple(self.shapes[at] for at in self.current)

    # --- reading ---

    @property
    def module(self) -> "GraphBuilder":
        """The graph whose children the nodes built here become."""
        builder = self
        while builder.kind == "repeat":
            assert builder.parent is not None
            builder = builder.parent
        return builder

    @property
    def next_number(self) -> int:
        """The number the next unnamed child takes."""
        around = self.parent.next_number if self.kind == "repeat" and self.parent is not None else 0
        return self.numbers + around

    @property
    def block(self) -> "GraphBuilder":
        """The graph of the block around."""
        builder = self
        while builder.kind != "module":
            assert builder.parent is not None
            builder = builder.parent
        return builder

    def find(self, label: str) -> Found | None:
        builder: GraphBuilder | None = self
        while builder is not None:
            if label in builder.labels:
                return Found(builder, builder.labels[label])
            builder = builder.parent
        return None

    def is_lost(self, label: str) -> bool:
        """Whether a label may be one of those that a broken statement would have bound."""
        builder: GraphBuilder | None = self
        while builder is not None:
            for first, *rest in builder.lost_labels:
                if label == first or (rest and label.startswith(first) and label.endswith(rest[-1])):
                    return True
            builder = builder.parent
        return False

    def exists(self, value: int, owner: "GraphBuilder") -> bool:
        """Whether a value of this graph, or of one around it, exists whenever the place at hand runs."""
        phase = owner.phases[value]
        builder: GraphBuilder | None = self
        while phase != ALWAYS and builder is not None:
            if builder.phase == phase:
                return True
            builder = builder.parent if builder is not owner else None
        return phase == ALWAYS

    def block_inputs(self) -> Found:
        block = self.block
        return Found(block, Labelled(tuple(block.inputs)))

    def shapes_of(self, found: Found) -> tuple[Shape, ...] | None:
        values = found.labelled.values
        return None if values is None else tuple(found.builder.shapes[at] for at in values)

    def readable(self) -> list[str]:
        names: list[str] = []
        builder: GraphBuilder | None = self
        while builder is not None:
            names.extend(builder.labels)
            builder = builder.parent
        return names

    def bring(self, value: int, owner: "GraphBuilder") -> int:
        """A value of this graph or one around it, as a value of this one: captured as an input where needed."""
        if owner is self:
            return value
        assert self.parent is not None
        outer = self.parent.bring(value, owner)
        if outer not in self.captured:
            parent = self.parent
            self.captured[outer] = self.input(parent.shapes[outer], parent.makers[outer])
        return self.captured[outer]

    # --- nodes ---

    def apply(
        self, layer: Layer, operator: Operator, name: Any, inputs: tuple[int, ...], span: Span, reused: bool, label: str
    ) -> tuple[int, ...]:
        outputs = tuple([self.value(shape, span, layer) for shape in layer.outputs])
        self.nodes.append(Apply(layer, operator, name, inputs, outputs, span, self.phase, reused, label))
        return outputs

    def instance(self, made: Instance, shapes: tuple[Shape, ...]) -> tuple[int, ...]:
        phases = [port.phase if port.phase != ALWAYS else self.phase for port in made.module.graph.outputs]
        outputs = tuple(self.value(x, made.span, phase=phase) for x, phase in zip(shapes, phases, strict=True))
        self.nodes.append(made._replace(outputs=outputs, phase=self.phase))
        return outputs

    def splice(self, inner: "GraphBuilder", carried: tuple[int, ...]) -> dict[int, int]:
        """Take over the nodes of an iteration. `carried` are the values here of its first inputs."""
        here = dict(zip(inner.inputs, carried, strict=False))
        here.update({local: outer for outer, local in inner.captured.items()})
        for local, made in enumerate(zip(inner.shapes, inner.makers, inner.layers, inner.phases, strict=True)):
            if local not in here:
                here[local] = self.value(*made)
        for node in inner.nodes:
            inputs = tuple([here[at] for at in node.inputs])
            outputs = tuple([here[at] for at in node.outputs])
            if type(node) is Apply:
                self.nodes.append(node.moved(inputs, outputs))
            else:
                self.nodes.append(node._replace(inputs=inputs, outputs=outputs))
        for port in inner.outputs:
            self.outputs.append(port._replace(value=here[port.value]))
            self.output_spans[port.name] = inner.output_spans[port.name]
        for one in inner.failures:
            self.failures.append(one._replace(inputs=tuple(here[at] for at in one.inputs)))
        self.decisions.extend(inner.decisions)
        self.numbers += inner.numbers
        self.shared_uses += inner.shared_uses
        return here

    def graph(self, nodes: tuple[Node, ...], outputs: tuple[Port, ...]) -> Graph:
        return Graph(tuple(self.inputs), tuple(self.shapes), nodes, outputs)
