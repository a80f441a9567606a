"""What the layers are that a value is made from: all on any way from the inputs to it."""

import re
from collections.abc import Iterable, Iterator

from archspec.analysis.flat import Row, rows
from archspec.analysis.locate import Found
from archspec.design import Apply, Graph, Instance, Module, Repeat


def ancestry(root: Module, found: Found, mode: str = "eval", fold: bool = False) -> Iterator[Row]:
    """The rows of what `found` is made from, in the order in which they run, itself among them.

    With `fold`, equal iterations are one row, which shows the last of them. Where `found` stands within a repeat,
    iterations after its own are listed too.
    """
    trace = _Trace(found)
    trace.towards(root.graph, "", [one for _, one in found.around])
    patterns: dict[int, list[re.Pattern[str]]] = {}
    for layer, path in sorted(trace.paths):
        text = re.escape(path) if fold else re.escape(path).replace(r"\*", "[0-9]+")
        patterns.setdefault(layer, []).append(re.compile(text))
    for row in rows(root, mode, fold):
        if any(pattern.fullmatch(row.path) for pattern in patterns.get(id(row.layer), ())):
            yield row


class _Trace:
    """Gathers layers, each by its identity with its path, as the folded flat view has it."""

    def __init__(self, found: Found) -> None:
        self.found = found
        self.paths: set[tuple[int, str]] = set()

    def towards(self, graph: Graph, prefix: str, around: list[Instance]) -> set[int]:
        """The inputs of a graph that what was found in it is made from; `around` are the instances on the way to it."""
        target = around[0] if around else self.found.node
        at = next(at for at, node in enumerate(graph.nodes) if node is target or self._holds(node, target))
        node = graph.nodes[at]
        if type(node) is Repeat:
            read = self.towards(node.body, prefix, around)
            if node.body.inputs[0] in read and int(node.count) > 1:
                read |= self.back(node.body, [node.body.outputs[0].value], prefix)
            wanted = _outside(node, node.body, read)
        elif around:
            assert type(node) is Instance
            read = self.towards(node.module.graph, f"{prefix}{node.name}.", around[1:])
            wanted = _outside(node, node.module.graph, read)
        else:
            wanted = self._of_node(node, set(node.outputs[:1]), prefix)
        return self.back(graph, wanted, prefix, at)

    def back(self, graph: Graph, values: Iterable[int], prefix: str, end: int | None = None) -> set[int]:
        """The inputs of a graph that values of it are made from, by its nodes up to a position."""
        wanted = set(values)
        for node in reversed(graph.nodes[:end]):
            made = wanted & set(node.outputs)
            if made:
                wanted |= self._of_node(node, made, prefix)
        return wanted & set(graph.inputs)

    def _of_node(self, node: Apply | Instance | Repeat, made: set[int], prefix: str) -> set[int]:
        """The values that outputs of a node are made from."""
        if type(node) is Apply:
            name = (node.label or node.layer.op) if node.name is None else str(node.name)
            self.paths.add((id(node.layer), prefix + name))
            return set(node.inputs)
        if type(node) is Repeat:
            return _outside(node, node.body, self.back(node.body, [node.body.outputs[0].value], prefix))
        assert type(node) is Instance
        graph = node.module.graph
        left = [port.value for port, value in zip(graph.outputs, node.outputs, strict=True) if value in made]
        return _outside(node, graph, self.back(graph, left, f"{prefix}{node.name}."))

    def _holds(self, node: object, target: object) -> bool:
        if type(node) is not Repeat:
            return False
        return any(one is target or self._holds(one, target) for one in node.body.nodes)


def _outside(node: Instance | Repeat, graph: Graph, read: set[int]) -> set[int]:
    """Inputs of an inner graph as the values of the graph around."""
    return {outer for inner, outer in zip(graph.inputs, node.inputs, strict=True) if inner in read}
