"""Convolutions: sliding, depthwise and transposed. 1-D, 2-D or 3-D follows from the input."""

from collections.abc import Mapping
from functools import cache, lru_cache
from math import gcd, prod
from typing import Any

from archspec.core.geometry import Sliding, Transposed
from archspec.core.kept import INPUT, Kept, Own
from archspec.core.layer import NOTHING, Layer, ModuleCall, Product
from archspec.core.number import product
from archspec.core.shape import Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import (
    AXES,
    compact,
    factors,
    macs,
    options,
    per_axis,
    slide,
    spatial_rank,
    symmetric,
)
from archspec.ops.initialisers import initialised
from archspec.ops.kinds import Boolean, Choice, Initialiser, Integer, Padding, PerAxis
from archspec.ops.windows import check_borders, lay

_BORDERS = Choice(("zeros", "reflect", "replicate", "circular"))
_PADDING_DOCS = (
    'pixels added at the borders: a number, one for each axis, [before, after] pairs, "same" (output size = '
    '⌈input size / stride⌉, an odd pixel goes to the end) or "valid" (none)'
)
_GROUPS_DOCS = "number of groups that channels are split into; divides input and output channels"
_INIT_DOCS = "how the weights start; none leaves torch's own"
_BIAS_INIT_DOCS = "how the biases start; none leaves torch's own"


class Conv(Operator, name="conv"):
    """Convolution: every output is a weighted sum of a window of the input, over all channels of its group.

    [channels, *sizes] becomes [out, *output sizes]. Along each spatial axis

        output = ⌊(input + padding before + padding after − (dilation · (kernel − 1) + 1)) / stride⌋ + 1

    and each group of input channels feeds its own group of output channels. Multiply-accumulates:
    out · output sizes · (channels / groups) · kernel sizes.

    Example:
        network example {
            input image: [3, 224, 224]
            conv(64, 7, stride=2, padding=3, bias=false)
            expect [64, 112, 112]
        }

    Paper: LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.
    """

    precision = "low"

    out: int = parameter(Integer(), docs="number of output channels")
    kernel: Any = parameter(PerAxis(Integer()), docs="size of the window in pixels")
    stride: Any = parameter(PerAxis(Integer()), 1, "step between windows in pixels")
    padding: Any = parameter(Padding(("same", "valid")), 0, _PADDING_DOCS)
    dilation: Any = parameter(PerAxis(Integer()), 1, "step between the pixels of a window; 1 takes neighbours")
    groups: int = parameter(Integer(), 1, _GROUPS_DOCS)
    bias: bool = parameter(Boolean(), True, "add a learned number to each output channel")
    padding_mode: str = parameter(_BORDERS, "zeros", "what stands in the padding")
    init: Any = parameter(Initialiser(), None, _INIT_DOCS)
    bias_init: Any = parameter(Initialiser(), None, _BIAS_INIT_DOCS)

    def layer(self, x: Shape) -> Layer:
        spatial_rank(self, x)
        if self.groups != 1:
            check_groups(self, x.channels, self.out, self.groups)
        return _convolution(self, x, self.out, self.groups)

    def kept(self, layer: Layer) -> Kept:
        return _kept(self, layer)


class Depthwise(Operator, name="depthwise"):
    """Depthwise convolution: each channel is convolved on its own, `conv` with as many groups as channels.

    [channels, *sizes] becomes [channels · multiplier, *output sizes]; output sizes are those of `conv`.
    Multiply-accumulates: channels · multiplier · output sizes · kernel sizes.

    Example:
        network example {
            input image: [32, 56, 56]
            depthwise(3, padding=1, bias=false) -> conv(64, 1, bias=false)
            expect [64, 56, 56]
        }

    Paper: Howard et al., MobileNets, 2017.
    """

    precision = "low"

    kernel: Any = parameter(PerAxis(Integer()), docs="size of the window in pixels")
    stride: Any = parameter(PerAxis(Integer()), 1, "step between windows in pixels")
    padding: Any = parameter(Padding(("same", "valid")), 0, _PADDING_DOCS)
    dilation: Any = parameter(PerAxis(Integer()), 1, "step between the pixels of a window; 1 takes neighbours")
    multiplier: int = parameter(Integer(), 1, "output channels made of each input channel")
    bias: bool = parameter(Boolean(), True, "add a learned number to each output channel")
    padding_mode: str = parameter(_BORDERS, "zeros", "what stands in the padding")
    init: Any = parameter(Initialiser(), None, _INIT_DOCS)
    bias_init: Any = parameter(Initialiser(), None, _BIAS_INIT_DOCS)

    def layer(self, x: Shape) -> Layer:
        spatial_rank(self, x)
        return _convolution(self, x, product(x.channels, self.multiplier), x.channels)

    def kept(self, layer: Layer) -> Kept:
        return _kept(self, layer)


class ConvTranspose(Operator, name="conv_transpose"):
    """Transposed convolution: every input pixel adds a weighted window to a larger output.

    [channels, *sizes] becomes [out, *output sizes]. Along each spatial axis

        output = (input − 1) · stride − 2 · padding + dilation · (kernel − 1) + output_padding + 1

    Multiply-accumulates are counted where they happen, at the input:
    channels · input sizes · (out / groups) · kernel sizes.

    Example:
        network example {
            input image: [64, 28, 28]
            conv_transpose(32, 2, stride=2)
            expect [32, 56, 56]
        }

    Paper: Zeiler et al., Deconvolutional Networks, 2010.
    """

    keeps = INPUT
    precision = "low"

    out: int = parameter(Integer(), docs="number of output channels")
    kernel: Any = parameter(PerAxis(Integer()), docs="size of the window in pixels")
    stride: Any = parameter(PerAxis(Integer()), 1, "step between the windows of neighbouring input pixels")
    padding: Any = parameter(PerAxis(Integer(0)), 0, "pixels removed at each border of the output")
    output_padding: Any = parameter(
        PerAxis(Integer(0)), 0, "pixels added at the end of the output; below the stride or the dilation"
    )
    groups: int = parameter(Integer(), 1, _GROUPS_DOCS)
    bias: bool = parameter(Boolean(), True, "add a learned number to each output channel")
    dilation: Any = parameter(PerAxis(Integer()), 1, "step between the pixels of a window; 1 takes neighbours")
    init: Any = parameter(Initialiser(), None, _INIT_DOCS)
    bias_init: Any = parameter(Initialiser(), None, _BIAS_INIT_DOCS)

    def layer(self, x: Shape) -> Layer:
        axes = spatial_rank(self, x)
        check_groups(self, x.channels, self.out, self.groups)
        kernel = per_axis(self.kernel, axes, "kernel")
        stride = per_axis(self.stride, axes, "stride")
        padding = per_axis(self.padding, axes, "padding")
        extra = per_axis(self.output_padding, axes, "output_padding")
        dilation = per_axis(self.dilation, axes, "dilation")
        for more, step, gap in zip(extra, stride, dilation, strict=True):
            if more >= max(step, gap):
                reached = f"the stride of {int(step)} and the dilation of {int(gap)}"
                message = f"`output_padding` of {int(more)} reaches {reached}"
                raise DoesNotFit(message, at="output_padding", help=f"at most {max(step, gap) - 1}")
        windows = tuple(
            Transposed(k, stride=s, dilation=d, before=p, after=p, extra=e)
            for k, s, d, p, e in zip(kernel, stride, dilation, padding, extra, strict=True)
        )
        sizes = slide(self, windows, x.spatial)
        weights: dict[str, tuple[int, ...]] = {"weight": (x.channels, self.out // self.groups, *kernel)}
        if self.bias:
            weights["bias"] = (self.out,)
        output = x.replace(channels=self.out, spatial=sizes)
        keywords = options(
            stride=(compact(stride), 1),
            padding=(compact(padding), 0),
            output_padding=(compact(extra), 0),
            groups=(self.groups, 1),
            bias=(self.bias, True),
            dilation=(compact(dilation), 1),
        )
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(output,),
            call=ModuleCall(f"nn.ConvTranspose{axes}d", (x.channels, self.out, compact(kernel)), keywords),
            weights=weights,
            products=macs(
                ("input channels", x.channels),
                *factors("input", x.spatial),
                ("output channels per group" if self.groups > 1 else "output channels", self.out // self.groups),
                *factors("kernel", kernel),
            ),
            work={"bias": output.elements} if self.bias else {},
            windows=windows,
            initialisation=initialised(weights, self.init, self.bias_init),
        )


def check_groups(op: Operator, channels: int, out: int, groups: int) -> None:
    """Groups divide the input channels and the output channels. Raises `DoesNotFit`."""
    for number, side in ((channels, "input"), (out, "output")):
        if number % groups:
            common = gcd(channels, out)
            fitting = [one for one in range(1, common + 1) if common % one == 0] if common < 2**16 else [1]
            near = sorted(sorted(fitting, key=lambda one: abs(one - groups))[:3])
            down, up = number // groups * groups, -(-number // groups) * groups
            options = " or ".join(str(int(one)) for one in (down, up) if one)
            raise DoesNotFit(
                f"`groups` of {int(groups)} does not divide the {int(number)} {side} channels",
                at="groups",
                notes=(f"{int(number)} / {int(groups)} leaves {number % groups}",),
                help=f"{options} {side} channels would fit; so would `groups` of {', '.join(map(str, near))}",
                rule="AS404",
            )


def _convolution(op: Conv | Depthwise, x: Shape, out: int, groups: int) -> Layer:
    channels = x.channels
    laid = lay(op, op.kernel, op.stride, op.dilation, op.padding, x.spatial)
    check_borders(op.padding_mode, op.padding, laid.windows, x.spatial)
    more = options(groups=(groups, 1), bias=(op.bias, True), padding_mode=(op.padding_mode, "zeros"))
    keywords = {**laid.keywords, **more} if more else laid.keywords
    weights: dict[str, tuple[int, ...]] = {"weight": (out, channels // groups, *laid.kernel)}
    if op.bias:
        weights["bias"] = (out,)
    products, work = _arithmetic(out, laid.sizes, channels // groups, laid.kernel, groups > 1, op.bias)
    return Layer(
        op=op.name,
        inputs=(x,),
        outputs=(x.replace(channels=out, spatial=laid.sizes),),
        call=ModuleCall(laid.target, (channels, out, compact(laid.kernel)), keywords),
        weights=weights,
        products=products,
        work=work,
        windows=laid.windows,
        initialisation=initialised(weights, op.init, op.bias_init),
    )


@lru_cache(maxsize=1024)
def _arithmetic(
    out: int, sizes: tuple[int, ...], channels: int, kernel: tuple[int, ...], grouped: bool, bias: bool
) -> tuple[tuple[Product, ...], Mapping[str, int]]:
    """The multiply-accumulates and the other work, of plain numbers: layers that are alike share them."""
    numbers = tuple(map(int, (out, *sizes, channels, *kernel)))
    work = {"bias": prod(numbers[: 1 + len(sizes)])} if bias else NOTHING
    return (Product(_factors(len(sizes), grouped), numbers),), work


@cache
def _factors(axes: int, grouped: bool) -> tuple[str, ...]:
    """What the multiply-accumulates of a convolution are a product of."""
    outputs, kernel = ([f"{of} {axis}" for axis in AXES[axes]] for of in ("output", "kernel"))
    return ("output channels", *outputs, "input channels per group" if grouped else "input channels", *kernel)


def _kept(op: Conv | Depthwise, layer: Layer) -> Kept:
    """The input, or where torch pads in a step of its own, what that makes of it."""
    pads = [(one.before, one.after) for one in layer.windows if isinstance(one, Sliding)]
    target = layer.call.target if isinstance(layer.call, ModuleCall) else ""
    zeros = op.padding_mode == "zeros"
    if zeros and target.startswith("nn."):
        if symmetric(pads):
            return INPUT
        pads = [(0, abs(after - before)) for before, after in pads]  # the rest is done on the way
    x = layer.inputs[0]
    padded = x.channels * prod(size + sum(pair) for size, pair in zip(x.spatial, pads, strict=True))
    keeps_input = op.padding_mode in ("reflect", "replicate")
    return Kept(inputs=(0,) if keeps_input else (), own=(Own("padded input", padded),))
