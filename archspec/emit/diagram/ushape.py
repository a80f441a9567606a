"""Networks in the form of a U: down to small maps, up to large ones, and skips from side to side at each level."""

from itertools import pairwise
from math import prod
from typing import NamedTuple

from archspec.emit.diagram.palette import INPUT, OUTPUT
from archspec.emit.diagram.scene import Box, Edge, Scene


class UShape(NamedTuple):
    """Which boxes stand on which side, by their ids, and the edges from side to side, the outermost first.

    The last box on the left is the bottom; what leads from there to the right goes up.
    """

    left: frozenset[str]
    right: frozenset[str]
    levels: tuple[Edge, ...]


def u_shape(scene: Scene) -> UShape | None:
    """The form of a scene without frames, if it is a U: two levels or more, each within the one above."""
    at: dict[str, int] = {}
    sizes: list[int] = []
    for child in scene.children:
        if type(child) is not Box:
            return None
        at[child.id] = len(sizes)
        size = prod(int(one) for one in child.outputs[0].spatial) if child.outputs and child.outputs[0].spatial else 0
        sizes.append(0 if child.kind in (INPUT, OUTPUT) else size)
    least = min((size for size in sizes if size), default=0)
    if not least:
        return None
    bottom = len(sizes) - 1 - sizes[::-1].index(least)
    across = [edge for edge in scene.edges if at[edge.source] < bottom < at[edge.target]]
    across.sort(key=lambda edge: at[edge.source])
    if len(across) < 2 or not all(edge.skip and edge.shape.spatial for edge in across):
        return None
    for outer, inner in pairwise(across):
        larger = prod(int(one) for one in outer.shape.spatial) > prod(int(one) for one in inner.shape.spatial)
        if at[outer.source] >= at[inner.source] or at[outer.target] <= at[inner.target] or not larger:
            return None
    ids = list(at)
    return UShape(frozenset(ids[: bottom + 1]), frozenset(ids[bottom + 1 :]), tuple(across))
