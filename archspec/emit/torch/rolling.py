"""Loops for repeats that elaboration had to unroll, because a size grows from one iteration to the next.

In a DenseNet every layer has more channels than the one before, so each iteration is a module of its own. Where nothing
else differs, and the size grows by the same number each time, the class that is written has a loop all the same:
`DenseLayer(in_channels + i * growth, growth)`.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from archspec.core.layer import ModuleCall, ParameterCall
from archspec.core.number import plain
from archspec.core.shape import Shape
from archspec.design import Apply, Graph, Instance, Module, Node, Port, Repeat, modules
from archspec.emit.torch.classes import TorchClass, signature
from archspec.emit.torch.running import call, counted, shape

LEAST = 3  # iterations that are worth a loop
LONGEST = 64  # steps of an iteration
Place = tuple[int, int]  # of a statement in the spec: its source and where it begins


class CannotRoll(Exception):
    """A loop that cannot say how its iterations differ; `at` is the step that differs."""

    def __init__(self, at: Place) -> None:
        super().__init__(at)
        self.at = at


def place(node: Any) -> Place:
    return (id(node.span.source), node.span.start)


class Rolled:
    """A design with loops where that can be: `root`.

    others: the modules that stand at the same place in later iterations, by the identity of that in the first
    """

    def __init__(self, root: Module, forbidden: Collection[Place] = ()) -> None:
        self.others: dict[int, tuple[Module, ...]] = {}
        self._forbidden = forbidden
        self._made: dict[int, Module] = {}
        self._known: dict[int, TorchClass] = {}  # modules that do the same have one
        self._kinds: dict[Any, TorchClass] = {}
        for module in modules(root):
            self._made[id(module)] = made = self._module(module)
            kind = (place(module), module.name, signature(made, self._known))
            self._known[id(made)] = self._kinds.setdefault(kind, TorchClass(str(len(self._kinds)), False))
        self.root = self._made[id(root)]

    def _module(self, module: Module) -> Module:
        graph = self._graph(module.graph)
        return module if graph is module.graph else module.replaced(graph=graph)

    def _graph(self, graph: Graph) -> Graph:
        """The graph with its children rolled, and its own runs of equal iterations as loops."""
        nodes: list[Node] = []
        for node in graph.nodes:
            if type(node) is Repeat:
                body = self._graph(node.body)
                nodes.append(node if body is node.body else node._replace(body=body))
            elif type(node) is Instance and self._made[id(node.module)] is not node.module:
                nodes.append(node._replace(module=self._made[id(node.module)]))
            else:
                nodes.append(node)
        rolled = _Runs(graph.replaced(nodes=tuple(nodes)), self).nodes()
        same = len(rolled) == len(graph.nodes) and all(a is b for a, b in zip(rolled, graph.nodes, strict=True))
        return graph if same else _numbered(graph.replaced(nodes=rolled))

    def is_allowed(self, node: Any) -> bool:
        return place(node) not in self._forbidden

    def alike(self, first: Module, other: Module) -> bool:
        """Whether two modules differ in numbers at most."""
        if first.kind == "group":
            return first is other
        return self._known[id(first)] is self._known[id(other)]


class _Runs:
    """The runs of equal iterations in one graph."""

    def __init__(self, graph: Graph, rolled: Rolled) -> None:
        self.graph = graph
        self.rolled = rolled
        self.readers: dict[int, list[int]] = {}  # positions of the nodes that read a value; outputs are behind the last
        for at, node in enumerate(graph.nodes):
            for value in node.inputs:
                self.readers.setdefault(value, []).append(at)
        for port in graph.outputs:
            self.readers.setdefault(port.value, []).append(len(graph.nodes))

    def nodes(self) -> tuple[Node, ...]:
        nodes = self.graph.nodes
        again: dict[Place, int] = {}  # where the statement of a node comes up next
        ahead: list[int | None] = [None] * len(nodes)
        for at in range(len(nodes) - 1, -1, -1):
            ahead[at] = again.get(place(nodes[at]))
            again[place(nodes[at])] = at
        made: list[Node] = []
        at = 0
        while at < len(nodes):
            after = ahead[at]
            found = self._run(at, after - at) if after is not None and after - at <= LONGEST else None
            if found is None:
                made.append(nodes[at])
                at += 1
            else:
                made.append(found[0])
                at = found[1]
        return tuple(made)

    def _run(self, start: int, length: int) -> tuple[Repeat, int] | None:
        """The loop of the iterations from `start` on, and the position behind it."""
        nodes = self.graph.nodes
        first = nodes[start : start + length]
        if any(type(node) is Repeat or not self.rolled.is_allowed(node) for node in first):
            return None
        iterations = [first]
        while self._fits(first, nodes[start + len(iterations) * length :][:length]):
            at = start + len(iterations) * length
            iterations.append(nodes[at : at + length])
        wiring = _wiring(iterations) if len(iterations) >= LEAST else None
        if wiring is None or not self._closed(start, iterations, wiring[1]):
            return None
        carried, result, constants = wiring
        made = self._repeat(iterations, carried, result, constants)
        return None if made is None else (made, start + len(iterations) * length)

    def _fits(self, first: Sequence[Any], other: Sequence[Any]) -> bool:
        """Whether an iteration is the first one again, but for numbers."""
        return len(first) == len(other) and all(
            type(a) is type(b)
            and place(a) == place(b)
            and a.phase == b.phase
            and not (a.reused or b.reused)
            and len(a.inputs) == len(b.inputs)
            and len(a.outputs) == len(b.outputs)
            and (self.rolled.alike(a.module, b.module) if type(a) is Instance else _same_layer(a, b))
            for a, b in zip(first, other, strict=True)
        )

    def _closed(self, start: int, iterations: Sequence[Sequence[Any]], result: tuple[int, int]) -> bool:
        """Whether nothing but what is carried leaves an iteration, and that for the next alone."""
        length = len(iterations[0])
        for k, nodes in enumerate(iterations):
            begin = start + k * length
            for j, node in enumerate(nodes):
                for port, value in enumerate(node.outputs):
                    end = begin + length
                    if (j, port) == result:
                        end = len(self.graph.nodes) + 1 if k == len(iterations) - 1 else end + length
                    if any(not begin <= at < end for at in self.readers.get(value, ())):
                        return False
        return True

    def _repeat(
        self, iterations: Sequence[Sequence[Any]], carried: int, result: tuple[int, int], constants: Sequence[int]
    ) -> Repeat | None:
        """The loop, in whose body all that grows is `Running`."""
        shapes = self.graph.shapes
        first = iterations[0]
        local = {carried: 0, **{value: at + 1 for at, value in enumerate(constants)}}
        inside: list[Shape | None] = []
        entering = [carried, *(nodes[result[0]].outputs[result[1]] for nodes in iterations[:-1])]
        inside.append(shape([shapes[value] for value in entering]))
        inside.extend(shapes[value] for value in constants)
        body: list[Node] = []
        for j, node in enumerate(first):
            aligned = [nodes[j] for nodes in iterations]
            name = counted([one.name for one in aligned])
            if name is None and node.name is not None:
                return None
            inputs = tuple(local[value] for value in node.inputs)
            for port, value in enumerate(node.outputs):
                local[value] = len(inside)
                inside.append(shape([shapes[one.outputs[port]] for one in aligned]))
            outputs = tuple(local[value] for value in node.outputs)
            made = node._replace(name=name, inputs=inputs, outputs=outputs)
            if type(node) is Instance:
                if any(_plain(one.arguments) != _plain(node.arguments) for one in aligned):
                    return None
                self.rolled.others[id(node.module)] = tuple(
                    {id(one.module): one.module for one in aligned if one.module is not node.module}.values()
                )
            elif isinstance(node.layer.call, ModuleCall):
                one_call = call([one.layer for one in aligned])
                if one_call is None:
                    return None
                made = made._replace(layer=node.layer._replace(call=one_call))
            body.append(made)
        if None in inside:
            return None
        graph = Graph(
            tuple(range(len(constants) + 1)),
            tuple(one for one in inside if one is not None),
            tuple(body),
            (Port("output", local[first[result[0]].outputs[result[1]]]),),
        )
        end = iterations[-1][result[0]].outputs[result[1]]
        return Repeat(len(iterations), graph, (carried, *constants), (end,), first[0].span, first[0].phase)


def _numbered(graph: Graph) -> Graph:
    """The graph with its values numbered anew, those within loops left out."""
    numbers: dict[int, int] = {}
    for value in (*graph.inputs, *(value for node in graph.nodes for value in node.outputs)):
        numbers.setdefault(value, len(numbers))
    nodes = [
        node._replace(
            inputs=tuple(numbers[value] for value in node.inputs),
            outputs=tuple(numbers[value] for value in node.outputs),
        )
        for node in graph.nodes
    ]
    return Graph(
        tuple(numbers[value] for value in graph.inputs),
        tuple(graph.shapes[value] for value in numbers),
        tuple(nodes),
        tuple(port._replace(value=numbers[port.value]) for port in graph.outputs),
    )


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in arguments.items()}


def _same_layer(a: Apply, b: Apply) -> bool:
    """Whether two layers are one call, but for the numbers a module is made with."""
    left, right = a.layer.call, b.layer.call
    if type(left) is not type(right) or isinstance(left, ParameterCall):
        return False
    if isinstance(left, ModuleCall) and isinstance(right, ModuleCall):
        starts = [
            [(one.weight, one.target, _plain(one.keywords)) for one in node.layer.initialisation] for node in (a, b)
        ]
        same = left.target == right.target and left.keywords.keys() == right.keywords.keys()
        return same and len(left.arguments) == len(right.arguments) and starts[0] == starts[1]
    return left == right


def _wiring(iterations: Sequence[Sequence[Any]]) -> tuple[int, tuple[int, int], list[int]] | None:
    """The value that enters the first iteration, the output that each hands on, and what all of them read alike."""
    carried: set[int] = set()
    results: set[tuple[int, int]] = set()
    constants: dict[int, None] = {}
    made = [
        {value: (j, port) for j, node in enumerate(nodes) for port, value in enumerate(node.outputs)}
        for nodes in iterations
    ]
    for j, node in enumerate(iterations[0]):
        for at, value in enumerate(node.inputs):
            read = [nodes[j].inputs[at] for nodes in iterations]
            if value in made[0]:
                if any(made[k].get(one) != made[0][value] for k, one in enumerate(read)):
                    return None
            elif all(one == value for one in read):
                constants[value] = None
            else:
                handed = {made[k].get(one) for k, one in enumerate(read[1:])}
                if len(handed) != 1 or None in handed:
                    return None
                carried.add(value)
                results |= {one for one in handed if one is not None}
    if len(carried) != 1 or len(results) != 1 or carried & constants.keys():
        return None
    return carried.pop(), results.pop(), list(constants)
