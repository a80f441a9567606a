"""Layers whose stride is longer than their window, in shortcuts or elsewhere."""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Rule
from archspec.design import Apply
from archspec.lints.paths import in_shortcut
from archspec.lints.strides import Axis, sliding
from archspec.lints.subject import Here

_HELP = "a window at least as long as the stride reads everything"


def gaps(here: Here, rule: Rule, shortcut: bool) -> Iterator[Diagnostic]:
    """The findings of a rule on such layers: on those in shortcuts, or on the others."""
    for graph in here.graphs():
        for node, axes in sliding(node for node in graph.nodes if type(node) is Apply):
            apart = [one for one in axes if one.found.verdict == "gaps"]
            if apart and in_shortcut(here, graph, node) is shortcut:
                window, stride = _sizes(apart, "extent"), _sizes(apart, "stride")
                message = f"`{node.layer.op}` reads {window} of every {stride} pixels and never those between"
                label = Label(node.span, f"stride {stride} over {node.layer.inputs[0]}")
                note = f"of each stride of {stride}, a window of {window} leaves {_unread(apart)} unread"
                yield here.finding(rule, message, (label,), (note,), _HELP)


def _sizes(some: list[Axis], name: str) -> str:
    return " × ".join(str(getattr(one.window, name)) for one in some)


def _unread(some: list[Axis]) -> str:
    return " and ".join(dict.fromkeys(f"{one.window.stride - one.window.extent}" for one in some))
