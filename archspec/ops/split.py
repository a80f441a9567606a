"""Operators that take a value apart along an axis. Each part is an output: `left, right: chunk(2)`."""

from typing import Any

from archspec.core.kept import NOTHING
from archspec.core.layer import FunctionCall, Layer
from archspec.core.shape import Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import axis_of, batched, described
from archspec.ops.kinds import Integer, ListOf

_AXIS = Integer(-(2**31))
_AXIS_DOCS = "axis, without the batch: 0 counts channels; negative ones count from the end"


class Chunk(Operator, name="chunk"):
    """Split into a number of parts of equal size along an axis; the last one is smaller where they do not divide.

    [58, 28, 28] in 2 chunks becomes twice [29, 28, 28].

    Example:
        network example {
            input image: [16, 8, 8]
            left, right: chunk(2)
            (right) -> changed: conv(8, 3, padding=1)
            (left, changed) -> concat
            expect [16, 8, 8]
        }
    """

    keeps = NOTHING

    outputs = None
    chunks: int = parameter(Integer(1, 4096), docs="number of parts")
    axis: int = parameter(_AXIS, 0, _AXIS_DOCS)

    def layer(self, x: Shape) -> Layer:
        axis = axis_of(self, x, self.axis)
        size = -(-x[axis] // self.chunks)
        parts = -(-x[axis] // size)
        if parts != self.chunks:
            # torch returns fewer parts without a word
            message = f"axis {axis} of {int(x[axis])} makes {parts} chunks of {size}, not {int(self.chunks)}"
            raise DoesNotFit(message, at="chunks", help="`split` takes the size of each part")
        last = x[axis] - size * (parts - 1)
        outputs = tuple(_part(x, axis, size if at < parts - 1 else last) for at in range(parts))
        call = FunctionCall("chunk", (self.chunks,), {"dim": batched(self.axis)}, "method")
        return Layer(self.name, (x,), outputs, call, view=True)


class Split(Operator, name="split"):
    """Split into parts of given sizes along an axis; the sizes add up to the axis.

    [48, 28, 28] split by [16, 32] becomes [16, 28, 28] and [32, 28, 28].

    Example:
        network example {
            input image: [48, 8, 8]
            narrow, wide: split([16, 32])
            (wide, narrow) -> concat
            expect [48, 8, 8]
        }
    """

    keeps = NOTHING

    outputs = None
    sizes: Any = parameter(ListOf(Integer(), 1), docs="size of each part along the axis")
    axis: int = parameter(_AXIS, 0, _AXIS_DOCS)

    def layer(self, x: Shape) -> Layer:
        axis = axis_of(self, x, self.axis)
        given = sum(self.sizes)
        if given != x[axis]:
            message = f"the sizes add up to {given}, axis {axis} of {described(x)} has {int(x[axis])}"
            hint = f"{abs(x[axis] - given)} too {'many' if given > x[axis] else 'few'}"
            raise DoesNotFit(message, at="sizes", help=hint)
        outputs = tuple(_part(x, axis, size) for size in self.sizes)
        call = FunctionCall("split", (self.sizes,), {"dim": batched(self.axis)}, "method")
        return Layer(self.name, (x,), outputs, call, view=True)


def _part(x: Shape, axis: int, size: int) -> Shape:
    return Shape((*x.sizes[:axis], size, *x.sizes[axis + 1 :]), x.roles)
