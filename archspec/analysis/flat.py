"""The flat view of a design: one row per layer, in the order they run, with its path and all its figures."""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from archspec.analysis.receptive_field import (
    Seen,
    Summary,
    View,
    entering,
    graph_views,
    node_views,
    repeated,
    summaries,
    through_module,
)
from archspec.analysis.summaries import runs
from archspec.core.garbage import paused
from archspec.core.geometry import Stride
from archspec.core.layer import Layer
from archspec.core.source import Span
from archspec.design import ALWAYS, Apply, Graph, Indexed, Instance, Module, Repeat


class Row(NamedTuple):
    """A layer of the flat view.

    path:       its path among the compiled module's `named_modules()`; of an operator that is no module (`add`), the
                path of the module it runs in and its label or name. `*` stands for the index within a folded repeat
    is_module:  whether the path names a torch module
    count:      how many equal layers the row stands for
    parameters: learned numbers of one of them; 0 at a further use of shared weights
    runs:       whether it runs in the mode asked for; what exists in training only is listed all the same
    view:       what its (first) output sees of each input, by the input's position; in a folded repeat, of the last
                iteration
    blocks:     the instances around it, outermost first, with their paths; in a folded repeat of the last iteration
    """

    path: str
    is_module: bool
    layer: Layer
    count: int  # type: ignore[assignment]
    parameters: int
    buffers: int
    macs: int
    runs: bool
    phase: str
    view: View
    blocks: "Blocks"
    span: Span

    @property
    def seen(self) -> Seen | None:
        """What it sees of the first input it depends on."""
        return next(iter(self.view.values()), None)


Blocks = tuple[tuple[str, Instance], ...]


def strides(layer: Layer) -> tuple[Stride | None, ...] | None:
    """The stride verdict along each spatial axis; none where no window slides."""
    if not layer.windows:
        return None
    found = tuple(w.check(size) for w, size in zip(layer.windows, layer.inputs[0].spatial, strict=True))
    return found if any(one is not None for one in found) else None


def rows(root: Module, mode: str = "eval", fold: bool = False) -> Iterator[Row]:
    """The layers of a design in order; with `fold`, equal iterations of a repeat as one row."""
    walk = _Walk(summaries(root, mode), mode, fold)
    made = walk.graph(root.graph, entering(root.input_shapes), "", 1, (), ALWAYS, ())
    while some := _next(made):
        yield from some


@paused()
def _next(made: Iterator[Row]) -> list[Row]:
    """The next thousand: rows are kept, and the collector would walk all layers again and again."""
    return list(islice(made, 1000))


NEVER = "never"  # within a part for one mode, a part for the other


def _both(outer: str, inner: str) -> str:
    """The phase of a node within a module that itself runs in a phase."""
    if ALWAYS in (outer, inner):
        return inner if outer == ALWAYS else outer
    return inner if outer == inner else NEVER


class _Walk:
    def __init__(self, of: Callable[[Module], Summary], mode: str, fold: bool) -> None:
        self.of = of
        self.mode = mode
        self.fold = fold
        self.reused = 0  # the further uses of shared blocks around

    def graph(
        self,
        graph: Graph,
        start: list[View],
        prefix: str,
        count: int,
        iterations: tuple[int, ...],
        phase: str,
        blocks: Blocks,
    ) -> Iterator[Row]:
        """The rows of a graph whose inputs see `start`. `iterations` are those of the repeats around in this module."""
        views: dict[int, View] = dict(zip(graph.inputs, start, strict=True))
        for node in graph.nodes:
            given = [views.get(at, {}) for at in node.inputs]
            made = node_views(node, given, self.of, self.mode)
            inner = _both(phase, node.phase)
            if type(node) is Repeat:
                yield from self._repeat(node, given, prefix, count, iterations, inner, blocks)
            elif type(node) is Instance:
                path = prefix + self._name(node.name, iterations)
                own = node.name.at(*iterations) if isinstance(node.name, Indexed) else str(node.name)
                around = (*blocks, (f"{blocks[-1][0]}.{own}" if blocks else own, node))
                self.reused += node.reused
                yield from self.graph(node.module.graph, given, f"{path}.", count, (), inner, around)
                self.reused -= node.reused
            else:
                yield self._row(node, made[0], prefix, count, iterations, inner, blocks)  # type: ignore[arg-type]
            views.update(zip(node.outputs, made, strict=True))

    def _repeat(
        self,
        node: Repeat,
        given: list[View],
        prefix: str,
        count: int,
        iterations: tuple[int, ...],
        phase: str,
        blocks: Blocks,
    ) -> Iterator[Row]:
        times = int(node.count)
        body = graph_views(node.body, self.of, self.mode)[node.body.outputs[0].value] or {}
        if self.fold:
            carried = through_module(given, repeated(body, times - 1)) if times > 1 else given[0]
            start = [carried, *given[1:]]
            yield from self.graph(node.body, start, prefix, count * times, (*iterations, times - 1), phase, blocks)
            return
        carried = given[0]
        for at in range(times):
            start = [carried, *given[1:]]
            yield from self.graph(node.body, start, prefix, count, (*iterations, at), phase, blocks)
            carried = through_module(start, body)

    def _name(self, name: object, iterations: tuple[int, ...]) -> str:
        if isinstance(name, Indexed):
            return str(name) if self.fold else name.at(*iterations)
        return str(name)

    def _row(
        self,
        node: Apply,
        view: View,
        prefix: str,
        count: int,
        iterations: tuple[int, ...],
        phase: str,
        blocks: Blocks,
    ) -> Row:
        layer = node.layer
        name = node.label or layer.op if node.name is None else self._name(node.name, iterations)
        counted = not (node.reused or self.reused)
        return Row(
            prefix + name,
            layer.is_module,
            layer,
            count,
            layer.parameters if counted else 0,
            layer.buffer_elements if counted else 0,
            layer.macs,
            runs(phase, self.mode),
            phase,
            view,
            blocks,
            node.span,
        )
