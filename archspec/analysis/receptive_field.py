"""Receptive fields: which pixels of an input a value can depend on, exactly, along each spatial axis.

Fields follow all paths: at a join they are the hull of what meets, and beside it the shortest path is kept (Araujo,
Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019, give the arithmetic for
single outputs). A path through a global pooling, a fully connected layer or the like sees the whole input. Where such a
path joins local ones, as the gate of squeeze-and-excitation does, the local field is kept and the context noted: a
field that is everywhere the whole image says nothing.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from archspec.analysis.summaries import lookup, runs, summarise
from archspec.core.geometry import IDENTITY, POINT, Field, compose, hull, power, shorter, through
from archspec.core.layer import Layer
from archspec.core.shape import Shape
from archspec.design import Apply, Graph, Instance, Module, Node, Repeat


class Seen(NamedTuple):
    """What a value sees of one input.

    fields:   along each spatial axis of the input, over all paths; none where it sees all of it
    shortest: the same over the shortest path
    context:  a gate or the like brings in the whole input beside the local fields
    """

    fields: tuple[Field | None, ...]
    shortest: tuple[Field | None, ...]
    context: bool = False

    @property
    def is_global(self) -> bool:
        return None in self.fields


View = Mapping[int, Seen]  # by the position of the input


def entering(shapes: tuple[Shape, ...]) -> list[View]:
    """What inputs see of themselves. An input without spatial axes has one field, for all its features together."""
    made: list[View] = []
    for at, shape in enumerate(shapes):
        start = (IDENTITY,) * max(1, len(shape.spatial))
        made.append({at: Seen(start, start)})
    return made


def after_layer(layer: Layer, views: list[View]) -> View:
    """What the output of a layer sees, from what its inputs see."""
    made = views[0] if len(views) == 1 else _met(views)
    if layer.mixes:
        return {at: _everything(seen) for at, seen in made.items()}
    if layer.windows:
        sizes = layer.inputs[0].spatial
        after = {at: _through(seen, layer, sizes) for at, seen in made.items()}
        return made if after == made else after  # most layers look at single positions: one view serves them all
    return made


def _met(views: list[View]) -> View:
    """What is seen where several values meet."""
    views = list({id(view): view for view in views}.values())  # branches of single positions all see the same
    if len(views) == 1:
        return views[0]
    made: dict[int, Seen] = {}
    for at in dict.fromkeys(key for view in views for key in view):
        made[at] = _joined([view[at] for view in views if at in view])
    return made


def _everything(seen: Seen) -> Seen:
    nothing: tuple[Field | None, ...] = (None,) * len(seen.fields)
    return Seen(nothing, nothing, seen.context)


def _through(seen: Seen, layer: Layer, sizes: tuple[int, ...]) -> Seen:
    if len(seen.fields) != len(layer.windows):
        return _everything(seen)  # a map made from features: the input has no pixels to be local to
    if layer.windows.count(POINT) == len(layer.windows):
        return seen  # as of most layers: `through` would find the same, axis by axis
    fields = _each_axis(through, seen.fields, layer.windows, sizes)
    if seen.shortest == seen.fields:
        return seen if fields == seen.fields else Seen(fields, fields, seen.context)
    return Seen(fields, _each_axis(through, seen.shortest, layer.windows, sizes), seen.context)


def _joined(paths: list[Seen]) -> Seen:
    if len(paths) == 1:
        return paths[0]
    local = [path for path in paths if not path.is_global]
    if not local:
        return paths[0]
    context = len(local) < len(paths) or any(path.context for path in local)
    fields, shortest = local[0].fields, local[0].shortest
    for path in local[1:]:
        if len(path.fields) != len(fields):
            continue
        fields = _each_axis(hull, fields, path.fields)
        shortest = _each_axis(shorter, shortest, path.shortest)
    return Seen(fields, shortest, context)


def _each_axis(function: Callable[..., Field | None], *given: tuple[Any, ...]) -> tuple[Field | None, ...]:
    """The fields that a function makes axis by axis; axes that are alike are worked out once."""
    made: list[Field | None] = []
    before: object = None
    for axis in zip(*given, strict=True):
        made.append(made[-1] if axis == before else function(*axis))
        before = axis
    return tuple(made)


def seen_through(outer: View, inner: Seen) -> dict[int, Seen]:
    """What a value sees through a module: `inner` is relative to the module's input, `outer` what that input sees."""
    made: dict[int, Seen] = {}
    for at, seen in outer.items():
        if len(inner.fields) == len(seen.fields):
            fields = _each_axis(compose, seen.fields, inner.fields)
            shortest = _each_axis(compose, seen.shortest, inner.shortest)
            made[at] = Seen(fields, shortest, seen.context or inner.context)
        elif inner.is_global:
            made[at] = _everything(seen)
        elif all(field == IDENTITY for field in inner.fields):
            made[at] = seen._replace(context=seen.context or inner.context)
        else:
            made[at] = _everything(seen)
    return made


def through_module(views: list[View], summary: View) -> View:
    """What an output of a module sees, from what the module's inputs see."""
    parts: dict[int, list[Seen]] = {}
    for position, inner in summary.items():
        for at, seen in seen_through(views[position], inner).items():
            parts.setdefault(at, []).append(seen)
    return {at: _joined(found) for at, found in parts.items()}


def repeated(body: View, count: int) -> View:
    """What is seen after `count` iterations, from the view of one; the first input is carried, others are the same."""
    once = body.get(0)
    if once is None:
        return body
    carried = _power(once, count)
    made: dict[int, Seen] = {0: carried}
    for at, seen in body.items():
        if at != 0:  # enters at every iteration: seen through none to count - 1 further ones
            last = seen_through({at: seen}, _power(once, count - 1))[at]
            made[at] = _joined([seen, last])
    return made


def _power(seen: Seen, count: int) -> Seen:
    times = (count,) * len(seen.fields)
    return Seen(_each_axis(power, seen.fields, times), _each_axis(power, seen.shortest, times), seen.context)


Summary = tuple[View, ...]  # one view for each output


def summary(module: Module, mode: str = "eval") -> Summary:
    """What each output of a module sees of each of its inputs, in a mode."""

    def of_graph(graph: Graph, of: Callable[[Module], Summary]) -> Summary:
        return _outputs(graph, graph_views(graph, of, mode))

    return summarise(module, of_graph, f"receptive field {mode}")


def _outputs(graph: Graph, views: list[View | None]) -> Summary:
    return tuple(views[port.value] or {} for port in graph.outputs)


def graph_views(
    graph: Graph, of: Callable[[Module], Summary], mode: str, start: list[View] | None = None
) -> list[View | None]:
    """What every value of a graph sees; none for values that do not exist in the mode."""
    views: list[View | None] = [None] * len(graph.shapes)
    if start is None:
        start = entering(tuple(graph.shapes[at] for at in graph.inputs))
    for at, view in zip(graph.inputs, start, strict=True):
        views[at] = view
    for node in graph.nodes:
        if runs(node.phase, mode):
            given = [views[at] or {} for at in node.inputs]
            for at, view in zip(node.outputs, node_views(node, given, of, mode), strict=True):
                views[at] = view
    return views


def node_views(node: Node, given: list[View], of: Callable[[Module], Summary], mode: str) -> list[View]:
    """What the outputs of a node see, from what its inputs see."""
    if type(node) is Apply:
        view = after_layer(node.layer, given)
        return [view] * len(node.outputs)
    if type(node) is Instance:
        return [through_module(given, one) for one in of(node.module)]
    assert type(node) is Repeat
    (body,) = _outputs(node.body, graph_views(node.body, of, mode))
    return [through_module(given, repeated(body, int(node.count)))]


def summaries(root: Module, mode: str = "eval") -> Callable[[Module], Summary]:
    """The summary of every module below `root`, to look up."""
    summary(root, mode)
    return lookup(f"receptive field {mode}")
