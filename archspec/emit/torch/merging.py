"""One class for the ways in which a block comes out: with or without a step, with one activation or another.

Modules of one block that differ in more than numbers would each need a class. Where what they have in common is most of
it, they become one: their graphs are laid over each other by the statements that made their nodes. A node that some
lack is there on a condition, and a layer without numbers of its own, as activations are, becomes an argument.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

from archspec.core.layer import ModuleCall, ParameterCall, Pass
from archspec.core.number import Expr
from archspec.core.source import Span
from archspec.design import ALWAYS, Apply, Graph, Instance, Module, Port, Repeat
from archspec.emit.torch.classes import (
    TorchClass,
    call_signature,
    definitions,
    graph_signature,
    id_of,
    is_empty,
    is_numbered,
    signature,
)  # fmt: skip

TRIES = 16  # ways to wire what is left out


class Absent(NamedTuple):
    """A node that other modules of the class have: `passes` is the input that is its result here."""

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    span: Span
    passes: int
    name: None = None
    phase: str = ALWAYS
    reused: bool = False


class Merged:
    """A design whose blocks have as few classes as can be: `root`.

    others:     as those of `Rolled`
    full:       the graph with every node, by the identity of a module that may lack some
    conditions: those that the statements of a graph stand on, by its identity
    """

    def __init__(self, root: Module, others: Mapping[int, Sequence[Module]]) -> None:
        self.full: dict[int, Graph] = {}
        self.conditions: dict[int, list[Expr]] = {}
        self._made: dict[int, Module] = {}
        self._known: dict[int, TorchClass] = {}
        for group in definitions(root, others):
            rebuilt = [self._rebuilt(module) for module in group]
            if len({signature(one, self._known, self.full) for one in rebuilt}) > 1:
                rebuilt = self._merged(rebuilt) or rebuilt
            kinds: dict[Any, TorchClass] = {}
            for old, new in zip(group, rebuilt, strict=True):
                kind = signature(new, self._known, self.full)
                self._made[id(old)] = new
                self._known[id(new)] = kinds.setdefault(kind, TorchClass(f"{id_of(old)} {len(kinds)}", not kinds))
        self.root = self._made[id(root)]
        self.others = {
            id(self._made.get(key, self.root)): tuple(self._made.get(id(one), one) for one in modules)
            for key, modules in others.items()
        }

    def _rebuilt(self, module: Module) -> Module:
        """A module with the merged modules below it."""
        graph = self._rebuilt_graph(module.graph)
        return module if graph is module.graph else module.replaced(graph=graph)

    def _rebuilt_graph(self, graph: Graph) -> Graph:
        nodes = [self._rebuilt_node(node) for node in graph.nodes]
        if all(a is b for a, b in zip(nodes, graph.nodes, strict=True)):
            return graph
        return graph.replaced(nodes=tuple(nodes))

    def _rebuilt_node(self, node: Any) -> Any:
        if type(node) is Repeat:
            body = self._rebuilt_graph(node.body)
            return node if body is node.body else node._replace(body=body)
        if type(node) is Instance:
            module = self._rebuilt(node.module) if node.module.kind == "group" else self._made.get(id(node.module))
            return node if module is None or module is node.module else node._replace(module=module)
        return node

    def _merged(self, modules: Sequence[Module]) -> list[Module] | None:
        """The modules with graphs of one form; none where they have too little in common."""
        first = modules[0]
        alike = all(
            one.kind == first.kind and one.inputs == first.inputs and len(one.graph.outputs) == 1 for one in modules
        )
        if not alike or any(is_empty(one) for one in modules):
            return None
        numbered = all(one.sequential and is_numbered(one.graph) for one in modules)
        found = _Overlay([one.graph for one in modules], numbered, self).graphs()
        if found is None:
            return None
        graphs, full = found
        sequential = all(one.sequential for one in modules)
        made = [one.replaced(graph=graph, sequential=sequential) for one, graph in zip(modules, graphs, strict=True)]
        for one in made:
            self.full[id(one)] = full
            self.conditions[id(one.graph)] = [
                each.condition for module in modules for each in module.decisions if each.condition is not None
            ]
        return made

    def same_class(self, modules: Sequence[Module]) -> bool:
        kinds = {id(self._known.get(id(one))) for one in modules if not is_empty(one)}
        return len(kinds) <= 1

    def groups(self, modules: Sequence[Module]) -> list[Module] | None:
        """Groups that stand at one place, merged if they have to be."""
        if len({signature(one, self._known, self.full) for one in modules}) == 1:
            return list(modules)
        return self._merged(modules)

    def call_kind(self, node: Apply) -> Any:
        return call_signature(node)

    def body_kind(self, body: Graph) -> Any:
        return graph_signature(body, self._known, False, self.full)


def _place(node: Any) -> tuple[int, int]:
    return (id(node.span.source), node.span.start)


class _Overlay:
    """Graphs laid over each other by the places of their nodes in the spec."""

    def __init__(self, graphs: Sequence[Graph], numbered: bool, merged: Merged) -> None:
        self.numbered = numbered
        self.merged = merged
        acts = {_place(node) for graph in graphs for node in graph.nodes if not _passes(node)}
        self.graphs_ = [_without(graph, lambda node: _passes(node) and _place(node) not in acts) for graph in graphs]

    def graphs(self) -> tuple[list[Graph], Graph] | None:
        """The graphs with a node for each place, and the one that has them all."""
        slots = self._slots()
        if slots is None:
            return None
        optional = [slot for slot in slots if None in slot]
        if len(optional) > len(slots) - len(optional) or _alternatives(optional):
            return None
        rows: list[list[Any]] = []
        for at, slot in enumerate(slots):
            row = self._row(slot, slots[at + 1 :])
            if row is None:
                return None
            rows.append(row)
        several = [at for at, row in enumerate(rows) if None in row and len(_first(row).inputs) > 1]
        choices = product(*(range(len(_first(rows[at]).inputs)) for at in several))
        for _, choice in zip(range(TRIES), choices, strict=False):
            made = _wired(self.graphs_, rows, dict(zip(several, choice, strict=True)))
            if made is not None:
                return made
        return None

    def _slots(self) -> list[list[Any]] | None:
        """For each place, in order, the node that each graph has there."""
        order: list[tuple[int, int]] = []
        for graph in self.graphs_:
            keys = [_place(node) for node in graph.nodes]
            if len(set(keys)) < len(keys):
                return None  # made in a loop: they have no place of their own
            at = 0
            for key in keys:
                if key not in order:
                    order.insert(at, key)
                elif order.index(key) < at:
                    return None
                at = order.index(key) + 1
        found = [{_place(node): node for node in graph.nodes} for graph in self.graphs_]
        return [[nodes.get(key) for nodes in found] for key in order]

    def _row(self, slot: Sequence[Any], after: Sequence[Sequence[Any]]) -> list[Any] | None:
        """The nodes of one place in one form; none where they differ in more than that allows."""
        there = [node for node in slot if node is not None]
        first = there[0]
        if len({(type(one), len(one.inputs), len(one.outputs), one.phase) for one in there}) > 1:
            return None
        is_optional = len(there) < len(slot)
        if any(type(one) is not Repeat and one.reused for one in there):
            return None
        if is_optional and (type(first) is Repeat or len(first.outputs) > 1 or first.phase != ALWAYS):
            return None
        if type(first) is Repeat:
            return list(slot) if len({self.merged.body_kind(one.body) for one in there}) == 1 else None
        named = is_optional and any(one.name is not None for one in there)
        if named and (len(first.inputs) > 1 or (type(first) is Apply and isinstance(first.layer.call, ParameterCall))):
            return None  # what stands for it gives its one input
        made = self._instances(there) if type(first) is Instance else self._layers(there, after)
        if made is None or (not self.numbered and len({one.name for one in made}) > 1):
            return None
        remaining = iter(made)
        return [None if node is None else next(remaining) for node in slot]

    def _instances(self, nodes: Sequence[Instance]) -> list[Instance] | None:
        inner = [node.module for node in nodes]
        if all(one.kind == "group" for one in inner):
            merged = self.merged.groups(inner)
            if merged is None:
                return None
            return [node._replace(module=one) for node, one in zip(nodes, merged, strict=True)]
        if any(one.kind == "group" for one in inner) or not self.merged.same_class(inner):
            return None
        return list(nodes)

    def _layers(self, nodes: Sequence[Apply], after: Sequence[Sequence[Any]]) -> list[Apply] | None:
        if len({repr(self.merged.call_kind(node)) for node in nodes}) == 1:
            return list(nodes)
        if not all(_bare(node) for node in nodes):
            return None
        if not any(_passes(node) for node in nodes):
            return list(nodes)
        if self.numbered and any(node is not None and node.name is not None for slot in after for node in slot):
            return None  # an identity in between would move the numbers behind it
        name = next(node.name for node in nodes if not _passes(node))
        identity = ModuleCall("nn.Identity")
        return [
            node._replace(name=name, layer=node.layer._replace(call=identity)) if _passes(node) else node
            for node in nodes
        ]


def _alternatives(optional: Sequence[Sequence[Any]]) -> bool:
    """Whether some of what is optional stands for other: the one is there where the other is not."""
    patterns = [[node is not None for node in slot] for slot in optional]
    return any(
        all(a != b for a, b in zip(one, other, strict=True))
        for at, one in enumerate(patterns)
        for other in patterns[at + 1 :]
    )


def _first(row: Sequence[Any]) -> Any:
    return next(node for node in row if node is not None)


def _passes(node: Any) -> bool:
    return type(node) is Apply and isinstance(node.layer.call, Pass)


def _bare(node: Apply) -> bool:
    """Whether a layer is made without numbers and has none to learn."""
    call = node.layer.call
    if isinstance(call, Pass):
        return True
    made = isinstance(call, ModuleCall) and not call.arguments and not call.keywords
    return made and not node.layer.weights and not node.layer.buffers


def _without(graph: Graph, left_out: Any) -> Graph:
    """A graph without nodes that give their input as it is."""
    same: dict[int, int] = {}
    nodes: list[Any] = []
    for node in graph.nodes:
        inputs = tuple(same.get(value, value) for value in node.inputs)
        if left_out(node):
            same[node.outputs[0]] = inputs[0]
        else:
            nodes.append(node._replace(inputs=inputs))
    outputs = tuple(port._replace(value=same.get(port.value, port.value)) for port in graph.outputs)
    return graph.replaced(nodes=tuple(nodes), outputs=outputs)


def _wired(
    graphs: Sequence[Graph], rows: Sequence[Sequence[Any]], passing: Mapping[int, int]
) -> tuple[list[Graph], Graph] | None:
    """The graphs with one numbering of values; `passing` says which input an absent node gives on."""
    count = len(graphs[0].inputs)
    own = [dict(enumerate(graph.inputs)) for graph in graphs]  # by new number the value in each graph

    def common(values: Sequence[int | None]) -> int | None:
        """The new number of what each graph calls so."""
        fitting = [
            number
            for number in own[0]
            if all(value is None or own[at].get(number) == value for at, value in enumerate(values))
        ]
        return max(fitting, default=None)

    nodes: list[list[Any]] = [[] for _ in graphs]
    full: list[Any] = []
    for at, row in enumerate(rows):
        first = _first(row)
        inputs = [common([None if node is None else node.inputs[k] for node in row]) for k in range(len(first.inputs))]
        if any(one is None for one in inputs):
            return None
        read = tuple(one for one in inputs if one is not None)
        outputs = tuple(range(count, count + len(first.outputs)))
        count += len(outputs)
        passes = passing.get(at, 0)
        for g, node in enumerate(row):
            if node is None:
                own[g][outputs[0]] = own[g][read[passes]]
                nodes[g].append(Absent(read, outputs, first.span, passes))
            else:
                own[g].update(zip(outputs, node.outputs, strict=True))
                nodes[g].append(node._replace(inputs=read, outputs=outputs))
        full.append(first._replace(inputs=read, outputs=outputs))
    result = common([graph.outputs[0].value for graph in graphs])
    if result is None:
        return None
    numbers = tuple(range(len(graphs[0].inputs)))
    port = (Port(graphs[0].outputs[0].name, result, graphs[0].outputs[0].phase),)
    made = [
        Graph(numbers, tuple(graph.shapes[own[g][value]] for value in range(count)), tuple(nodes[g]), port)
        for g, graph in enumerate(graphs)
    ]
    return made, Graph(numbers, made[0].shapes, tuple(full), port)
