"""Arithmetic: multiply-accumulates, and every other kind of work itemised beside them.

One MAC is a multiplication and an addition, two FLOPs. MACs are those of convolutions, linear layers and matrix
products; biases, norms, activations, pooling and the like are never mixed into them.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from archspec.analysis.summaries import runs, summarise
from archspec.core.layer import Layer
from archspec.design import Apply, Graph, Module, Repeat


class Cost(NamedTuple):
    """Work for one sample.

    macs: multiply-accumulates
    work: other operations by kind: "bias", "norm", "activation", "elementwise", "pool", "resize"
    """

    macs: int
    work: Mapping[str, int]

    @property
    def flops(self) -> int:
        """Two for each MAC; the other work is not in it."""
        return 2 * self.macs

    @property
    def flops_total(self) -> int:
        """Two for each MAC, and all other work."""
        return self.flops + sum(self.work.values())


def cost(module: Module, mode: str = "eval") -> Cost:
    """The cost of running a module on one sample in a mode ("eval" or "train"). A shared layer costs at each use."""
    return summarise(module, lambda graph, of: _of_graph(graph, of, mode), f"cost {mode}")


def _of_graph(graph: Graph, of: Callable[[Module], Cost], mode: str) -> Cost:
    macs = 0
    work: dict[str, int] = {}
    for node in graph.nodes:
        if not runs(node.phase, mode):
            continue
        times = 1
        one: Layer | Cost
        if type(node) is Apply:
            one = node.layer
        elif type(node) is Repeat:
            one, times = _of_graph(node.body, of, mode), int(node.count)
        else:
            one = of(node.module)  # type: ignore[union-attr]
        macs += times * one.macs
        for kind, amount in one.work.items():
            work[kind] = work.get(kind, 0) + times * amount
    return Cost(macs, work)
