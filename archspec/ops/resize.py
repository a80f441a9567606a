"""Interpolation to another size."""

from math import floor, prod
from typing import Any

from archspec.core.geometry import Adaptive, Resize
from archspec.core.kept import NOTHING
from archspec.core.layer import Layer, ModuleCall
from archspec.core.number import derived
from archspec.core.shape import Shape
from archspec.ops.adaptive_pool import pixels_read
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import AXES, compact, options, per_axis, spatial_rank
from archspec.ops.kinds import Boolean, Choice, Integer, Optional, PerAxis, Real

_MODES = ("nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic", "area")
_RANKS = {"linear": 1, "bilinear": 2, "trilinear": 3, "bicubic": 2}
_TAPS = {"linear": 2, "bilinear": 2, "trilinear": 2, "bicubic": 4}  # pixels read along each axis for one output


class Upsample(Operator, name="upsample"):
    """Interpolate to another size, given as a factor or outright.

    [channels, *sizes] becomes [channels, *⌊size · scale⌋]. "nearest" copies a pixel; "linear" (one axis), "bilinear"
    (two) and "trilinear" (three) weigh 2 pixels along each axis, "bicubic" 4; "area" is the mean of `adaptive_avgpool`.

    Example:
        network example {
            input image: [64, 28, 28]
            upsample(2, mode="bilinear")
            expect [64, 56, 56]
        }
    """

    keeps = NOTHING
    precision = "full"

    scale: Any = parameter(
        Optional(PerAxis(Real(0.0, 2.0**31, above=True))), None, "factor on the size of each axis; or give `size`"
    )
    size: Any = parameter(Optional(PerAxis(Integer())), None, "size of the output in pixels; or give `scale`")
    mode: str = parameter(Choice(_MODES), "nearest", "how pixels between those of the input are made")
    align_corners: bool = parameter(
        Boolean(), False, "put the corner pixels of output and input onto each other; for the linear and cubic modes"
    )

    def layer(self, x: Shape) -> Layer:
        axes = spatial_rank(self, x)
        self._check(axes)
        keywords = options(mode=(self.mode, "nearest"), align_corners=(self.align_corners, False))
        if self.size is not None:
            sizes = per_axis(self.size, axes, "size")
            windows = tuple(self._window(size, None) for size in sizes)
            keywords = {"size": compact(sizes), **keywords}
        else:
            scales = per_axis(self.scale, axes, "scale")
            sizes = tuple(self._scaled(*axis) for axis in zip(AXES[axes], x.spatial, scales, strict=True))
            windows = tuple(self._window(*axis) for axis in zip(sizes, scales, strict=True))
            keywords = {"scale_factor": compact(scales), **keywords}
        output = x.replace(spatial=sizes)
        taps = prod(_TAPS.get(self.mode, 0) for _ in sizes)
        work = {"resize": output.elements * taps} if taps else {}
        if self.mode == "area":
            work = {"pool": x.channels * prod(pixels_read(*axis) for axis in zip(x.spatial, sizes, strict=True))}
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(output,),
            call=ModuleCall("nn.Upsample", (), keywords),
            work=work,
            windows=windows,
        )

    def _window(self, size: int, scale: float | None) -> Resize | Adaptive:
        if self.mode == "area":
            return Adaptive(size)
        from fractions import Fraction

        return Resize(size, self.mode, self.align_corners, None if scale is None else Fraction(scale))

    def _scaled(self, axis: str, size: int, scale: float) -> int:
        if isinstance(scale, int):
            made: int = derived(size * scale, "*", size, scale)
        else:
            made = floor(size * scale)
        if made < 1:
            message = f"`scale` of {scale:g} leaves nothing of the input's {axis} of {int(size)}"
            notes = (f"⌊{int(size)} · {scale:g}⌋ = {made}",)
            raise DoesNotFit(message, at="scale", notes=notes, help=f"at least {1 / size:.2g}", rule="AS403")
        return made

    def _check(self, axes: int) -> None:
        if (self.size is None) == (self.scale is None):
            given = "neither is given" if self.size is None else "both are given"
            at = "" if self.size is None else "size"
            raise DoesNotFit(f"`upsample` takes `scale` or `size`: {given}", at=at, help="write e.g. `upsample(2)`")
        wanted = _RANKS.get(self.mode, axes)
        if wanted != axes:
            fitting = [f'"{mode}"' for mode in _MODES if _RANKS.get(mode, axes) == axes]
            along = "1 spatial axis" if wanted == 1 else f"{wanted} spatial axes"
            message = f'mode "{self.mode}" interpolates along {along}, the input has {axes}'
            raise DoesNotFit(message, at="mode", help=f"one of {', '.join(fitting)}", rule="AS406")
        if self.align_corners and self.mode not in _TAPS:
            message = f'`align_corners` has no meaning for mode "{self.mode}"'
            raise DoesNotFit(message, at="align_corners", help="it goes with the linear and cubic modes")
