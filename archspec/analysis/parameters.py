"""Parameters and buffers: every distinct tensor once, whether or not it runs."""

from collections.abc import Callable
from typing import NamedTuple

from archspec.analysis.summaries import summarise
from archspec.design import Apply, Graph, Module, Repeat


class Parameters(NamedTuple):
    """Counts of numbers, not of bytes.

    total:   learned parameters, those of training-only parts among them: they are part of the module
    buffers: what is kept but not learned, such as the running statistics of batch norm and its counter of batches
    layers:  the modules that have weights
    """

    total: int
    buffers: int
    layers: int

    @property
    def trainable(self) -> int:
        """All of them: nothing in a spec freezes a parameter."""
        return self.total


def parameters(module: Module) -> Parameters:
    """The parameters of a module. Those of a repeat count once an iteration, those of shared layers once."""
    return summarise(module, _of_graph, "parameters")


def _of_graph(graph: Graph, of: Callable[[Module], Parameters]) -> Parameters:
    total = buffers = layers = 0
    for node in graph.nodes:
        times = 1
        counts: tuple[int, int, int]
        if type(node) is Repeat:
            counts, times = _of_graph(node.body, of), int(node.count)
        elif node.reused:  # type: ignore[union-attr]
            continue
        elif type(node) is Apply:
            layer = node.layer
            counts = layer.parameters, layer.buffer_elements, bool(layer.weights)
        else:
            counts = of(node.module)  # type: ignore[union-attr]
        learned, kept, weighted = counts
        total += times * learned
        buffers += times * kept
        layers += times * weighted
    return Parameters(total, buffers, layers)
