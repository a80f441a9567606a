"""Convolution without shared weights."""

from math import prod
from typing import Any

from archspec.core.kept import Kept, Own
from archspec.core.layer import Layer, ModuleCall
from archspec.core.shape import Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import compact, factors, macs, options, per_axis, slide, sliding, spatial_rank
from archspec.ops.initialisers import initialised
from archspec.ops.kinds import Boolean, Initialiser, Integer, Padding, PerAxis
from archspec.ops.windows import pads_of


class LocallyConnected(Operator, name="locally_connected"):
    """Convolution whose weights are not shared: every output position has a kernel and a bias of its own.

    [channels, *sizes] becomes [out, *output sizes]; output sizes are those of `conv`. What shows at one place says
    nothing of others: faces that are always centred, for one. Multiply-accumulates are those of `conv`:
    out · output sizes · channels · kernel sizes. Parameters are as many, and a bias for every output number.

    What sharing saves: the first layer of AlexNet makes 96 · 55 · 55 = 290,400 numbers, each from a window of
    11 · 11 · 3 = 363 pixels with a bias. Unshared that would be 290,400 · 364 = 105,705,600 parameters. Sharing one
    kernel and one bias among the 55 · 55 positions of a channel leaves 96 · 364 = 34,944, for the same
    multiply-accumulates.

    Example:
        network example {
            input face: [16, 25, 25]
            locally_connected(16, 9)
            expect [16, 17, 17]
        }

    Paper: Taigman et al., DeepFace: Closing the Gap to Human-Level Performance in Face Verification, 2014.
    """

    precision = "low"

    out: int = parameter(Integer(), docs="number of output channels")
    kernel: Any = parameter(PerAxis(Integer()), docs="size of the window in pixels")
    stride: Any = parameter(PerAxis(Integer()), 1, "step between windows in pixels")
    padding: Any = parameter(
        Padding(("same", "valid")), 0,
        'zeros added at the borders: a number, one for each axis, [before, after] pairs, "same" or "valid" (none)',
    )  # fmt: skip
    bias: bool = parameter(Boolean(), True, "add a learned number to each number of the output")
    init: Any = parameter(Initialiser(), None, "how the weights start; none: as those of a convolution")
    bias_init: Any = parameter(Initialiser(), None, "how the biases start; none: as those of a convolution")

    def layer(self, x: Shape) -> Layer:
        axes = spatial_rank(self, x)
        kernel = per_axis(self.kernel, axes, "kernel")
        stride = per_axis(self.stride, axes, "stride")
        pads = pads_of(self.padding, x.spatial, kernel, stride, (1,) * axes)
        windows = sliding(kernel, stride, (1,) * axes, pads)
        sizes = slide(self, windows, x.spatial)
        output = x.replace(channels=self.out, spatial=sizes)
        weights: dict[str, tuple[int, ...]] = {"weight": (*sizes, self.out, x.channels, *kernel)}
        if self.bias:
            weights["bias"] = (self.out, *sizes)
        for at, start in (("init", self.init), ("bias_init", self.bias_init)):
            if start is not None and start.least_axes > 1:
                message = f"`{start.name}` cannot start weights that differ from position to position"
                raise DoesNotFit(message, at=at, help="it would take positions for inputs; use `normal` or `uniform`")
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(output,),
            call=ModuleCall(
                "LocallyConnected",
                (x.channels, self.out, kernel, sizes),
                options(
                    stride=(compact(stride), 1),
                    pads=(tuple(side for pair in reversed(pads) for side in pair), (0,) * (2 * axes)),
                    bias=(self.bias, True),
                ),
            ),
            weights=weights,
            products=macs(
                ("output channels", self.out),
                *factors("output", sizes),
                ("input channels", x.channels),
                *factors("kernel", kernel),
            ),
            work={"bias": prod(output)} if self.bias else {},
            windows=windows,
            initialisation=initialised(weights, self.init, self.bias_init),
        )

    def kept(self, layer: Layer) -> Kept:
        kernel = layer.weights["weight"][-len(layer.windows) :]
        patches = prod(layer.output.spatial) * layer.inputs[0].channels * prod(kernel)
        return Kept(own=(Own("patches", patches),))
