"""Pooling to a given output size, whatever the input's: adaptive windows, or the whole map."""

from math import gcd, prod
from typing import Any

from archspec.core.geometry import Adaptive, Whole
from archspec.core.kept import INPUT, INT64, NOTHING, Kept, Own
from archspec.core.layer import Layer, ModuleCall
from archspec.core.shape import Shape
from archspec.ops.base import Operator, parameter
from archspec.ops.fitting import compact, per_axis, spatial_rank
from archspec.ops.kinds import Integer, PerAxis


class AdaptiveAvgPool(Operator, name="adaptive_avgpool"):
    """Mean over as many windows as the output has pixels, spread evenly over the input.

    [channels, *sizes] becomes [channels, *out]. Along each spatial axis output i reads the pixels from
    ⌊i · input / out⌋ up to, not including, ⌈(i + 1) · input / out⌉: windows overlap where `out` does not divide the
    input.

    Example:
        network example {
            input image: [512, 14, 14]
            adaptive_avgpool(7)
            expect [512, 7, 7]
        }
    """

    out: Any = parameter(PerAxis(Integer()), docs="size of the output in pixels")

    def layer(self, x: Shape) -> Layer:
        return _adaptive(self, x, self.out, "Avg")

    def kept(self, layer: Layer) -> Kept:
        """The input; a mean over all of it keeps nothing."""
        return NOTHING if prod(layer.output.spatial) == 1 else INPUT


class AdaptiveMaxPool(Operator, name="adaptive_maxpool"):
    """Maximum over as many windows as the output has pixels, spread evenly over the input.

    [channels, *sizes] becomes [channels, *out]; the windows are those of `adaptive_avgpool`.

    Example:
        network example {
            input image: [512, 14, 14]
            adaptive_maxpool(7)
            expect [512, 7, 7]
        }
    """

    out: Any = parameter(PerAxis(Integer()), docs="size of the output in pixels")

    def layer(self, x: Shape) -> Layer:
        return _adaptive(self, x, self.out, "Max")

    def kept(self, layer: Layer) -> Kept:
        return _with_indices(layer)


class GlobalAvgPool(Operator, name="global_avgpool"):
    """Mean over the whole map: one number for each channel.

    [channels, *sizes] becomes [channels, 1, 1] (an image; one 1 for each spatial axis). `flatten` drops the ones.

    Example:
        network example {
            input image: [512, 7, 7]
            global_avgpool -> flatten
            expect [512]
        }

    Paper: Lin et al., Network in Network, 2013.
    """

    keeps = NOTHING

    def layer(self, x: Shape) -> Layer:
        return _global(self, x, "Avg")


class GlobalMaxPool(Operator, name="global_maxpool"):
    """Maximum over the whole map: one number for each channel.

    [channels, *sizes] becomes [channels, 1, 1] (an image; one 1 for each spatial axis). `flatten` drops the ones.

    Example:
        network example {
            input image: [512, 7, 7]
            global_maxpool -> flatten
            expect [512]
        }
    """

    def layer(self, x: Shape) -> Layer:
        return _global(self, x, "Max")

    def kept(self, layer: Layer) -> Kept:
        return _with_indices(layer)


def _adaptive(op: Operator, x: Shape, out: Any, kind: str) -> Layer:
    axes = spatial_rank(op, x)
    sizes = per_axis(out, axes, "out")
    windows = tuple(Adaptive(size) for size in sizes)
    read = prod(pixels_read(size, count) for size, count in zip(x.spatial, sizes, strict=True))
    return Layer(
        op=op.name,
        inputs=(x,),
        outputs=(x.replace(spatial=sizes),),
        call=ModuleCall(f"nn.Adaptive{kind}Pool{axes}d", (compact(sizes),)),
        work={"pool": x.channels * read},
        windows=windows,
    )


def _with_indices(layer: Layer) -> Kept:
    return INPUT._replace(own=(Own("indices", layer.output.elements, 0, INT64),))


def pixels_read(size: int, out: int) -> int:
    """How many pixels all the windows along an axis read together.

    Window i ends where the next begins, one pixel later where the boundary (i + 1) · size / out is no integer. Of the
    `out` boundaries, those at multiples of out / gcd are integers.
    """
    return size + out - gcd(size, out)


def _global(op: Operator, x: Shape, kind: str) -> Layer:
    axes = spatial_rank(op, x)
    return Layer(
        op=op.name,
        inputs=(x,),
        outputs=(x.replace(spatial=(1,) * axes),),
        call=ModuleCall(f"nn.Adaptive{kind}Pool{axes}d", (1,)),
        work={"pool": x.elements},
        windows=(Whole(),) * axes,
    )
