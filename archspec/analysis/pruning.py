"""A module without what some of its outputs do not need: nodes, inputs, and all that within its modules."""

from collections.abc import Iterable
from typing import Any

from archspec.design import Apply, Graph, Instance, Module, Repeat


def pruned(module: Module, outputs: Iterable[int]) -> Module:
    """The module with these of its outputs, by position, and the inputs that they need."""
    return _Pruning().module(module, tuple(outputs))[0]


class _Pruning:
    """Modules are pruned once for the outputs that are needed; one that is applied twice keeps what either needs."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, tuple[int, ...]], tuple[Module, tuple[int, ...]]] = {}
        self._kept: list[Module] = []  # so that no identity is taken again

    def module(self, module: Module, outputs: tuple[int, ...]) -> tuple[Module, tuple[int, ...]]:
        """The pruned module, and the positions of the inputs that are left."""
        key = (id(module), outputs)
        if key not in self._made:
            self._kept.append(module)
            self._made[key] = self._pruned(module, outputs)
        return self._made[key]

    def _pruned(self, module: Module, outputs: tuple[int, ...]) -> tuple[Module, tuple[int, ...]]:
        graph = module.graph
        ports = tuple(graph.outputs[at] for at in outputs)
        nodes = self._nodes(graph, {port.value for port in ports})
        whole = len(ports) == len(graph.outputs)
        same = len(nodes) == len(graph.nodes) and all(a is b for a, b in zip(nodes, graph.nodes, strict=True))
        is_chain = len(ports) == 1 and bool(nodes) and ports[0].value in nodes[-1].outputs
        sequential = module.sequential and is_chain  # what was a sequence may give more than its end
        if whole and same and sequential == module.sequential:
            return module, tuple(range(len(graph.inputs)))
        read = {value for node in nodes for value in node.inputs} | {port.value for port in ports}
        left = tuple(at for at, value in enumerate(graph.inputs) if value in read)
        made = _numbered(Graph(tuple(graph.inputs[at] for at in left), graph.shapes, nodes, ports))
        inputs = tuple(module.inputs[at] for at in left)
        weighted = any(map(_weighted, nodes))
        return module.replaced(graph=made, inputs=inputs, weighted=weighted, sequential=sequential), left

    def _nodes(self, graph: Graph, needed: set[int]) -> tuple[Any, ...]:
        """The nodes that give the needed values, in order."""
        shared = self._shared(graph)
        made: list[Any] = []
        for node in reversed(graph.nodes):
            if not needed.intersection(node.outputs):
                continue
            one = self._repeat(node) if type(node) is Repeat else node
            if type(node) is Instance:
                outputs = tuple(at for at, value in enumerate(node.outputs) if value in needed)
                if id(node.module) in shared:
                    outputs = tuple(range(len(node.outputs)))
                module, inputs = self.module(node.module, outputs)
                if module is not node.module:
                    one = node._replace(
                        module=module,
                        inputs=tuple(node.inputs[at] for at in inputs),
                        outputs=tuple(node.outputs[at] for at in outputs),
                    )
            needed |= set(one.inputs)
            made.append(one)
        return tuple(reversed(made))

    def _shared(self, graph: Graph) -> set[int]:
        """Modules whose weights several nodes of a graph use: they stay one."""
        return {id(node.module) for node in graph.nodes if type(node) is Instance and node.reused}

    def _repeat(self, repeat: Repeat) -> Repeat:
        """A repeat without what no iteration hands on, and without what it read for that."""
        body = repeat.body
        nodes = self._nodes(body, {port.value for port in body.outputs})
        if len(nodes) == len(body.nodes) and all(a is b for a, b in zip(nodes, body.nodes, strict=True)):
            return repeat
        read = {value for node in nodes for value in node.inputs} | {port.value for port in body.outputs}
        left = [at for at, value in enumerate(body.inputs) if at == 0 or value in read]
        made = _numbered(Graph(tuple(body.inputs[at] for at in left), body.shapes, nodes, body.outputs))
        return repeat._replace(body=made, inputs=tuple(repeat.inputs[at] for at in left))


def used_once(module: Module) -> Module:
    """The module with shared weights marked anew: what was their first use may be gone, within the network at least."""
    seen: set[Any] = set()
    nodes = tuple(_first_use(node, seen) for node in module.graph.nodes)
    if all(a is b for a, b in zip(nodes, module.graph.nodes, strict=True)):
        return module
    return module.replaced(graph=module.graph.replaced(nodes=nodes))


def _first_use(node: Any, seen: set[Any]) -> Any:
    if type(node) is Repeat:
        nodes = tuple(_first_use(one, seen) for one in node.body.nodes)
        same = all(a is b for a, b in zip(nodes, node.body.nodes, strict=True))
        return node if same else node._replace(body=node.body.replaced(nodes=nodes))
    if node.name is None:
        return node
    is_first = node.name not in seen
    seen.add(node.name)
    return node._replace(reused=False) if node.reused and is_first else node


def _weighted(node: Any) -> bool:
    if type(node) is Repeat:
        return any(map(_weighted, node.body.nodes))
    if type(node) is Apply:
        return bool(node.layer.weights or node.layer.buffers)
    return bool(node.module.weighted)


def _numbered(graph: Graph) -> Graph:
    """The graph with its values numbered anew, without those that nothing gives."""
    numbers: dict[int, int] = {}
    for value in (*graph.inputs, *(value for node in graph.nodes for value in node.outputs)):
        numbers.setdefault(value, len(numbers))
    nodes = tuple(
        node._replace(inputs=_all(numbers, node.inputs), outputs=_all(numbers, node.outputs)) for node in graph.nodes
    )
    return Graph(
        _all(numbers, graph.inputs),
        tuple(graph.shapes[value] for value in numbers),
        nodes,
        tuple(port._replace(value=numbers[port.value]) for port in graph.outputs),
    )


def _all(numbers: dict[int, int], values: Iterable[int]) -> tuple[int, ...]:
    return tuple(numbers[value] for value in values)
