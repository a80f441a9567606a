"""Summaries: analyses that run once per module and compose at its instances."""

from collections.abc import Callable
from typing import TypeVar

from archspec.design import ALWAYS, Graph, Module, modules

Result = TypeVar("Result")


def summarise(root: Module, of_graph: Callable[[Graph, Callable[[Module], Result]], Result]) -> Result:
    """The summary of a module: `of_graph` makes that of a graph from those of the modules it instances."""
    known: dict[int, Result] = {}
    for module in modules(root):
        known[id(module)] = of_graph(module.graph, lambda child: known[id(child)])
    return known[id(root)]


def runs(phase: str, mode: str) -> bool:
    """Whether a node of this phase runs in a mode ("train" or "eval")."""
    return phase in (ALWAYS, mode)
