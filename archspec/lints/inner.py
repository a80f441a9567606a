"""Which layers of a network have others behind them: all but those that make what leaves it."""

from archspec.design import Apply, Graph, Instance, Module, Repeat


def inner_layers(root: Module) -> frozenset[int]:
    """The identities of the layers of which some use goes into another one that multiplies by weights, or the like."""
    walk = _Walk()
    walk.graph(root.graph, frozenset())
    return frozenset(walk.inner)


class _Walk:
    def __init__(self) -> None:
        self.inner: set[int] = set()
        self.known: dict[tuple[int, frozenset[int]], frozenset[int]] = {}

    def graph(self, graph: Graph, read: frozenset[int]) -> frozenset[int]:
        """The positions of the inputs that go into a layer, here or, by outputs that are so `read`, behind."""
        key = id(graph), read
        if key not in self.known:
            self.known[key] = self._graph(graph, read)
        return self.known[key]

    def _graph(self, graph: Graph, read: frozenset[int]) -> frozenset[int]:
        wanted = {graph.outputs[at].value for at in read}
        for node in reversed(graph.nodes):
            behind = frozenset(at for at, value in enumerate(node.outputs) if value in wanted)
            if type(node) is Apply:
                if node.layer.products and behind:
                    self.inner.add(id(node))
                if node.layer.products or behind:
                    wanted.update(node.inputs)
            elif type(node) is Instance:
                wanted.update(node.inputs[at] for at in self.graph(node.module.graph, behind))
            else:
                assert type(node) is Repeat
                wanted.update(node.inputs[at] for at in self._repeat(node, behind))
        return frozenset(at for at, value in enumerate(graph.inputs) if value in wanted)

    def _repeat(self, node: Repeat, behind: frozenset[int]) -> frozenset[int]:
        last = self.graph(node.body, behind)
        if 0 in last and not behind and int(node.count) > 1:  # what an iteration gives goes into the next
            return last | self.graph(node.body, frozenset({0}))
        return last
