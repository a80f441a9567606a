"""Which edges of a scene are its trunk, and which skip over others."""

from archspec.emit.scene import Edge


def marked(edges: list[Edge]) -> tuple[Edge, ...]:
    """The edges with `skip` and `trunk` filled in. There is no cycle among them."""
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

    def is_skip(edge: Edge) -> bool:
        return any(beyond[box] & bits[edge.target] for box in after[edge.source] if box != edge.target)

    return tuple(
        edge._replace(skip=is_skip(edge), trunk=deepest[edge.target] is edge and longest[edge.source] is edge)
        for edge in edges
    )


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
