"""Families of shapes: one shape for each of many input sizes, axis by axis."""

from collections.abc import Sequence
from typing import NamedTuple

from archspec.core.shape import Shape

Axis = int | tuple[int, ...]


class Family(NamedTuple):
    """A shape for each row. An axis whose size is the same in all of them is a number, another one a column."""

    axes: tuple[Axis, ...]
    roles: str

    @property
    def varying(self) -> str:
        """The roles of the axes whose sizes differ from row to row."""
        return "".join(role for axis, role in zip(self.axes, self.roles, strict=True) if type(axis) is tuple)

    def sizes(self, row: int) -> tuple[int, ...]:
        return tuple(axis[row] if type(axis) is tuple else axis for axis in self.axes)  # type: ignore[misc]

    def shape(self, row: int) -> Shape:
        return Shape(self.sizes(row), self.roles)

    def take(self, rows: Sequence[int]) -> "Family":
        """The family of some of the rows, in that order."""
        return made((_taken(axis, rows) for axis in self.axes), self.roles)


def _taken(axis: Axis, rows: Sequence[int]) -> Axis:
    return tuple([axis[row] for row in rows]) if type(axis) is tuple else axis


def constant(shape: Shape) -> Family:
    return Family(tuple(int(size) for size in shape.sizes), shape.roles)


def made(axes: object, roles: str) -> Family:
    """A family of these axes in its one form: a column that does not vary is a number."""
    return Family(tuple(_plain(axis) for axis in axes), roles)  # type: ignore[attr-defined]


def _plain(axis: Axis) -> Axis:
    if type(axis) is tuple and axis and axis.count(axis[0]) == len(axis):
        return axis[0]
    return axis


def distinct(families: Sequence[Family], rows: Sequence[int]) -> tuple[list[int], list[int]]:
    """Rows of which each has other sizes, and for each of the given rows which of those it equals, by position."""
    columns = list(dict.fromkeys(axis for one in families for axis in one.axes if type(axis) is tuple))
    if not columns:
        return [rows[0]] if rows else [], [0] * len(rows)
    if len(columns) == 1:
        column = columns[0]
        keys: list[object] = [column[row] for row in rows]
    else:
        keys = [tuple(column[row] for column in columns) for row in rows]
    places: dict[object, int] = {}
    chosen: list[int] = []
    which: list[int] = []
    for row, key in zip(rows, keys, strict=True):
        at = places.setdefault(key, len(chosen))
        if at == len(chosen):
            chosen.append(row)
        which.append(at)
    return chosen, which
