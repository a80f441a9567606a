"""Sums, means and maxima over whole axes."""

from typing import Any, ClassVar

from archspec.core.geometry import Sliding, Whole
from archspec.core.kept import ALL, NOTHING
from archspec.core.layer import FunctionCall, Layer
from archspec.core.shape import SEQUENCE, SPATIAL, Shape
from archspec.ops.base import Operator, parameter
from archspec.ops.fitting import axes_of, batched, compact, kept
from archspec.ops.kinds import Boolean, Integer, OneOrMore


class Reduction(Operator):
    """One number of all along some axes; one operation is counted for each element that enters."""

    target: ClassVar[str] = ""
    axes: Any = parameter(
        OneOrMore(Integer(-(2**31))), docs="the axis or axes, without the batch; negative ones count from the end"
    )
    keepdim: bool = parameter(Boolean(), False, "keep each of the axes with a size of 1")

    def layer(self, x: Shape) -> Layer:
        axes = axes_of(self, x, self.axes)
        if self.keepdim:
            output = Shape((1 if axis in axes else size for axis, size in enumerate(x.sizes)), x.roles)
        else:
            left = [axis for axis in range(x.rank) if axis not in axes]
            output = kept(x, (x[axis] for axis in left), "".join(x.roles[axis] for axis in left))
        windows = tuple(Whole() if axis in axes else Sliding(1) for axis in x.spatial_axes)
        dim = compact(tuple(batched(axis) for axis in self.axes)) if len(axes) == 1 else tuple(map(batched, self.axes))
        keywords = {"dim": dim, **({"keepdim": True} if self.keepdim else {})}
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(output,),
            call=FunctionCall(self.target, (), keywords, "method"),
            work={"pool": x.elements},
            windows=windows if any(x.roles[axis] == SPATIAL for axis in axes) else (),
            mixes=any(x.roles[axis] == SEQUENCE for axis in axes),
        )


class Sum(Reduction, name="sum"):
    """Sum over whole axes.

    `sum(0)` of [channels, height, width] is [height, width].

    Example:
        network example {
            input map: [16, 8, 8]
            sum(0)
            expect [8, 8]
        }
    """

    keeps = NOTHING
    precision = "full"
    target = "sum"


class Mean(Reduction, name="mean"):
    """Mean over whole axes.

    `mean([1, 2])` of [channels, height, width] is [channels], as `global_avgpool -> flatten`.

    Example:
        network example {
            input map: [768, 14, 14]
            rearrange("c h w -> (h w) c") -> mean(0) -> linear(1000)
            expect [1000]
        }
    """

    keeps = NOTHING
    target = "mean"


class Max(Reduction, name="max"):
    """Maximum over whole axes.

    `max([1, 2])` of [channels, height, width] is [channels], as `global_maxpool -> flatten`.

    Example:
        network example {
            input map: [768, 14, 14]
            rearrange("c h w -> (h w) c") -> max(0) -> linear(1000)
            expect [1000]
        }
    """

    keeps = ALL
    target = "amax"
