"""Normalisation of each sample by itself: over all pixels of a channel, or of a group of channels."""

from math import prod
from typing import Any

from archspec.core.kept import FLOAT32, INPUT, Kept, Own
from archspec.core.layer import Layer, ModuleCall
from archspec.core.shape import Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import changed, check_divides, described
from archspec.ops.initialisers import initialised
from archspec.ops.kinds import Boolean, Initialiser, Integer, Real, epsilon

_INIT_DOCS = "how the scales start; none starts them at 1"
_BIAS_INIT_DOCS = "how the shifts start; none starts them at 0"


class GroupNorm(Operator, name="groupnorm"):
    """Group normalisation: each group of channels is brought to mean 0 and variance 1, each channel scaled and shifted.

        y = (x − mean) / √(variance + eps) · weight + bias

    Mean and variance are those of all pixels and channels of a group in one sample: they do not depend on the batch.
    One group normalises the whole map, as many groups as channels each channel by itself. The shape stays. The
    statistics bring a trace of the whole map to every pixel; the receptive field leaves that out. Operations for each
    element: four for mean, variance and normalisation, two for scale and shift.

    Example:
        network example {
            input image: [3, 32, 32]
            conv(64, 3, padding=1, bias=false) -> groupnorm(32) -> relu
            expect [64, 32, 32]
        }

    Paper: Wu and He, Group Normalization, 2018.
    """

    precision = "full"

    groups: int = parameter(Integer(), docs="number of groups; divides the channels")
    eps: float = parameter(epsilon("groupnorm(groups)"), 1e-5, "added to the variance")
    affine: bool = parameter(Boolean(), True, "learn a scale and a shift for each channel")
    init: Any = parameter(Initialiser(), None, _INIT_DOCS)
    bias_init: Any = parameter(Initialiser(), None, _BIAS_INIT_DOCS)

    def layer(self, x: Shape) -> Layer:
        _check_channels(self, x)
        channels = x.channels
        check_divides(self.groups, channels, "channels", "groups")
        weights = {"weight": (channels,), "bias": (channels,)} if self.affine else {}
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x,),
            call=ModuleCall("nn.GroupNorm", (self.groups, channels), changed(self, "eps", "affine")),
            weights=weights,
            work={"norm": (4 + len(weights)) * x.elements},
            initialisation=initialised(weights, self.init, self.bias_init),
        )

    def kept(self, layer: Layer) -> Kept:
        return INPUT._replace(own=(Own("statistics", 2 * self.groups),))


class InstanceNorm(Operator, name="instancenorm"):
    """Instance normalisation: each channel of each sample is brought to mean 0 and variance 1.

        y = (x − mean) / √(variance + eps)

    Mean and variance are those of the channel's pixels in one sample, in evaluation too unless running averages are
    kept. With `affine` each channel is scaled and shifted as in `batchnorm`. The shape stays. Operations for each
    element: four for mean, variance and normalisation, two for scale and shift.

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1, bias=false) -> instancenorm -> relu
            expect [16, 32, 32]
        }

    Paper: Ulyanov et al., Instance Normalization, 2016.
    """

    integers = ("num_batches_tracked",)

    eps: float = parameter(epsilon("instancenorm"), 1e-5, "added to the variance")
    momentum: Any = parameter(Real(), 0.1, "share of the new batch in the running averages")
    affine: bool = parameter(Boolean(), False, "learn a scale and a shift for each channel")
    track_running_stats: bool = parameter(Boolean(), False, "keep running averages for evaluation")
    init: Any = parameter(Initialiser(), None, _INIT_DOCS)
    bias_init: Any = parameter(Initialiser(), None, _BIAS_INIT_DOCS)

    def layer(self, x: Shape) -> Layer:
        _check_channels(self, x)
        if not 2 <= x.rank <= 4:
            message = f"`instancenorm` takes channels and 1 to 3 more axes, here is {described(x)}"
            raise DoesNotFit(message, inputs=(0,), rule="AS406")
        if prod(x.sizes[1:]) == 1:
            message = f"`instancenorm` of a single pixel, {described(x)}: its variance is 0"
            raise DoesNotFit(message, inputs=(0,), help="leave it out here, or normalise before the pooling")
        channels = x.channels
        weights = {"weight": (channels,), "bias": (channels,)} if self.affine else {}
        statistics: dict[str, tuple[int, ...]] = {
            "running_mean": (channels,), "running_var": (channels,), "num_batches_tracked": (),
        }  # fmt: skip
        keywords = changed(self, "eps", "momentum", "affine", "track_running_stats")
        each = 0 if self.track_running_stats else 4  # known statistics leave a scale and a shift
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x,),
            call=ModuleCall(f"nn.InstanceNorm{x.rank - 1}d", (channels,), keywords),
            weights=weights,
            buffers=statistics if self.track_running_stats else {},
            work={"norm": (each + (2 if each == 0 or self.affine else 0)) * x.elements},
            initialisation=initialised(weights, self.init, self.bias_init),
        )

    def kept(self, layer: Layer) -> Kept:
        """The input, mean and deviation of each channel, and what is one for all samples, repeated for each."""
        channels = layer.inputs[0].channels
        repeated = channels * (int(self.affine) + 2 * int(self.track_running_stats))
        own = [Own("statistics", 2 * channels, 0, FLOAT32), Own("repeated scales and averages", repeated)]
        return INPUT._replace(own=tuple(one for one in own if one.each))


def _check_channels(op: Operator, x: Shape) -> None:
    if x.channel_axis != 0:
        message = f"`{op.name}` takes channels in front, here is {described(x)}"
        raise DoesNotFit(message, inputs=(0,), help="`permute` brings them there", rule="AS406")
