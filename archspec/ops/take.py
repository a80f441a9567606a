"""Operators that take a part of an axis, or move it round."""

from typing import Any

from archspec.core.geometry import Rolled, Sliding
from archspec.core.kept import NOTHING
from archspec.core.layer import Cut, FunctionCall, Layer
from archspec.core.shape import SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import axes_of, axis_of, batched, described, kept
from archspec.ops.kinds import Integer, OneOrMore, Optional

_ANY = Integer(-(2**31))
_AXIS_DOCS = "axis, without the batch: 0 counts channels, or tokens; negative ones count from the end"


class Select(Operator, name="select"):
    """Take one position of an axis; the axis is gone.

    `select(0)` of [tokens, features] is [features], those of the first token.

    Example:
        network example {
            input map: [768, 14, 14]
            rearrange("c h w -> (h w) c") -> select(0) -> linear(1000)
            expect [1000]
        }
    """

    keeps = NOTHING

    index: int = parameter(_ANY, docs="the position, from 0; negative ones count from the end")
    axis: int = parameter(_ANY, 0, _AXIS_DOCS)

    def layer(self, x: Shape) -> Layer:
        axis = axis_of(self, x, self.axis)
        size = x[axis]
        if not -size <= self.index < size:
            message = f"`select` has no position {int(self.index)} on axis {axis} of {described(x)}"
            raise DoesNotFit(message, at="index", help=f"{-int(size)} to {int(size) - 1}")
        at = int(self.index) % size
        output = kept(x, x.sizes[:axis] + x.sizes[axis + 1 :], x.roles[:axis] + x.roles[axis + 1 :])
        window = Sliding(1, before=-at, after=at + 1 - size)
        call = FunctionCall("", (*[Cut()] * axis, self.index), {}, "index")
        return Layer(self.name, (x,), (output,), call, windows=_along(x, axis, window), view=True)


class Slice(Operator, name="slice"):
    """Take the positions of an axis from `start` up to, not including, `stop`.

    `slice(0, 16)` of [64, 28, 28] is [16, 28, 28]. Negative positions count from the end; with a step of 2 every other
    position is left out.

    Example:
        network example {
            input image: [64, 28, 28]
            slice(0, 16)
            expect [16, 28, 28]
        }
    """

    keeps = NOTHING

    start: int = parameter(_ANY, 0, "the first position; negative ones count from the end")
    stop: Any = parameter(Optional(_ANY), None, "the position after the last one; none takes all that follow")
    step: int = parameter(Integer(), 1, "distance from one position to the next")
    axis: int = parameter(_ANY, 0, _AXIS_DOCS)

    def layer(self, x: Shape) -> Layer:
        axis = axis_of(self, x, self.axis)
        size = x[axis]
        start, stop, step = slice(self.start, self.stop, self.step).indices(size)
        taken = len(range(start, stop, step))
        if not taken:
            message = f"`slice` from {start} to {stop} takes nothing of axis {axis} of {int(size)}"
            raise DoesNotFit(message, at="stop" if self.stop is not None else "start", rule="AS403")
        sizes = (*x.sizes[:axis], size if taken == size else taken, *x.sizes[axis + 1 :])
        last = start + (taken - 1) * step
        window = Sliding(1, stride=self.step, before=-start, after=last + 1 - size)
        cut = Cut(self.start or None, self.stop, self.step if self.step != 1 else None)
        call = FunctionCall("", (*[Cut()] * axis, cut), {}, "index")
        return Layer(self.name, (x,), (Shape(sizes, x.roles),), call, windows=_along(x, axis, window), view=True)


class Roll(Operator, name="roll"):
    """Shift the positions of axes; what leaves at one end enters at the other.

    The shape stays. `roll([-3, -3], axes=[0, 1])` moves a [height, width, channels] map up and to the left by three.

    Example:
        network example {
            input image: [16, 8, 8]
            roll([2, 2], axes=[1, 2])
            expect [16, 8, 8]
        }
    """

    keeps = NOTHING

    shifts: Any = parameter(OneOrMore(_ANY), docs="how far positions move along each of the axes")
    axes: Any = parameter(OneOrMore(_ANY), docs="the axes, without the batch, one for each shift")

    def layer(self, x: Shape) -> Layer:
        if len(self.shifts) != len(self.axes):
            message = f"`shifts` has {len(self.shifts)} entries, `axes` {len(self.axes)}"
            raise DoesNotFit(message, at="shifts", help="one shift for each axis")
        moved = dict(zip(axes_of(self, x, self.axes), self.shifts, strict=True))
        windows = tuple(Rolled(int(moved.get(axis, 0))) for axis in x.spatial_axes)
        call = FunctionCall("roll", (self.shifts, tuple(batched(axis) for axis in self.axes)), {}, "method")
        return Layer(self.name, (x,), (x,), call, windows=windows if any(one.by for one in windows) else ())


def _along(x: Shape, axis: int, window: Sliding) -> tuple[Sliding, ...]:
    """The windows of an operator that looks so along one axis and leaves the others as they are."""
    if x.roles[axis] != SPATIAL:
        return ()
    return tuple(window if at == axis else Sliding(1) for at in x.spatial_axes)
