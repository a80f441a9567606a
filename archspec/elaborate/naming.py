"""The names of a module's children: the rule that decides `state_dict` keys.

A label names its child. Unnamed steps that are torch modules (and unnamed blocks) take the next number, as in
`nn.Sequential`; combiners, sources and groups are no modules and take none; branches and repeats share the counter.
In a module that also has labelled children, unnamed children without weights get readable names in place of their
numbers: no key depends on them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

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
        made = _readable(made, taken, [one for one in _indexed(made) if one.name.prefix])
    return made


class Numbered(NamedTuple):
    """A child within repeats: its name, and how often each of the repeats runs, outermost first."""

    name: Indexed
    counts: tuple[int, ...]
    node: Apply | Instance

    def has(self, name: str) -> bool:
        """Whether an iteration gives it this name."""
        prefix, suffix = self.name.prefix, self.name.suffix
        digits = name[len(prefix) : len(name) - len(suffix)]
        if name != f"{prefix}{digits}{suffix}" or not re.fullmatch(r"0|[1-9][0-9]{0,17}", digits):
            return False
        left = int(digits) - self.name.start
        for step, count in zip(self.name.steps, self.counts, strict=True):
            iteration = min(left // step, count - 1) if step and left * step >= 0 else 0
            left -= step * iteration
        return left == 0

    def meets(self, other: "Numbered") -> bool:
        """Whether both get one name. Both count in one repeat each, as labels do."""
        if (self.name.prefix, self.name.suffix) != (other.name.prefix, other.name.suffix):
            return False
        a, b = self._numbers(), other._numbers()
        low, high = max(min(a), min(b)), min(max(a), max(b))
        few = a if len(a) <= len(b) else b
        return low <= high and any(low <= number <= high and number in (b if few is a else a) for number in few)

    def _numbers(self) -> range:
        start, step, count = self.name.start, self.name.steps[-1], self.counts[-1]
        return range(start, start + step * count, step)


def _indexed(nodes: tuple[Node, ...], counts: tuple[int, ...] = ()) -> Iterator[Numbered]:
    for node in nodes:
        if isinstance(node, Repeat):
            yield from _indexed(node.body.nodes, (*counts, int(node.count)))
        elif isinstance(node.name, Indexed):
            yield Numbered(node.name, counts, node)


def clash(nodes: tuple[Node, ...]) -> tuple[str, Node, Node] | None:
    """A name that two children have, one of which is numbered, and the two; labels are compared where they stand."""
    plain: dict[str, Apply | Instance] = {}
    for node in nodes:
        if isinstance(node, Repeat) or not isinstance(node.name, str) or node.reused:
            continue
        if node.name in plain and node.name.isdigit():
            return node.name, plain[node.name], node
        plain[node.name] = node
    indexed = list(_indexed(nodes))
    labelled = [one for one in indexed if one.name.prefix or one.name.suffix]
    for one in indexed:
        candidates = (name for name in plain if name.startswith(one.name.prefix) and name.endswith(one.name.suffix))
        for name in candidates:
            if one.has(name):
                return name, plain[name], one.node
    for at, one in enumerate(labelled):
        for other in labelled[:at]:
            if one.meets(other):
                return str(one.name), other.node, one.node
    return None


def _numbered(nodes: tuple[Node, ...], number: int, steps: tuple[int, ...]) -> tuple[tuple[Node, ...], int]:
    made: list[Node] = []
    for node in nodes:
        if isinstance(node, Repeat):
            each = count_unnamed(node.body.nodes)
            inner, _ = _numbered(node.body.nodes, number, (*steps, each))
            made.append(node._replace(body=node.body.replaced(nodes=inner)))
            number += each * node.count
        elif node.name is AUTO:
            name = Indexed("", number, steps) if steps else str(number)
            made.append(node.named(name) if isinstance(node, Apply) else node._replace(name=name))
            number += 1
        else:
            made.append(node)
    return tuple(made), number


def _readable(nodes: tuple[Node, ...], taken: set[Any], numbered: list[Numbered]) -> tuple[Node, ...]:
    made: list[Node] = []
    counts: Counter[str] = Counter()
    for node in nodes:
        if isinstance(node, Repeat) or not isinstance(node.name, str) or not node.name.isdigit() or has_weights(node):
            made.append(node)
            continue
        word = node.layer.op if isinstance(node, Apply) else snake_case(node.module.name)
        name = ""
        while not name or name in taken or any(one.has(name) for one in numbered):
            counts[word] += 1
            name = word if counts[word] == 1 else f"{word}_{counts[word]}"
        taken.add(name)
        made.append(node._replace(name=name))
    return tuple(made)


def has_weights(node: Apply | Instance) -> bool:
    """Whether the child has entries in the `state_dict`."""
    if isinstance(node, Apply):
        return bool(node.layer.weights or node.layer.buffers)
    return node.module.weighted


def graph_has_weights(graph: Graph) -> bool:
    """Whether anything in a graph has."""
    return any(graph_has_weights(node.body) if isinstance(node, Repeat) else has_weights(node) for node in graph.nodes)


def snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()
