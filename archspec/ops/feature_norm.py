"""Normalisation of each position by itself: over its features."""

from math import prod
from typing import Any

from archspec.core.kept import FLOAT32, INPUT, Kept, Own
from archspec.core.layer import Layer, ModuleCall
from archspec.core.shape import SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import axis_of, changed, described
from archspec.ops.initialisers import initialised
from archspec.ops.kinds import Boolean, Initialiser, Integer, Optional, epsilon

_AXES_DOCS = "how many of the last axes are normalised together"
_AFFINE_DOCS = "learn a scale for each element along the normalised axes"


class LayerNorm(Operator, name="layernorm"):
    """Layer normalisation: the features of each position are brought to mean 0 and variance 1, then scaled and shifted.

        y = (x − mean) / √(variance + eps) · weight + bias

    Mean and variance are taken over the last axis, the features of [tokens, features] or [height, width, channels]; the
    batch plays no part. Of a map with channels in front `axis=0` takes the channels of each pixel. The shape stays.
    Operations for each element: four for mean, variance and normalisation, two for scale and shift.

    Example:
        network example {
            input map: [768, 14, 14]
            layernorm(axis=0)
            rearrange("c h w -> (h w) c")
            residual { layernorm -> linear(768) }
            expect [196, 768]
        }

    Paper: Ba et al., Layer Normalization, 2016.
    """

    precision = "full"

    axes: int = parameter(Integer(), 1, _AXES_DOCS)
    axis: Any = parameter(
        Optional(Integer(-(2**31))), None, "the one axis to normalise: 0 for the channels in front; none: the last"
    )
    eps: float = parameter(epsilon("layernorm"), 1e-5, "added to the variance")
    elementwise_affine: bool = parameter(Boolean(), True, f"{_AFFINE_DOCS}, and a shift")
    bias: bool = parameter(Boolean(), True, "learn the shift too")
    init: Any = parameter(Initialiser(), None, "how the scales start; none starts them at 1")
    bias_init: Any = parameter(Initialiser(), None, "how the shifts start; none starts them at 0")

    def layer(self, x: Shape) -> Layer:
        sizes, in_front = self._normalised(x)
        weights = {"weight": sizes, "bias": sizes} if self.elementwise_affine and self.bias else {}
        if self.elementwise_affine and not self.bias:
            weights = {"weight": sizes}
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x,),
            call=ModuleCall(
                "ChannelLayerNorm" if in_front else "nn.LayerNorm",
                (sizes[0] if len(sizes) == 1 else sizes,),
                changed(self, "eps", "elementwise_affine", "bias"),
            ),
            weights=weights,
            work={"norm": (4 + len(weights)) * x.elements},
            initialisation=initialised(weights, self.init, self.bias_init),
        )

    def _normalised(self, x: Shape) -> tuple[tuple[int, ...], bool]:
        """The sizes of the normalised axes, and whether it is the channels in front."""
        if self.axis is None:
            return last_axes(self, x, self.axes), False
        if self.axes != 1:
            hint = "`axis` names one axis, `axes` counts them from the end"
            raise DoesNotFit("`axis` and `axes` are both given", at="axes", help=hint)
        axis = axis_of(self, x, self.axis)
        if axis not in (0, x.rank - 1):
            message = f"`layernorm` over axis {axis} of {described(x)}, which is neither the first nor the last"
            raise DoesNotFit(message, at="axis", help="bring it to the end: `permute`", rule="AS406")
        return (x[axis],), axis < x.rank - 1

    def kept(self, layer: Layer) -> Kept:
        return _kept(layer, 2, self.axes)


class RMSNorm(Operator, name="rmsnorm"):
    """Root mean square normalisation: the features of each position are divided by their root mean square, then scaled.

        y = x / √(mean of x² + eps) · weight

    Over the last axis, as `layernorm`, whose mean it leaves out. The shape stays. Operations for each element: one for
    the sum of squares, one for the division, one for the scale.

    Example:
        network example {
            input features: [768]
            residual { rmsnorm -> linear(768, bias=false) }
            expect [768]
        }

    Paper: Zhang and Sennrich, Root Mean Square Layer Normalization, 2019.
    """

    precision = "full"

    axes: int = parameter(Integer(), 1, _AXES_DOCS)
    eps: Any = parameter(
        Optional(epsilon("rmsnorm")), None, "added to the mean of the squares; none takes the precision of the type"
    )
    elementwise_affine: bool = parameter(Boolean(), True, _AFFINE_DOCS)
    init: Any = parameter(Initialiser(), None, "how the scales start; none starts them at 1")

    def layer(self, x: Shape) -> Layer:
        sizes = last_axes(self, x, self.axes)
        weights = {"weight": sizes} if self.elementwise_affine else {}
        keywords = changed(self, "eps", "elementwise_affine")
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x,),
            call=ModuleCall("nn.RMSNorm", (sizes[0] if len(sizes) == 1 else sizes,), keywords),
            weights=weights,
            work={"norm": (2 + len(weights)) * x.elements},
            initialisation=initialised(weights, self.init, None),
        )

    def kept(self, layer: Layer) -> Kept:
        return _kept(layer, 1, self.axes)


def _kept(layer: Layer, statistics: int, axes: int) -> Kept:
    """The input, and so many statistics for each position, in float32."""
    x = layer.inputs[0]
    channels_in_front = isinstance(layer.call, ModuleCall) and layer.call.target == "ChannelLayerNorm"
    normalised = x[0] if channels_in_front else prod(x.sizes[x.rank - axes :])
    return INPUT._replace(own=(Own("statistics", statistics * (x.elements // normalised), 0, FLOAT32),))


def last_axes(op: Operator, x: Shape, count: int) -> tuple[int, ...]:
    """The sizes of the last axes. Raises `DoesNotFit` where there are fewer, or where the last is a map's width."""
    if count > x.rank:
        message = f"`{op.name}` over {int(count)} axes of {described(x)}"
        raise DoesNotFit(message, at="axes", inputs=(0,), help=f"it has {x.rank}", rule="AS406")
    if count < x.rank and SPATIAL in x.roles and x.roles[-1] == SPATIAL:
        last = "length" if len(x.spatial) == 1 else "width"
        message = f"`{op.name}` on a map of {described(x)} would normalise along its {last} of {int(x[-1])}"
        axis = "`layernorm(axis=0)` takes the channels of each pixel, " if op.name == "layernorm" else ""
        hint = f"{axis}`axes={x.rank}` the whole map, `permute` puts the channels last"
        raise DoesNotFit(message, inputs=(0,), help=hint, rule="AS405")
    return x.sizes[x.rank - count :]
