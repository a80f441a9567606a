"""Summaries: analyses that run once per module and compose at its instances.

What is found out about a module stays with it: variants of a network that share blocks share what is known of them, and
no figure is worked out twice.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from archspec.core.garbage import paused
from archspec.design import ALWAYS, Graph, Instance, Module, nodes

Result = TypeVar("Result")


def summarise(root: Module, of_graph: Callable[[Graph, Callable[[Module], Result]], Result], name: str) -> Result:
    """The summary of a module: `of_graph` makes that of a graph from those of the modules it instances.

    `name` names the analysis with all that its result depends on besides the module, such as the mode.
    """
    if name not in root.known:
        with paused():
            _work_out(root, of_graph, name)
    found: Result = root.known[name]
    return found


def _work_out(root: Module, of_graph: Callable[[Graph, Callable[[Module], Any]], Any], name: str) -> None:
    of = lookup(name)
    stack = [(root, False)]
    while stack:
        module, ready = stack.pop()
        if ready:
            module.known[name] = of_graph(module.graph, of)
        elif name not in module.known:
            stack.append((module, True))
            stack += [(node.module, False) for node in nodes(module.graph) if type(node) is Instance]


def lookup(name: str) -> Callable[[Module], Any]:
    """What is known under a name of a module that has been summarised."""
    return lambda module: module.known[name]


def runs(phase: str, mode: str) -> bool:
    """Whether a node of this phase runs in a mode ("train" or "eval")."""
    return phase in (ALWAYS, mode)
