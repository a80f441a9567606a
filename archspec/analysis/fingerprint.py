"""A number that two networks share if they are the same: to tell whether weights were made for it."""

import hashlib
import json
from typing import Any

from archspec.core.number import plain
from archspec.design import Graph, Instance, Module, Repeat


def fingerprint(root: Module) -> str:
    """Sixteen hexadecimal digits of the layers, their numbers, names and wiring.

    Texts, comments, names of blocks and the names of values that are no module play no part: what they leave the same
    has the same fingerprint.
    """
    return _Digests().module(root)[:16]


class _Digests:
    def __init__(self) -> None:
        self._made: dict[int, str] = {}  # by the identity of a module, each once

    def module(self, module: Module) -> str:
        key = id(module)
        if key not in self._made:
            self._made[key] = _digest([list(module.inputs), self._graph(module.graph)])
        return self._made[key]

    def _graph(self, graph: Graph) -> list[Any]:
        nodes = [self._node(node) for node in graph.nodes]
        entering = [_sizes(graph.shapes[value]) for value in graph.inputs]
        return [entering, nodes, list(graph.inputs), [[port.name, port.value, port.phase] for port in graph.outputs]]

    def _node(self, node: Any) -> list[Any]:
        wired = [list(node.inputs), list(node.outputs), node.phase]
        if type(node) is Repeat:
            return ["repeat", int(node.count), self._graph(node.body), *wired]
        named = [node.name if isinstance(node.name, str) else repr(node.name), node.reused, *wired]
        if type(node) is Instance:
            return ["module", self.module(node.module), *named]
        layer = node.layer
        weights = [[key, _numbers(shape)] for key, shape in {**layer.weights, **layer.buffers}.items()]
        return [layer.op, _value(layer.call), weights, [_sizes(shape) for shape in layer.outputs], *named]


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _sizes(shape: Any) -> list[Any]:
    return [_numbers(shape.sizes), shape.roles]


def _numbers(values: Any) -> list[int]:
    return [int(value) for value in values]


def _value(value: Any) -> Any:
    """A call and all in it as lists and plain values."""
    value = plain(value)
    if isinstance(value, tuple):
        return [type(value).__name__, *map(_value, value)]
    if hasattr(value, "items"):
        return {key: _value(one) for key, one in value.items()}
    return value
