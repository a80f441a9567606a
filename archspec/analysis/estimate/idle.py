"""What does not run takes memory too: the tensors of parts that are for the other mode only."""

from collections.abc import Callable
from math import prod
from typing import NamedTuple

from archspec.analysis.estimate.setting import Figures, Setting
from archspec.analysis.summaries import summarise
from archspec.core.layer import Layer
from archspec.design import Apply, Graph, Module, Node, Repeat
from archspec.ops.base import Operator

INTEGER = 8


class Tensors(NamedTuple):
    """Numbers: learned ones, those of buffers that have the type of the weights, and whole ones of eight bytes."""

    parameters: int = 0
    buffers: int = 0
    integers: int = 0

    def plus(self, more: "Tensors", times: int = 1) -> "Tensors":
        return Tensors(*(mine + times * its for mine, its in zip(self, more, strict=True)))

    def figures(self, setting: Setting) -> Figures:
        return Figures(parameters=self.parameters, buffers=self.buffers * setting.weight + self.integers * INTEGER)


def tensors_of(layer: Layer, operator: Operator) -> Tensors:
    """The tensors of a layer."""
    counts = {name: prod(int(size) for size in shape) for name, shape in layer.buffers.items()}
    integers = sum(count for name, count in counts.items() if name.rpartition(".")[2] in operator.integers)
    return Tensors(layer.parameters, sum(counts.values()) - integers, integers)


def idle(node: Node, setting: Setting) -> Figures:
    """The figures of a node that does not run."""
    return _of_node(node, lambda module: summarise(module, _of_graph, "tensors")).figures(setting)


def _of_graph(graph: Graph, of: Callable[[Module], Tensors]) -> Tensors:
    total = Tensors()
    for node in graph.nodes:
        total = total.plus(_of_node(node, of))
    return total


def _of_node(node: Node, of: Callable[[Module], Tensors]) -> Tensors:
    if type(node) is Repeat:
        return Tensors().plus(_of_graph(node.body, of), int(node.count))
    if node.reused:  # type: ignore[union-attr]
        return Tensors()
    return tensors_of(node.layer, node.operator) if type(node) is Apply else of(node.module)  # type: ignore[union-attr]
