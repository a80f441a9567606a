"""The head of a network: the layers that lead to an output, from its end backwards."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from archspec.core.diagnostic import Frame
from archspec.core.layer import FunctionCall, Methods, Pass
from archspec.design import Apply, Graph, Indexed, Instance, Module, Repeat

_SAME = frozenset({"dropout", "spatial_dropout", "alpha_dropout", "stochastic_depth", "identity"})


class Place(NamedTuple):
    """A layer, and the instances of blocks that lead to it."""

    node: Apply
    trail: tuple[Frame, ...]
    path: str


class _Level(NamedTuple):
    graph: Graph
    use: Instance | Repeat
    trail: tuple[Frame, ...]
    path: str


def backwards(root: Module, value: int) -> Iterator[Place]:
    """The layers from a value of a network backwards, as long as each reads one value alone; the last may join some.

    Repeats are walked once, from their last iteration out of their first.
    """
    graph, trail, path = root.graph, (), ""  # type: tuple[Graph, tuple[Frame, ...], str]
    around: list[_Level] = []
    while True:
        maker = next((node for node in graph.nodes if value in node.outputs), None)
        if maker is None:
            if not around:
                return
            level = around.pop()
            value = level.use.inputs[graph.inputs.index(value)]
            graph, trail, path = level.graph, level.trail, level.path
        elif type(maker) is Apply:
            yield Place(maker, trail, path)
            if len(maker.inputs) != 1:
                return
            value = maker.inputs[0]
        else:
            port = maker.outputs.index(value)
            around.append(_Level(graph, maker, trail, path))  # type: ignore[arg-type]
            if type(maker) is Instance:
                path = ".".join(filter(None, (path, _name(maker))))
                if maker.module.kind != "group":
                    trail = (*trail, Frame(path, maker.module.name, maker.span))
                graph = maker.module.graph
            else:
                assert type(maker) is Repeat
                graph = maker.body
            value = graph.outputs[port].value


def transparent(node: Apply) -> bool:
    """Whether a layer hands its numbers on as they are, perhaps in another shape."""
    layer = node.layer
    if len(node.inputs) != 1 or layer.weights or layer.windows or layer.mixes:
        return False
    if layer.op in _SAME or type(layer.call) is Pass:
        return True
    moved = layer.view and type(layer.call) in (FunctionCall, Methods)
    return (moved or layer.op in ("flatten", "reshape")) and layer.output.elements == layer.inputs[0].elements


def final(root: Module, value: int) -> Place | None:
    """The layer that decides what form the numbers of a value have; none where several values, or none, lead there."""
    return next((place for place in backwards(root, value) if not transparent(place.node)), None)


def _name(node: Instance) -> str:
    return node.name.at(*(0 for _ in node.name.steps)) if isinstance(node.name, Indexed) else str(node.name or "")


def readers(root: Module, value: int, through: Callable[[Apply], bool] = transparent) -> Iterator[Place]:
    """The layers that read a value of a network as it is, or past layers `through` which it goes, in modules too."""
    waiting: list[tuple[Graph, int, tuple[Frame, ...], str]] = [(root.graph, value, (), "")]
    while waiting:
        graph, value, trail, path = waiting.pop()
        inner = []
        for node in graph.nodes:
            if value not in node.inputs:
                continue
            if type(node) is Apply:
                yield Place(node, trail, path)
                if through(node):
                    inner.append((graph, node.outputs[0], trail, path))
                continue
            assert isinstance(node, Instance | Repeat)
            body = node.module.graph if type(node) is Instance else node.body  # type: ignore[union-attr]
            below, around = path, trail
            if type(node) is Instance:
                below = ".".join(filter(None, (path, _name(node))))
                if node.module.kind != "group":
                    around = (*trail, Frame(below, node.module.name, node.span))
            inner += [
                (body, at, around, below) for at, one in zip(body.inputs, node.inputs, strict=True) if one == value
            ]
        waiting.extend(reversed(inner))
