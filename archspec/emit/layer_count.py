"""How many layers a design has when every iteration is written out, counted without writing any out."""

from collections.abc import Callable

from archspec.analysis.summaries import summarise
from archspec.design import Graph, Instance, Module, Repeat


def layer_count(module: Module) -> int:
    """The layers of a network, every iteration of a repeat by itself."""

    def of_graph(graph: Graph, of: Callable[[Module], int]) -> int:
        total = 0
        for node in graph.nodes:
            if type(node) is Repeat:
                total += int(node.count) * of_graph(node.body, of)
            else:
                total += of(node.module) if type(node) is Instance else 1
        return total

    return summarise(module, of_graph, "layer count")
