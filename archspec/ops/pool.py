"""Pooling over windows that slide: maximum, mean and Euclidean norm. 1-D, 2-D or 3-D follows from the input."""

from collections.abc import Mapping
from math import prod
from typing import Any

from archspec.core.geometry import Sliding
from archspec.core.kept import INPUT, INT64, Kept, Own
from archspec.core.layer import NOTHING, Layer, ModuleCall
from archspec.core.shape import Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import AXES, Pair, compact, options, per_axis, slide, sliding, spatial_rank, symmetric
from archspec.ops.kinds import Boolean, Integer, Optional, Padding, PerAxis
from archspec.ops.windows import pads_of

_KERNEL_DOCS = "size of the window in pixels"
_STRIDE_DOCS = "step between windows in pixels; none takes the kernel's size, so that windows tile the input"
_PADDING_DOCS = (
    "pixels added at the borders, at most half the kernel: a number, one for each axis, [before, after] pairs, "
    '"same" (output size = ⌈input size / stride⌉, an odd pixel goes to the end) or "valid" (none)'
)
_CEIL_DOCS = "round the number of windows up, so that pixels left over at the end get a window too"


class MaxPool(Operator, name="maxpool"):
    """Maximum over a sliding window, channel by channel; padding never wins.

    [channels, *sizes] becomes [channels, *output sizes]. Along each spatial axis

        output = ⌊(input + padding before + padding after − (dilation · (kernel − 1) + 1)) / stride⌋ + 1

    With `ceil_mode` ⌈ ⌉ takes the place of ⌊ ⌋, less one where the last window would start in the padding at the end.

    Example:
        network example {
            input image: [64, 112, 112]
            maxpool(3, stride=2, padding=1)
            expect [64, 56, 56]
        }
    """

    kernel: Any = parameter(PerAxis(Integer()), docs=_KERNEL_DOCS)
    stride: Any = parameter(Optional(PerAxis(Integer())), None, _STRIDE_DOCS)
    padding: Any = parameter(Padding(("same", "valid")), 0, _PADDING_DOCS)
    dilation: Any = parameter(PerAxis(Integer()), 1, "step between the pixels of a window; 1 takes neighbours")
    ceil_mode: bool = parameter(Boolean(), False, _CEIL_DOCS)

    def layer(self, x: Shape) -> Layer:
        return _pooling(self, x, "MaxPool", self.padding, self.dilation)

    def kept(self, layer: Layer) -> Kept:
        """The input, as it is padded, and where the largest value of each window was."""
        indices = Own("indices", layer.output.elements, 0, INT64)
        padded = _padded(layer)
        return Kept(inputs=(), own=(padded, indices)) if padded else INPUT._replace(own=(indices,))


class AvgPool(Operator, name="avgpool"):
    """Mean over a sliding window, channel by channel.

    [channels, *sizes] becomes [channels, *output sizes]; output sizes are those of `maxpool`.

    Example:
        network example {
            input image: [6, 28, 28]
            avgpool(2)
            expect [6, 14, 14]
        }

    Paper: LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998.
    """

    kernel: Any = parameter(PerAxis(Integer()), docs=_KERNEL_DOCS)
    stride: Any = parameter(Optional(PerAxis(Integer())), None, _STRIDE_DOCS)
    padding: Any = parameter(Padding(("same", "valid")), 0, _PADDING_DOCS)
    ceil_mode: bool = parameter(Boolean(), False, _CEIL_DOCS)
    count_include_pad: bool = parameter(Boolean(), True, "count the zeros of the padding among the pixels of a window")

    def layer(self, x: Shape) -> Layer:
        more = options(count_include_pad=(self.count_include_pad, True))
        return _pooling(self, x, "AvgPool", self.padding, more=more)

    def kept(self, layer: Layer) -> Kept:
        """The input, as it is padded; where padding does not count, the share of each window that does."""
        padded = _padded(layer)
        shares = 0 if self.count_include_pad else prod(layer.output.spatial)
        return Kept(own=(padded._replace(shared=shares),)) if padded else INPUT


class L2Pool(Operator, name="l2pool"):
    """Euclidean norm of a sliding window, channel by channel: the root of the sum of squares.

    [channels, *sizes] becomes [channels, *output sizes]; output sizes are those of `maxpool`. It takes no padding.

    Example:
        network example {
            input image: [16, 28, 28]
            l2pool(2)
            expect [16, 14, 14]
        }

    Paper: Sermanet et al., Convolutional Neural Networks Applied to House Numbers Digit Classification, 2012.
    """

    kernel: Any = parameter(PerAxis(Integer()), docs=_KERNEL_DOCS)
    stride: Any = parameter(Optional(PerAxis(Integer())), None, _STRIDE_DOCS)
    ceil_mode: bool = parameter(Boolean(), False, _CEIL_DOCS)

    def layer(self, x: Shape) -> Layer:
        return _pooling(self, x, "LPPool", first=(2,))

    def kept(self, layer: Layer) -> Kept:
        """Squares, their mean, its sign and size, and their product."""
        return INPUT._replace(own=(Own("squares and means", layer.inputs[0].elements + 4 * layer.output.elements),))


def _pooling(
    op: MaxPool | AvgPool | L2Pool,
    x: Shape,
    kind: str,
    padding: Any = 0,
    dilation: Any = 1,
    first: tuple[int, ...] = (),
    more: Mapping[str, Any] = NOTHING,
) -> Layer:
    """`first` and `more` are arguments of torch's `kind` of pooling before and after those that all kinds take."""
    axes = spatial_rank(op, x)
    kernel = per_axis(op.kernel, axes, "kernel")
    stride = kernel if op.stride is None else per_axis(op.stride, axes, "stride")
    dilation = per_axis(dilation, axes, "dilation")
    pads = pads_of(padding, x.spatial, kernel, stride, dilation)
    if padding == "same":
        ceil = False  # nothing is left over
        steps = {"stride": stride, **({"dilation": dilation} if kind == "MaxPool" else {})}
        call = ModuleCall(f"Same{kind}{axes}d", (kernel,), {**steps, **more})
    else:
        ceil = op.ceil_mode
        _check_padding(op, pads, kernel)
        both = symmetric(pads)
        if both and kind != "MaxPool" and axes == 3:
            _check_room(op, x.spatial, kernel)
        keywords = options(
            stride=(None if op.stride is None else compact(stride), None),
            padding=(compact(tuple(before for before, _ in pads)) if both else pads, 0),
            dilation=(compact(dilation), 1),
            ceil_mode=(ceil, False),
        )
        call = ModuleCall(
            f"{'nn.' if both else 'Padded'}{kind}{axes}d", (*first, compact(kernel)), {**keywords, **more}
        )
    windows = sliding(kernel, stride, dilation, pads, ceil)
    output = x.replace(spatial=slide(op, windows, x.spatial))
    return Layer(
        op=op.name,
        inputs=(x,),
        outputs=(output,),
        call=call,
        work={"pool": output.elements * prod(kernel)},
        windows=windows,
    )


def _padded(layer: Layer) -> Own | None:
    """The padded input, where it is padded in a step of its own."""
    assert isinstance(layer.call, ModuleCall)
    if layer.call.target.startswith("nn."):
        return None
    x = layer.inputs[0]
    pads = [one.before + one.after for one in layer.windows if isinstance(one, Sliding)]
    return Own("padded input", x.channels * prod(size + more for size, more in zip(x.spatial, pads, strict=True)))


def _check_room(op: MaxPool | AvgPool | L2Pool, sizes: tuple[int, ...], kernel: tuple[int, ...]) -> None:
    """In three dimensions torch's means want an input as large as the kernel, unpadded. Raises `DoesNotFit`."""
    for axis, size, window in zip(AXES[3], sizes, kernel, strict=True):
        if size < window:
            message = f"torch's 3-D mean with a kernel of {int(window)} does not take an input {axis} of {int(size)}"
            hint = "padding and `ceil_mode` do not count here: take a smaller kernel"
            raise DoesNotFit(message, at="kernel", help=hint, rule="AS403")


def _check_padding(op: MaxPool | AvgPool | L2Pool, pads: tuple[Pair, ...], kernel: tuple[int, ...]) -> None:
    for pair, size in zip(pads, kernel, strict=True):
        if 2 * max(pair) > size:
            message = f"`padding` of {int(max(pair))} is more than half the kernel of {int(size)}"
            raise DoesNotFit(message, at="padding", help=f"at most {size // 2}: each window must see real pixels")
    if op.ceil_mode and not symmetric(pads):
        message = "`ceil_mode` goes with equal padding on both sides"
        raise DoesNotFit(message, at="ceil_mode", help="pad further at the end instead of rounding up")
