"""The gravest stride verdict of a module: one word for all the windows in it."""

from collections.abc import Callable, Iterable

from archspec.analysis.flat import strides
from archspec.analysis.summaries import runs, summarise
from archspec.core.geometry import Stride
from archspec.design import Apply, Graph, Module, Repeat

_GRAVEST = ("lossy", "gaps", "pad_only", "exact")


def worst_stride(module: Module, mode: str = "eval") -> Stride | None:
    """The gravest verdict among the layers that run in a mode; none where no window slides."""

    def of_graph(graph: Graph, of: Callable[[Module], Stride | None]) -> Stride | None:
        found: list[Stride | None] = []
        for node in graph.nodes:
            if not runs(node.phase, mode):
                continue
            if type(node) is Apply:
                found.extend(strides(node.layer) or ())
            else:
                found.append(of_graph(node.body, of) if type(node) is Repeat else of(node.module))  # type: ignore[union-attr]
        return gravest(found)

    return summarise(module, of_graph, f"worst stride {mode}")


def gravest(found: Iterable[Stride | None]) -> Stride | None:
    """The verdict to show for several; none where there is none."""
    known = [one for one in found if one is not None]
    return min(known, key=lambda one: (_GRAVEST.index(one.verdict), -one.unread), default=None)
