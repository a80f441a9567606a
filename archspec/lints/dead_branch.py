"""Layers whose result nothing reads.

What no output depends on changes nothing. It gets no gradient: weights in it stay as they started, cost memory, and
stop distributed training, which waits for every parameter. Usually a value was meant to go into a join, or to be an
output; or a label stands before a chain, and what reads it gets the first step alone. Of the iterations of a `repeat`
that do not read what the one before made, all but the last are dead.

Example:
    network example {
        input image: [3, 32, 32]
        stem: conv(16, 3, padding=1)
        deep: conv(32, 3, padding=1)
    #         ^^^^^^^^^^^^^^^^^^^^^^
        (stem) -> conv(8, 1)
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        stem: conv(16, 3, padding=1)
        deep: conv(32, 3, padding=1)
        (stem, deep) -> concat -> conv(8, 1)
    }
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.design import Apply, Graph, Instance, Node, Repeat, nodes
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS509", "dead-branch", __doc__, Severity.WARNING)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for graph in here.graphs():
        dead = _dead(graph)
        read = {value for node in graph.nodes for value in node.inputs}
        for node in graph.nodes:
            if type(node) is Repeat and id(node) not in dead and not _goes_on(node) and node.count > 1:
                yield _starts_anew(here, node)
            if id(node) in dead and not any(value in read for value in node.outputs):
                yield _unread(here, node, _behind(graph, node, dead))


def _unread(here: Here, node: Node, behind: list[Node]) -> Diagnostic:
    """Nothing reads a node; `behind` are all that are there for its sake."""
    weighted = [one for one in behind if has_weights(one)]
    these = "these layers" if len(weighted) > 1 else "this layer"
    labels = [Label(node.span, "this is read by nothing")]
    labels += [Label(one.span, "has weights") for one in weighted if one.span != node.span]
    why = (
        "its weights would never be trained"
        if weighted
        else "it changes nothing (a label names the one step it stands before)"
    )
    help = f"read it, make it an `output`, or leave it out: {why}"
    return here.finding(RULE, f"nothing reads what comes out of {these}", labels, help=help)


def _starts_anew(here: Here, node: Repeat) -> Diagnostic:
    message = f"only the last of {int(node.count)} iterations is read: each begins anew"
    help = "begin an iteration with a step, which takes what the one before made"
    return here.finding(RULE, message, [Label(node.span)], help=help)


def _goes_on(node: Repeat) -> bool:
    """Whether an iteration reads what the one before it made."""
    wanted = {port.value for port in node.body.outputs}
    for one in reversed(node.body.nodes):
        if not wanted.isdisjoint(one.outputs):
            wanted.update(_read(one))
    return node.body.inputs[0] in wanted


def _read(node: Node) -> tuple[int, ...]:
    """The values that a node depends on."""
    return node.inputs[1:] if type(node) is Repeat and not _goes_on(node) else node.inputs


def _dead(graph: Graph) -> set[int]:
    """The nodes, by identity, on which no output depends."""
    wanted = {port.value for port in graph.outputs}
    dead = set()
    for node in reversed(graph.nodes):
        if wanted.isdisjoint(node.outputs):
            dead.add(id(node))
        else:
            wanted.update(_read(node))
    return dead


def _behind(graph: Graph, node: Node, dead: set[int]) -> list[Node]:
    """A dead node and the dead ones that it depends on, the nearest first."""
    found, wanted = [], set(node.outputs)
    for one in reversed(graph.nodes):
        if id(one) in dead and not wanted.isdisjoint(one.outputs):
            found.append(one)
            wanted.update(one.inputs)
    return found


def has_weights(node: Node) -> bool:
    if type(node) is Repeat:
        return any(has_weights(one) for one in nodes(node.body))
    if type(node) is Instance:
        return node.module.weighted
    return type(node) is Apply and bool(node.layer.weights)
