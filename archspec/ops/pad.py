"""Padding and cropping."""

from typing import Any

from archspec.core.geometry import Sliding
from archspec.core.kept import INPUT, NOTHING, Kept
from archspec.core.layer import Layer, ModuleCall
from archspec.core.shape import Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import AXES, Pair, compact, sides, slide, spatial_rank
from archspec.ops.kinds import Choice, Padding, Real

_TARGETS = {"reflect": "Reflection", "replicate": "Replication", "circular": "Circular"}
_ROOM = {"reflect": -1, "circular": 0}  # how much wider than the input padding may be


class Pad(Operator, name="pad"):
    """Add pixels at the borders of a map, or take some away where the padding is negative.

    [channels, *sizes] becomes [channels, *(before + size + after)]. "constant" fills in a number, 0 unless told
    otherwise, "reflect" mirrors the map at its border pixels, "replicate" repeats them, "circular" goes on at the other
    end. Cropping goes with "constant".

    Example:
        network example {
            input image: [3, 224, 224]
            pad([[2, 3], [2, 3]], mode="reflect") -> conv(64, 7, stride=2)
            expect [64, 112, 112]
        }
    """

    padding: Any = parameter(
        Padding(least=-(2**31)), docs="pixels added at the borders: a number, one for each axis, [before, after] pairs"
    )
    mode: str = parameter(Choice(("constant", *_TARGETS)), "constant", "what the new pixels hold")
    value: float = parameter(Real(), 0.0, 'the number that "constant" fills in')

    def layer(self, x: Shape) -> Layer:
        axes = spatial_rank(self, x)
        pads = sides(self.padding, axes)
        self._check(pads, x)
        windows = tuple(Sliding(1, before=before, after=after) for before, after in pads)
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x.replace(spatial=slide(self, windows, x.spatial)),),
            call=self._call(pads, axes),
            windows=windows,
        )

    def _call(self, pads: tuple[Pair, ...], axes: int) -> ModuleCall:
        # torch starts with the last axis
        padding = compact(tuple(side for pair in reversed(pads) for side in pair))
        if self.mode != "constant":
            return ModuleCall(f"nn.{_TARGETS[self.mode]}Pad{axes}d", (padding,))
        if self.value == 0:
            return ModuleCall(f"nn.ZeroPad{axes}d", (padding,))
        return ModuleCall(f"nn.ConstantPad{axes}d", (padding, self.value))

    def _check(self, pads: tuple[Pair, ...], x: Shape) -> None:
        if self.mode == "constant":
            for axis, (before, after), size in zip(AXES[len(pads)], pads, x.spatial, strict=True):
                cropped = -min(before, 0) - min(after, 0)
                if cropped >= size:
                    message = f"cropping {int(cropped)} pixels leaves nothing of the input's {axis} of {int(size)}"
                    raise DoesNotFit(message, at="padding", help=f"at most {int(size) - 1}", rule="AS403")
            return
        if self.value != 0:
            message = f'`value` has no meaning for mode "{self.mode}"'
            raise DoesNotFit(message, at="value", help='it goes with "constant"')
        if any(min(pair) < 0 for pair in pads):
            message = f'mode "{self.mode}" does not go with negative padding'
            raise DoesNotFit(message, at="mode", help='cropping goes with "constant"')
        room = _ROOM.get(self.mode)
        for axis, pair, size in zip(AXES[len(pads)], pads, x.spatial, strict=True):
            if room is not None and max(pair) > size + room:
                input_size = f"the input's {axis} is {int(size)}"
                message = f'padding of {int(max(pair))} is too wide for "{self.mode}": {input_size}'
                raise DoesNotFit(message, at="padding", help=f"at most {int(size) + room} here")

    def kept(self, layer: Layer) -> Kept:
        return INPUT if self.mode in ("reflect", "replicate") else NOTHING
