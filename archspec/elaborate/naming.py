"""The names of a module's children: the rule that decides `state_dict` keys.

A label names its child. Unnamed steps that are torch modules (and unnamed blocks) take the next number, as in
`nn.Sequential`; combiners, sources and groups are no modules and take none; branches and repeats share the counter.
In a module that also has labelled children, unnamed children without weights get readable names in place of their
numbers: no key depends on them.
"""

import re
from typing import Any

from archspec.design import Apply, Graph, Indexed, Instance, Node, Repeat

AUTO: Any = type("Auto", (), {"__repr__": lambda self: "AUTO"})()  # an unnamed child: takes the next number


def count_unnamed(nodes: tuple[Node, ...] | list[Node]) -> int:
    """How many numbers these nodes take."""
    count = 0
    for node in nodes:
        if type(node) is Repeat:
            count += node.count * count_unnamed(node.body.nodes)
        elif node.name is AUTO:  # type: ignore[union-attr]
            count += 1
    return count


def named(nodes: list[Node]) -> tuple[Node, ...]:
    """The nodes of a module, with a name for every child."""
    made, _ = _numbered(tuple(nodes), 0, ())
    taken = {node.name for node in made if type(node) is not Repeat}
    if any(isinstance(name, str) and not name.isdigit() for name in taken):
        made = _readable(made, taken)
    return made


def _numbered(nodes: tuple[Node, ...], number: int, steps: tuple[int, ...]) -> tuple[tuple[Node, ...], int]:
    made: list[Node] = []
    for node in nodes:
        if type(node) is Repeat:
            each = count_unnamed(node.body.nodes)
            inner, _ = _numbered(node.body.nodes, number, (*steps, each))
            made.append(node._replace(body=node.body._replace(nodes=inner)))
            number += each * node.count
        elif node.name is AUTO:  # type: ignore[union-attr]
            name = Indexed("", number, steps) if steps else str(number)
            made.append(node._replace(name=name))
            number += 1
        else:
            made.append(node)
    return tuple(made), number


def _readable(nodes: tuple[Node, ...], taken: set[Any]) -> tuple[Node, ...]:
    made: list[Node] = []
    for node in nodes:
        if isinstance(getattr(node, "name", None), str) and node.name.isdigit() and not has_weights(node):  # type: ignore[union-attr]
            word = node.layer.op if type(node) is Apply else snake_case(node.module.name)  # type: ignore[union-attr]
            name, count = word, 1
            while name in taken:
                count += 1
                name = f"{word}_{count}"
            taken.add(name)
            node = node._replace(name=name)
        made.append(node)
    return tuple(made)


def has_weights(node: Apply | Instance) -> bool:
    """Whether the child has entries in the `state_dict`."""
    if type(node) is Apply:
        return bool(node.layer.weights or node.layer.buffers)
    return graph_has_weights(node.module.graph)  # type: ignore[union-attr]


def graph_has_weights(graph: Graph) -> bool:
    for node in graph.nodes:
        if graph_has_weights(node.body) if type(node) is Repeat else has_weights(node):  # type: ignore[arg-type]
            return True
    return False


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
