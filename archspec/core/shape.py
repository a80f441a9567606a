"""Shapes of single samples: there is no batch axis, and every axis has a role."""

from collections.abc import Iterable, Iterator
from functools import cache

from archspec.core.number import plain

CHANNEL, SPATIAL, SEQUENCE, FEATURE = "c", "s", "t", "f"

_BY_RANK = {0: "", 1: "f", 2: "cs", 3: "css", 4: "csss"}


@cache
def _channel_axis(roles: str) -> int | None:
    at = roles.find(CHANNEL)
    if at < 0:
        at = roles.rfind(FEATURE)
    return None if at < 0 else at


@cache
def _spatial_axes(roles: str) -> tuple[int, ...]:
    return tuple([at for at, role in enumerate(roles) if role == SPATIAL])


@cache
def _spatial_slice(roles: str) -> slice | None:
    """The spatial axes as one piece, as they nearly always are."""
    axes = _spatial_axes(roles)
    whole = range(axes[0], axes[0] + len(axes)) if axes else range(0)
    return slice(whole.start, whole.stop) if axes == tuple(whole) else None


class Shape:
    """The size and role of each axis, e.g. sizes (64, 56, 56) with roles "css".

    Roles are one letter an axis: `c` channel, `s` spatial, `t` sequence (tokens), `f` feature. Sizes are integers that
    may remember their origin (`core.number`); two shapes are equal when their sizes and roles are.
    """

    __slots__ = ("roles", "sizes")

    def __init__(self, sizes: Iterable[int], roles: str | None = None) -> None:
        self.sizes = tuple(sizes)
        self.roles = _BY_RANK.get(len(self.sizes), "f" * len(self.sizes)) if roles is None else roles

    @property
    def rank(self) -> int:
        return len(self.sizes)

    @property
    def channel_axis(self) -> int | None:
        """The axis that counts channels: the channel axis, else the (last) feature axis."""
        return _channel_axis(self.roles)

    @property
    def channels(self) -> int:
        """The size of the channel axis. Raises `LookupError` where there is none."""
        at = _channel_axis(self.roles)
        if at is None:
            raise LookupError("no channel axis")
        return self.sizes[at]

    @property
    def spatial_axes(self) -> tuple[int, ...]:
        return _spatial_axes(self.roles)

    @property
    def spatial(self) -> tuple[int, ...]:
        """The sizes of the spatial axes, in order: (height, width) of an image."""
        piece = _spatial_slice(self.roles)
        return self.sizes[piece] if piece else tuple([self.sizes[at] for at in _spatial_axes(self.roles)])

    @property
    def elements(self) -> int:
        count = 1
        for size in self.sizes:
            count *= size
        return count

    def replace(self, channels: int | None = None, spatial: tuple[int, ...] | None = None) -> "Shape":
        """The same axes with other sizes."""
        sizes = list(self.sizes)
        if channels is not None:
            at = _channel_axis(self.roles)
            assert at is not None
            sizes[at] = channels
        if spatial is not None and spatial != self.spatial:
            for at, size in zip(_spatial_axes(self.roles), spatial, strict=True):
                if sizes[at] != size:  # an unchanged one keeps its memory
                    sizes[at] = size
        return Shape(sizes, self.roles)

    def __iter__(self) -> Iterator[int]:
        return iter(self.sizes)

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, at: int) -> int:
        return self.sizes[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Shape) and self.sizes == other.sizes and self.roles == other.roles

    def __hash__(self) -> int:
        return hash((self.sizes, self.roles))

    def __str__(self) -> str:
        return " × ".join(str(plain(size)) for size in self.sizes) if self.sizes else "scalar"

    def __repr__(self) -> str:
        return f"Shape({[plain(size) for size in self.sizes]}, {self.roles!r})"
