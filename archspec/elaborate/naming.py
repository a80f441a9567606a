"""The names of a module's children: the rule that decides `state_dict` keys.

A label names its child. Unnamed steps that are torch modules (and unnamed blocks) take the next number, as in
`nn.Sequential`; combiners, sources and groups are no modules and take none; branches and repeats share the counter.
In a module that also has labelled children, unnamed children without weights get readable names in place of their
numbers: no key depends on them.
"""

import re
from dataclasses import replace
from typing import Any

from archspec.design import Apply, Graph, Indexed, Instance, Node, Repeat

AUTO: Any = type("Auto", (), {"__repr__": lambda self: "AUTO"})()  # an unnamed child: takes the next number


def count_unnamed(nodes: tuple[Node, ...] | list[Node]) -> int:
    """How many numbers these nodes take."""
    count = 0
    for node in nodes:
        if isinstance(node, Repeat):
            count += node.count * count_unnamed(node.body.nodes)
        elif node.name is AUTO:
            count += 1
    return count


def named(nodes: list[Node]) -> tuple[Node, ...]:
    """The nodes of a module, with a name for every child."""
    made, _ = _numbered(tuple(nodes), 0, ())
    taken = {node.name for node in made if not isinstance(node, Repeat)}
    if any(isinstance(name, str) and not name.isdigit() for name in taken):
        made = _readable(made, taken)
    return made


def _numbered(nodes: tuple[Node, ...], number: int, steps: tuple[int, ...]) -> tuple[tuple[Node, ...], int]:
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, Repeat):
            each = count_unnamed(node.body.nodes)
            inner, _ = _numbered(node.body.nodes, number, (*steps, each))
            made.append(node._replace(body=replace(node.body, nodes=inner)))
            number += each * node.count
        elif node.name is AUTO:
            made.append(node._replace(name=Indexed("", number, steps) if steps else str(number)))
            number += 1
        else:
            made.append(node)
    return tuple(made), number


def _readable(nodes: tuple[Node, ...], taken: set[Any]) -> tuple[Node, ...]:
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, Repeat) or not isinstance(node.name, str) or not node.name.isdigit() or has_weights(node):
            made.append(node)
            continue
        word = node.layer.op if isinstance(node, Apply) else snake_case(node.module.name)
        name, count = word, 1
        while name in taken:
            count += 1
            name = f"{word}_{count}"
        taken.add(name)
        made.append(node._replace(name=name))
    return tuple(made)


def has_weights(node: Apply | Instance) -> bool:
    """Whether the child has entries in the `state_dict`."""
    if isinstance(node, Apply):
        return bool(node.layer.weights or node.layer.buffers)
    return graph_has_weights(node.module.graph)


def graph_has_weights(graph: Graph) -> bool:
    return any(graph_has_weights(node.body) if isinstance(node, Repeat) else has_weights(node) for node in graph.nodes)


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
