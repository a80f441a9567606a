"""Finding a layer or block by its path, with what its inputs see and what made them."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from archspec.analysis.outline import child_name
from archspec.analysis.receptive_field import (
    View,
    entering,
    graph_views,
    repeated,
    summaries,
    through_module,
)
from archspec.design import ALWAYS, Apply, Graph, Indexed, Instance, Module, Repeat


class Found(NamedTuple):
    """A layer or instance, of one iteration of the repeats around it: the one the path names, else the last.

    path:    its path, with the number of the iteration
    graph:   the graph it stands in, and `views` what the values of that graph see
    sources: for each of its inputs the path of what made it, or the name of the network's input
    around:  the instances around it with their paths, outermost first
    phase:   when it runs
    reused:  a further use of shared weights
    """

    path: str
    node: Apply | Instance
    graph: Graph
    views: list[View | None]
    sources: tuple[str, ...]
    around: tuple[tuple[str, Instance], ...]
    phase: str
    reused: bool

    @property
    def given(self) -> list[View]:
        """What its inputs see."""
        return [self.views[at] or {} for at in self.node.inputs]

    @property
    def view(self) -> View:
        """What its first output sees."""
        return self.views[self.node.outputs[0]] or {}


def locate(root: Module, path: str, mode: str = "eval") -> list[Found]:
    """What has this path, `*` being any index. It is one, or several where layers that are no modules share a name."""
    return Locator(root, mode).find(path)


class Locator:
    """Finds one path after the other, and works out once what several of them need."""

    def __init__(self, root: Module, mode: str = "eval") -> None:
        self.root = root
        self.of = summaries(root, mode)
        self.mode = mode
        makers = dict(zip(root.graph.inputs, root.inputs, strict=True))
        self.start = _Here(root.graph, entering(root.input_shapes), makers, "", ALWAYS, False)
        self._views: dict[Any, tuple[_Here, list[View | None]]] = {}
        self._makers: dict[Any, dict[int, str]] = {}
        self._iterations: dict[Any, _Here] = {}

    def find(self, path: str) -> list[Found]:
        """As `locate`."""
        parts = path.replace("..", "…").split(".")  # `1..35` is `1…35` where there are no such signs
        return list(_search(self.start, parts, (), self))

    def views(self, here: "_Here") -> list[View | None]:
        """What the values of a graph in its place see."""
        key = here.key
        if key not in self._views:  # the place is kept, that its parts are known by identity
            self._views[key] = here, graph_views(here.graph, self.of, self.mode, here.start)
        return self._views[key][1]

    def iteration(self, here: "_Here", repeat: Repeat, outer: tuple[int, ...], at: int) -> "_Here":
        """The body of a repeat in one of its iterations; `outer` are those of the repeats around it."""
        key = here.key, id(repeat), outer, at
        if key not in self._iterations:
            self._iterations[key] = _iteration(here, repeat, outer, at, self)
        return self._iterations[key]

    def makers(self, here: "_Here", iterations: tuple[int, ...]) -> dict[int, str]:
        """What made each value of it."""
        key = here.key, iterations
        if key not in self._makers:
            self._makers[key] = _makers(here, iterations)
        return self._makers[key]


def paths(root: Module) -> Iterator[str]:
    """The paths of everything, equal iterations once: for the nearest one to a misspelt path."""

    def below(module: Module, prefix: str) -> Iterator[str]:
        for chain, node in _children(module.graph, ()):
            path = prefix + child_name(node, tuple(int(one.count) for one in chain))[1]
            yield path
            if type(node) is Instance:
                yield from below(node.module, f"{path}.")

    return below(root, "")


class _Here(NamedTuple):
    """A graph in its place: what its inputs see, what made its inputs, the path before its nodes, when it runs."""

    graph: Graph
    start: list[View]
    makers: dict[int, str]
    prefix: str
    phase: str
    reused: bool

    @property
    def key(self) -> tuple[Any, ...]:
        """The same for places that are the same, as long as they are there: shared blocks have one path at several."""
        return (
            id(self.graph),
            self.prefix,
            tuple(map(id, self.start)),
            tuple(self.makers[at] for at in self.graph.inputs),
        )


def _search(
    here: _Here, parts: list[str], around: tuple[tuple[str, Instance], ...], locator: Locator
) -> Iterator[Found]:
    for chain, node in _children(here.graph, ()):
        iterations = _matched(node, parts[0], tuple(int(one.count) for one in chain))
        if iterations is None:
            continue
        place = here
        for level, repeat in enumerate(chain):
            place = locator.iteration(place, repeat, iterations[:level], iterations[level])
        makers = locator.makers(place, iterations)
        views = locator.views(place)
        inner = next((one.phase for one in (node, *reversed(chain)) if one.phase != ALWAYS), here.phase)
        reused = here.reused or node.reused
        path = here.prefix + _name(node, iterations)
        sources = tuple(makers[at] for at in node.inputs)
        if len(parts) == 1:
            yield Found(path, node, place.graph, views, sources, around, inner, reused)
        elif type(node) is Instance:
            graph = node.module.graph
            start = [views[at] or {} for at in node.inputs]
            below = _Here(graph, start, dict(zip(graph.inputs, sources, strict=True)), f"{path}.", inner, reused)
            yield from _search(below, parts[1:], (*around, (path, node)), locator)


def _children(graph: Graph, chain: tuple[Repeat, ...]) -> Iterator[tuple[tuple[Repeat, ...], Apply | Instance]]:
    """The layers and instances of a graph, with the repeats around each."""
    for node in graph.nodes:
        if type(node) is Repeat:
            yield from _children(node.body, (*chain, node))
        else:
            yield chain, node  # type: ignore[misc]


def _matched(node: Apply | Instance, part: str, counts: tuple[int, ...]) -> tuple[int, ...] | None:
    """The iterations in which a node has this name; of many the last. None where it never has."""
    last = tuple(count - 1 for count in counts)
    shown, index = child_name(node, counts)
    if part in (shown, index, "*" if type(node.name) is Indexed else shown):
        return last
    if type(node.name) is not Indexed:
        return None
    name = node.name
    number = part[len(name.prefix) : len(part) - len(name.suffix)]
    if part != f"{name.prefix}{number}{name.suffix}" or not re.fullmatch(r"0|[1-9][0-9]{,18}", number):
        return None
    left = int(number) - name.start
    made = []
    for step, count in zip(name.steps, counts, strict=True):
        iteration = min(left // step, count - 1) if left * step >= 0 else -1
        if iteration < 0:
            return None
        made.append(iteration)
        left -= step * iteration
    return tuple(made) if left == 0 else None


def _name(node: Apply | Instance, iterations: tuple[int, ...]) -> str:
    name = node.name
    return name.at(*iterations) if type(name) is Indexed else child_name(node, ())[0]


def _makers(here: _Here, iterations: tuple[int, ...]) -> dict[int, str]:
    """What made each value of a graph."""
    made = dict(here.makers)
    for node in here.graph.nodes:
        for at in node.outputs:
            made[at] = _maker(node, here.prefix, iterations)
    return made


def _maker(node: Apply | Instance | Repeat, prefix: str, iterations: tuple[int, ...]) -> str:
    if type(node) is not Repeat:
        return prefix + _name(node, iterations)  # type: ignore[arg-type]
    value = node.body.outputs[0].value
    for inner in node.body.nodes:
        if value in inner.outputs:
            return _maker(inner, prefix, (*iterations, int(node.count) - 1))
    return prefix.removesuffix(".")


def _iteration(here: _Here, repeat: Repeat, outer: tuple[int, ...], at: int, locator: Locator) -> _Here:
    """The body of a repeat in one of its iterations; `outer` are those of the repeats around it."""
    views = locator.views(here)
    makers = locator.makers(here, outer)
    given = [views[value] or {} for value in repeat.inputs]
    sources = [makers[value] for value in repeat.inputs]
    if at > 0:
        body = graph_views(repeat.body, locator.of, locator.mode)[repeat.body.outputs[0].value] or {}
        given[0] = through_module(given, repeated(body, at))
        sources[0] = _maker(repeat._replace(count=at), here.prefix, outer)
    return here._replace(graph=repeat.body, start=given, makers=dict(zip(repeat.body.inputs, sources, strict=True)))
