"""How much of the image a network sees before its head brings the positions together."""

from typing import NamedTuple

from archspec.analysis.flat import Row, rows
from archspec.design import Module
from archspec.lints.subject import Here

_POOLS = frozenset({"global_avgpool", "global_maxpool", "adaptive_avgpool", "adaptive_maxpool", "mean", "max", "sum"})


class Before(NamedTuple):
    """The local layer with the largest receptive field, and the one by which all positions come together, if one does.

    sizes: its receptive field along each axis, in pixels of the input
    """

    widest: Row
    sizes: tuple[int, ...]
    head: Row | None

    @property
    def averaged(self) -> bool:
        """Whether positions are pooled, or never meet: then nothing larger than the field can be told apart."""
        return self.head is None or self.head.layer.op in _POOLS


def image_size(root: Module) -> tuple[int, ...]:
    """The spatial sizes of the first input; empty where there are none, or one position alone: a code is no image."""
    sizes = tuple(int(size) for size in root.input_shapes[0].spatial) if root.input_shapes else ()
    return sizes if any(size > 1 for size in sizes) else ()


def before_head(here: Here) -> Before | None:
    """What a network sees of its first input before its head; none where that is no image, or no layer is local."""
    if "before head" not in here.known:
        here.known["before head"] = _before_head(here)
    made: Before | None = here.known["before head"]
    return made


def _before_head(here: Here) -> Before | None:
    if not image_size(here.root):
        return None
    widest: Row | None = None
    sizes: tuple[int, ...] = ()
    head: Row | None = None
    for row in rows(here.root, fold=True):
        seen = row.view.get(0)
        if seen is None or not row.runs:
            continue
        if seen.is_global:
            if row.layer.output.spatial and all(int(size) > 1 for size in row.layer.output.spatial):
                continue  # attention over a map, or the like: positions stay apart
            head = head or row
            continue
        head = None  # positions go on apart: what brought them together was a gate beside them
        found = tuple(field.size for field in seen.fields if field is not None)
        if row.layer.windows and (widest is None or min(found) > min(sizes)):
            widest, sizes = row, found
    return None if widest is None else Before(widest, sizes, head)
