"""Arithmetic: multiply-accumulates, and every other kind of work itemised beside them.

One MAC is a multiplication and an addition, two FLOPs. MACs are those of convolutions, linear layers and matrix
products; biases, norms, activations, pooling and the like are never mixed into them.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from archspec.analysis.summaries import runs, summarise
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

    def of_graph(graph: Graph, of: Callable[[Module], Cost]) -> Cost:
        macs = 0
        work: Counter[str] = Counter()
        for node in graph.nodes:
            if not runs(node.phase, mode):
                continue
            if type(node) is Apply:
                macs += node.layer.macs
                work.update(node.layer.work)
                continue
            one = of_graph(node.body, of) if type(node) is Repeat else of(node.module)  # type: ignore[union-attr]
            times = int(node.count) if type(node) is Repeat else 1
            macs += times * one.macs
            for kind, amount in one.work.items():
                work[kind] += times * amount
        return Cost(macs, work)

    return summarise(module, of_graph, f"cost {mode}")
