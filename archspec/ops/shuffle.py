"""Operators that move numbers between channels, or between channels and pixels; they compute nothing."""

from archspec.core.geometry import Resize, Sliding
from archspec.core.kept import NOTHING
from archspec.core.layer import FunctionCall, Layer, ModuleCall
from archspec.core.number import derived, product
from archspec.core.shape import Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import AXES, check_divides, described, spatial_rank
from archspec.ops.kinds import Integer


class ChannelShuffle(Operator, name="channel_shuffle"):
    """Mix groups of channels: the first channel of every group, then the second of every group, and so on.

    The shape stays. A grouped convolution that follows sees channels of every group. Six channels in two groups,
    0 1 2 | 3 4 5, become 0 3 1 4 2 5.

    Example:
        network example {
            input image: [16, 28, 28]
            conv(32, 1, groups=4) -> channel_shuffle(4) -> depthwise(3, padding=1)
            expect [32, 28, 28]
        }

    Paper: Zhang et al., ShuffleNet, 2017.
    """

    keeps = NOTHING

    groups: int = parameter(Integer(), docs="number of groups; divides the channels")

    def layer(self, x: Shape) -> Layer:
        spatial_rank(self, x)
        check_divides(self.groups, x.channels, "channels", "groups")
        return Layer(self.name, (x,), (x,), FunctionCall("torch.channel_shuffle", (self.groups,)))


class PixelShuffle(Operator, name="pixel_shuffle"):
    """Spread channels over pixels: factor² channels of one pixel become a square of factor × factor pixels.

    [channels · factor², height, width] becomes [channels, height · factor, width · factor].

    Example:
        network example {
            input image: [64, 28, 28]
            conv(12, 3, padding=1) -> pixel_shuffle(2)
            expect [3, 56, 56]
        }

    Paper: Shi et al., Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional
    Neural Network, 2016.
    """

    keeps = NOTHING

    factor: int = parameter(Integer(), docs="how many pixels, along each axis, are made of one")

    def layer(self, x: Shape) -> Layer:
        _check_image(self, x)
        squared = self.factor * self.factor
        if x.channels % squared:
            message = f"`pixel_shuffle` takes {squared} channels for each of its output, here are {int(x.channels)}"
            notes = (f"{int(x.channels)} / {int(self.factor)}² leaves {x.channels % squared}",)
            raise DoesNotFit(message, at="factor", notes=notes, help=_nearest(x.channels, squared), rule="AS404")
        sizes = tuple(product(size, self.factor) for size in x.spatial)
        channels = derived(x.channels // squared, "//", x.channels, squared)
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x.replace(channels=channels, spatial=sizes),),
            call=ModuleCall("nn.PixelShuffle", (self.factor,)),
            windows=tuple(Resize(size) for size in sizes),
        )


class PixelUnshuffle(Operator, name="pixel_unshuffle"):
    """Gather pixels into channels: a square of factor × factor pixels becomes factor² channels of one pixel.

    [channels, height, width] becomes [channels · factor², height / factor, width / factor]: smaller maps, nothing
    lost.

    Example:
        network example {
            input image: [3, 224, 224]
            pixel_unshuffle(4) -> conv(64, 1)
            expect [64, 56, 56]
        }
    """

    keeps = NOTHING

    factor: int = parameter(Integer(), docs="how many pixels, along each axis, are gathered into one")

    def layer(self, x: Shape) -> Layer:
        _check_image(self, x)
        for axis, size in zip(AXES[2], x.spatial, strict=True):
            if size % self.factor:
                message = f"`factor` of {int(self.factor)} does not divide the input's {axis} of {int(size)}"
                notes = (f"{int(size)} / {int(self.factor)} leaves {size % self.factor}",)
                raise DoesNotFit(message, at="factor", notes=notes, help=_nearest(size, self.factor), rule="AS403")
        sizes = tuple(derived(size // self.factor, "//", size, self.factor) for size in x.spatial)
        channels = product(x.channels, self.factor * self.factor)
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x.replace(channels=channels, spatial=sizes),),
            call=ModuleCall("nn.PixelUnshuffle", (self.factor,)),
            windows=(Sliding(self.factor, stride=self.factor),) * 2,
        )


def _check_image(op: Operator, x: Shape) -> None:
    if spatial_rank(op, x) != 2:
        message = f"`{op.name}` takes channels, height and width, here is {described(x)}"
        raise DoesNotFit(message, inputs=(0,), help="`rearrange` does the same for other shapes", rule="AS406")


def _nearest(size: int, factor: int) -> str:
    """The multiples around a size."""
    down, up = size // factor * factor, -(-size // factor) * factor
    return " or ".join(str(int(one)) for one in (down, up) if one) + " would fit"
