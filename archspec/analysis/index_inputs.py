"""Which inputs hold integers that are looked up, such as numbers of words: their values are no measurements."""

from collections.abc import Callable

from archspec.analysis.summaries import summarise
from archspec.design import Apply, Graph, Instance, Module, Repeat


def index_inputs(module: Module) -> frozenset[int]:
    """The positions of the inputs that a table is looked up by, directly or once they are cut, joined or reordered."""
    return summarise(module, _of_graph, "index inputs")


def _of_graph(graph: Graph, of: Callable[[Module], frozenset[int]]) -> frozenset[int]:
    indices: set[int] = set()
    for node in reversed(graph.nodes):
        if not indices.isdisjoint(node.outputs):  # what makes indices of its inputs can only move them
            indices.update(node.inputs)
        elif type(node) is Apply:
            indices.update(node.inputs if node.operator.looks_up else ())
        else:
            inner = of(node.module) if type(node) is Instance else _of_body(node, of)
            indices.update(node.inputs[at] for at in inner)
    return frozenset(at for at, value in enumerate(graph.inputs) if value in indices)


def _of_body(node: object, of: Callable[[Module], frozenset[int]]) -> frozenset[int]:
    assert type(node) is Repeat
    return _of_graph(node.body, of)
