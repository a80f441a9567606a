"""What lints look at: a module at the first place where a network uses it, and the texts of a run."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from archspec.analysis.flat import Row
from archspec.analysis.receptive_field import Summary, summaries
from archspec.core.diagnostic import Diagnostic, Fix, Frame, Label, Rule
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.design import Apply, Graph, Indexed, Instance, Module, Node, Repeat
from archspec.elaborate.scope import FileScope

Again = Callable[[Module, tuple[Shape, ...]], Module | Diagnostic]


class Wires(NamedTuple):
    """Who reads, and who made, each value of a graph; and which values leave it."""

    readers: Mapping[int, Sequence[Node]]
    makers: Mapping[int, Node]
    leaving: frozenset[int]


class Here(NamedTuple):
    """A module of a network, its path there, and the instances of blocks that lead to it.

    `root` is the network, `outer` the module around, `around` the graph there in which `use` is the instance.
    `networks` are all that the run has built, `common` what lints have found out about them together. `again` builds
    the network, or a block in it, for inputs of other shapes, or says why that cannot be.
    """

    network: str
    root: Module
    module: Module
    known: dict[Any, Any]  # what lints have found out about the network, for each other
    path: str = ""
    trail: tuple[Frame, ...] = ()
    outer: "Here | None" = None
    around: Graph | None = None
    use: Instance | None = None
    networks: Sequence[Module] = ()
    common: dict[Any, Any] | None = None
    again: Again | None = None

    def graphs(self) -> Iterator[Graph]:
        """The module's graph, and those of the repeats in it."""
        return _graphs(self.module.graph)

    def layers(self) -> Iterator[Apply]:
        """The layers that stand in this module itself."""
        for graph in self.graphs():
            for node in graph.nodes:
                if type(node) is Apply:
                    yield node

    def wires(self, graph: Graph) -> Wires:
        """The values of a graph: looked up, as searching for each would take quadratic time."""
        if graph not in self.known:
            self.known[graph] = _wires(graph)
        made: Wires = self.known[graph]
        return made

    def seen(self, module: Module) -> Summary:
        """What the outputs of a module of the network see of its inputs."""
        if "seen" not in self.known:
            self.known["seen"] = summaries(self.root)
        made: Summary = self.known["seen"](module)
        return made

    def standing(self, row: Row) -> "Here":
        """The place of a layer of the flat view, for a finding there."""
        frames = (Frame(path, use.module.name, use.span) for path, use in row.blocks if use.module.kind != "group")
        return self._replace(trail=tuple(frames), path=row.blocks[-1][0] if row.blocks else "")

    def finding(
        self,
        rule: Rule,
        message: str,
        labels: Iterable[Label],
        notes: tuple[str, ...] = (),
        help: str = "",
        fix: Fix | None = None,
    ) -> Diagnostic:
        return Diagnostic(rule, message, tuple(labels), notes, help, fix, self.trail, (self.network,), self.path)


class Texts(NamedTuple):
    """The files of a run that have no error. `readers` holds those and every file that they import."""

    files: Sequence[FileScope]
    readers: Sequence[FileScope]


def finding(
    rule: Rule, message: str, span: Span, label: str = "", help: str = "", fix: Fix | None = None
) -> Diagnostic:
    """A finding in a text, which belongs to no network."""
    return Diagnostic(rule, message, (Label(span, label),), help=help, fix=fix)


def places(
    network: Module,
    networks: Sequence[Module] = (),
    common: dict[Any, Any] | None = None,
    again: Again | None = None,
) -> Iterator[Here]:
    """Every distinct module of a network, at its first place."""
    seen = {id(network)}
    waiting = [Here(network.name, network, network, {}, networks=networks, common=common, again=again)]
    while waiting:
        here = waiting.pop()
        yield here
        inner = []
        for graph in here.graphs():
            for node in graph.nodes:
                if type(node) is Instance and id(node.module) not in seen:
                    seen.add(id(node.module))
                    inner.append(inside(here, graph, node))
        waiting.extend(reversed(inner))


def inside(here: Here, graph: Graph, node: Instance) -> Here:
    """The module of an instance that stands in a graph here."""
    name = node.name.at(*(0 for _ in node.name.steps)) if isinstance(node.name, Indexed) else str(node.name or "")
    path = ".".join(filter(None, (here.path, name)))
    trail = here.trail
    if node.module.kind != "group":
        trail = (*trail, Frame(path, node.module.name, node.span))
    around = Here(here.network, here.root, node.module, here.known, path, trail, here, graph, node)
    return around._replace(networks=here.networks, common=here.common)


def _graphs(graph: Graph) -> Iterator[Graph]:
    yield graph
    for node in graph.nodes:
        if type(node) is Repeat:
            yield from _graphs(node.body)


def _wires(graph: Graph) -> Wires:
    readers: dict[int, list[Node]] = {}
    makers: dict[int, Node] = {}
    for node in graph.nodes:
        for value in dict.fromkeys(node.inputs):
            readers.setdefault(value, []).append(node)
        makers.update(dict.fromkeys(node.outputs, node))
    return Wires(readers, makers, frozenset(port.value for port in graph.outputs))
