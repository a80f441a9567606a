"""Which edges of a scene are its trunk, and which skip over others."""

from collections.abc import Collection

from archspec.emit.diagram.scene import Edge


def marked(edges: list[Edge], entries: Collection[str]) -> tuple[Edge, ...]:
    """The edges with `skip` and `trunk` filled in. There is no cycle among them.

    Entries are looked through: a way into a frame is a skip if all that goes on from its entry is.
    """
    after: dict[str, list[str]] = {}
    for edge in edges:
        after.setdefault(edge.source, []).append(edge.target)
        after.setdefault(edge.target, [])
    order = _in_order(after)
    beyond, below = _beyond(after, order)
    above = dict.fromkeys(after, 0)
    for box in order:
        for target in after[box]:
            above[target] = max(above[target], above[box] + 1)
    deepest: dict[str, Edge] = {}  # by target: the edge that ends the longest way to it
    longest: dict[str, Edge] = {}  # by source: the edge that begins the longest way from it
    for edge in edges:
        if edge.target not in deepest or above[edge.source] > above[deepest[edge.target].source]:
            deepest[edge.target] = edge
        if edge.source not in longest or below[edge.target] > below[longest[edge.source].target]:
            longest[edge.source] = edge
    bits = {box: 1 << at for at, box in enumerate(order)}
    origins: dict[str, str] = {}  # by entry: the box that its value comes from
    for edge in sorted(edges, key=lambda one: above[one.target]):
        if edge.target in entries:
            origins[edge.target] = origins.get(edge.source, edge.source)

    def is_skip(source: str, target: str) -> bool:
        if target in entries and after[target]:
            return all(is_skip(source, one) for one in after[target])
        start = origins.get(source, source)
        return any(beyond[one] & bits[target] for one in _reached(start, after, entries) if one != target)

    return tuple(
        edge._replace(
            skip=is_skip(edge.source, edge.target),
            trunk=deepest[edge.target] is edge and longest[edge.source] is edge,
        )
        for edge in edges
    )


def _reached(box: str, after: dict[str, list[str]], entries: Collection[str]) -> list[str]:
    """The boxes that a box leads to at once, through entries."""
    found: list[str] = []
    waiting = list(after[box])
    while waiting:
        target = waiting.pop()
        if target in entries:
            waiting.extend(after[target])
        else:
            found.append(target)
    return found


def _beyond(after: dict[str, list[str]], order: list[str]) -> tuple[dict[str, int], dict[str, int]]:
    """What each box leads to, as bits by place in the order, itself among them; and the longest way from it."""
    beyond: dict[str, int] = {}
    below: dict[str, int] = {}
    for at in range(len(order) - 1, -1, -1):
        seen, longest = 1 << at, 0
        for target in after[order[at]]:
            seen |= beyond[target]
            longest = max(longest, below[target] + 1)
        beyond[order[at]], below[order[at]] = seen, longest
    return beyond, below


def _in_order(after: dict[str, list[str]]) -> list[str]:
    """The boxes such that each comes before those it leads to."""
    waiting = dict.fromkeys(after, 0)
    for targets in after.values():
        for target in targets:
            waiting[target] += 1
    ready = [box for box, count in waiting.items() if count == 0]
    order: list[str] = []
    while ready:
        box = ready.pop()
        order.append(box)
        for target in after[box]:
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    return order
