"""A draft: what could be made of a network with errors, up to where each of them stands. Pictures are drawn of it.

It is no design: modules in it may lack outputs, and an instance of such a module has none.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.core.diagnostic import Diagnostic
from archspec.core.source import Span
from archspec.design import Instance, Module
from archspec.elaborate.naming import graph_has_weights, named
from archspec.elaborate.report import Poison

if TYPE_CHECKING:
    from archspec.elaborate.graph import GraphBuilder


class Failure(NamedTuple):
    """A step that could not be done, or a promise about a value that is not kept. Nothing leaves it.

    word:     what the text calls it: `concat`, `expect`
    inputs:   the values of the graph that enter it
    culprits: positions among them: those to blame, all where none is more to blame than the others
    """

    word: str
    inputs: tuple[int, ...]
    culprits: tuple[int, ...]
    diagnostic: Diagnostic
    span: Span
    phase: str

    @property
    def outputs(self) -> tuple[int, ...]:
        return ()


class Draft(NamedTuple):
    """A network with errors, the failures by the module that they stand in, and all that is wrong with it."""

    module: Module
    failures: Mapping[Module, tuple[Failure, ...]]
    diagnostics: tuple[Diagnostic, ...]


class Drafting:
    """What is kept of a run for a draft."""

    def __init__(self) -> None:
        self.failures: dict[Module, tuple[Failure, ...]] = {}
        self.root: Module | None = None

    def failed(self, word: str, span: Span, builder: "GraphBuilder", poison: Poison) -> None:
        """A step that was just reported, with the values that were to enter it."""
        if poison.diagnostic is not None and builder.current:
            culprits = poison.culprits or tuple(range(len(builder.current)))
            made = Failure(word, builder.current, culprits, poison.diagnostic, span, builder.phase)
            builder.failures.append(made)

    def instance(self, poison: Poison, name: Any, inputs: tuple[int, ...], span: Span, builder: "GraphBuilder") -> None:
        """A block or group that failed inside stands where it would have stood; with that the failure has its place."""
        if poison.draft is not None:
            builder.nodes.append(Instance(poison.draft, name, inputs, (), span, {}, builder.phase))
            poison.draft = poison.diagnostic = None

    def module(self, made: Module, builder: "GraphBuilder") -> Module:
        """Take note of the failures in a module."""
        if builder.failures:
            self.failures[made] = tuple(builder.failures)
        return made

    def broken(
        self, kind: str, name: str, inputs: tuple[str, ...], builder: "GraphBuilder", docs: str, span: Span
    ) -> Module:
        """As much of a module as there is; what is left of its outputs matters to a network alone."""
        outputs = tuple(builder.outputs) if kind == "network" else ()
        if len(inputs) != len(builder.inputs):  # the shapes of some are not known
            inputs = tuple(builder.makers[at].text.partition(":")[0].strip() for at in builder.inputs)
        graph = builder.graph(named(builder.nodes), outputs)
        weighted = graph_has_weights(graph)
        return self.module(Module(kind, name, {}, inputs, graph, docs, span, False, weighted=weighted), builder)
