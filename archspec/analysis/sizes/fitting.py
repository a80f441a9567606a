"""The input sizes that fit, for each spatial axis: the others of an input stay as they are."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from archspec.analysis.sizes.family import Axis, Family, constant, made
from archspec.analysis.sizes.progression import Period, period
from archspec.analysis.sizes.through import Asked, Otherwise, Refusal
from archspec.analysis.sizes.walk import Result, Walk
from archspec.core.diagnostic import Diagnostic
from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.shape import Shape
from archspec.design import Module
from archspec.ops.fitting import AXES

LARGEST = 1024  # looked at unless told otherwise, if twice the present size is not more
MOST = 65_536  # sizes looked at in one go


class Refused(NamedTuple):
    """Sizes for which the network cannot be built: the rule that they break, the layer or block, and the first one's
    message."""

    code: str
    path: str
    message: str
    sizes: tuple[int, ...]


class Short(NamedTuple):
    """Sizes that a layer does not read to the end. `period` speaks of them among those that work at all."""

    path: str
    sizes: tuple[int, ...]
    period: Period | None


class AxisSizes(NamedTuple):
    """What is known of the sizes from `low` to `high` along one axis of the inputs that share it.

    sizes:    those that fit
    refused:  those that do not work at all, by cause
    short:    those that work, but of which a layer leaves something out, by layer
    weighted: layers whose weights depend on the size
    period:   of fitting, among the larger sizes
    """

    axis: str
    inputs: tuple[str, ...]
    present: int
    low: int
    high: int
    strict: bool
    sizes: tuple[int, ...]
    refused: tuple[Refused, ...]
    short: tuple[Short, ...]
    weighted: tuple[str, ...]
    period: Period | None

    @property
    def below(self) -> int | None:
        """The nearest size that fits below the present one."""
        return max((size for size in self.sizes if size < self.present), default=None)

    @property
    def above(self) -> int | None:
        """The nearest size that fits above the present one."""
        return min((size for size in self.sizes if size > self.present), default=None)


def fitting(
    module: Module,
    again: Callable[[Module, tuple[Shape, ...]], Module | Diagnostic],
    low: int = 1,
    high: int = 0,
    strict: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[AxisSizes, ...]:
    """The sizes that fit along each spatial axis, from `low` to `high`; see `AxisSizes`. Raises `ValueError`."""

    def tried(block: Module, shapes: tuple[Shape, ...]) -> Module | Refusal:
        found = again(block, shapes)
        return Refusal(found.rule.code, found.path, found.message) if isinstance(found, Diagnostic) else found

    axes = list(_axes(module))
    return tuple(
        _along(module, Walk(tried, Asked(at, len(axes), strict, limits)), axis, places, low, high)
        for at, (axis, places) in enumerate(axes)
    )


def _axes(module: Module) -> Iterator[tuple[tuple[str, int], dict[int, int]]]:
    """Each axis by its name and size, with where it stands: the number of the axis, by the number of the input.

    Inputs of several values that have the same axis of the same size share it: they grow together.
    """
    first = next((x for x in module.input_shapes if x.spatial), None)
    if first is None:
        return
    for at, name in enumerate(AXES[len(first.spatial)]):
        size = int(first.spatial[at])
        places = {
            number: x.spatial_axes[at]
            for number, x in enumerate(module.input_shapes)
            if len(x.spatial) == len(first.spatial) and x.spatial[at] == size
        }
        yield (name, size), places


def _along(module: Module, walk: Walk, axis: tuple[str, int], places: dict[int, int], low: int, high: int) -> AxisSizes:
    high = high or max(LARGEST, 2 * axis[1])
    if not 1 <= low <= high:
        raise ValueError(f"sizes from {low} to {high} are none")
    if high - low >= MOST:
        raise ValueError(f"{high - low + 1} sizes are too many; the limit is {MOST}")
    column = tuple(range(low, high + 1))
    inputs = [_input(x, places.get(at), column) for at, x in enumerate(module.input_shapes)]
    try:
        result = walk.module(module, inputs, len(column))
    except Otherwise:
        result = walk.each(module, inputs, len(column), final=True)
    bad = set(result.refused)
    short = {path: [row for row in rows if row not in bad] for path, rows in result.short.items()}
    bad.update(row for rows in short.values() for row in rows)
    marks = bytes(row in bad for row in range(len(column)))
    return AxisSizes(
        axis=axis[0],
        inputs=tuple(module.inputs[at] for at in places),
        present=axis[1],
        low=low,
        high=high,
        strict=walk.asked.strict,
        sizes=tuple(size for size, one in zip(column, marks, strict=True) if not one),
        refused=_causes(result, low),
        short=tuple(_short(path, rows, len(column), low) for path, rows in short.items() if rows),
        weighted=tuple(result.weighted),
        period=period(marks, low),
    )


def _input(x: Shape, axis: int | None, column: tuple[int, ...]) -> Family:
    if axis is None:
        return constant(x)
    axes: list[Axis] = [int(size) for size in x.sizes]
    axes[axis] = column
    return made(axes, x.roles)


def _short(path: str, rows: list[int], count: int, low: int) -> Short:
    marks = bytearray(count)
    for row in rows:
        marks[row] = 1
    return Short(path, tuple(low + row for row in rows), period(bytes(marks), low))


def _causes(result: Result, low: int) -> tuple[Refused, ...]:
    found: dict[tuple[str, str], tuple[str, list[int]]] = {}
    for row, one in sorted(result.refused.items()):
        found.setdefault((one.code, one.path), (one.message, []))[1].append(low + row)
    return tuple(Refused(code, path, words, tuple(sizes)) for (code, path), (words, sizes) in found.items())
