"""Summaries: analyses that run once per module and compose at its instances.

What is known of a module is kept as long as the module: variants of a network that share blocks share what is known of
them, and no figure is worked out twice.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from archspec.core.garbage import paused
from archspec.design import ALWAYS, Graph, Instance, Module, nodes

Result = TypeVar("Result")

_TABLES: dict[str, WeakKeyDictionary[Module, Any]] = {}


def summarise(root: Module, of_graph: Callable[[Graph, Callable[[Module], Result]], Result], name: str) -> Result:
    """The summary of a module: `of_graph` makes that of a graph from those of the modules it instances.

    `name` names the analysis with all that its result depends on besides the module, such as the mode.
    """
    known = table(name)
    if root in known:
        found: Result = known[root]
        return found
    with paused():
        return _worked_out(root, of_graph, known)


def _worked_out(
    root: Module, of_graph: Callable[[Graph, Callable[[Module], Result]], Result], known: WeakKeyDictionary[Module, Any]
) -> Result:
    stack = [root]
    while stack:
        module = stack[-1]
        if module in known:
            stack.pop()
            continue
        children = [node.module for node in nodes(module.graph) if type(node) is Instance]
        waiting = [child for child in children if child not in known]
        if waiting:
            stack.extend(waiting)
        else:
            known[module] = of_graph(module.graph, known.__getitem__)
    result: Result = known[root]
    return result


def table(name: str) -> WeakKeyDictionary[Module, Any]:
    """What is known under a name of modules that are in use."""
    return _TABLES.setdefault(name, WeakKeyDictionary())


def runs(phase: str, mode: str) -> bool:
    """Whether a node of this phase runs in a mode ("train" or "eval")."""
    return phase in (ALWAYS, mode)
