"""Layers with weights whose result nothing reads.

What no output depends on gets no gradient: its weights stay as they started, cost memory, and stop distributed
training, which waits for every parameter. Usually a value was meant to go into a join, or to be an output.

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
            if id(node) not in dead or any(value in read for value in node.outputs):
                continue
            weighted = [one for one in _behind(graph, node, dead) if has_weights(one)]
            if weighted:
                message = "nothing reads what comes out of these layers" if len(weighted) > 1 else (
                    "nothing reads what comes out of this layer"
                )  # fmt: skip
                labels = [Label(node.span, "this is read by nothing")]
                labels += [Label(one.span, "has weights") for one in weighted if one.span != node.span]
                help = "read it, make it an `output`, or leave it out: its weights would never be trained"
                yield here.finding(RULE, message, labels, help=help)


def _dead(graph: Graph) -> set[int]:
    """The nodes, by identity, on which no output depends."""
    wanted = {port.value for port in graph.outputs}
    dead = set()
    for node in reversed(graph.nodes):
        if wanted.isdisjoint(node.outputs):
            dead.add(id(node))
        else:
            wanted.update(node.inputs)
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
