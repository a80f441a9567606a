"""Which names a text reads, and which of them other files read."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from archspec.core.source import Span
from archspec.elaborate.scope import FileScope
from archspec.syntax import tree


def below(items: Iterable[Any]) -> Iterator[Any]:
    """Every node of these, themselves among them."""
    stack = [item for item in items if item is not None]
    while stack:
        node = stack.pop()
        if isinstance(node, Span):
            continue
        if hasattr(node, "span"):
            yield node
        stack.extend(part for part in node if isinstance(part, tuple))


def names_read(items: Iterable[Any]) -> frozenset[str]:
    """The names that stand in these, wherever a name is read; imports read none."""
    kept = (item for item in items if not isinstance(item, tree.Import))
    return frozenset(node.id for node in below(kept) if isinstance(node, tree.Name))


def exported(readers: Sequence[FileScope]) -> frozenset[tuple[int, str]]:
    """What other files import: the scope of the file it comes from, by identity, and the name there."""
    return frozenset((id(home), name) for scope in readers for home, name in scope.imported.values())
