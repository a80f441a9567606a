"""Normalisation over the batch, or among neighbouring channels."""

from typing import Any

from archspec.core.kept import FLOAT32, INPUT, Kept, Own
from archspec.core.layer import Layer, ModuleCall
from archspec.core.shape import Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import changed, described
from archspec.ops.initialisers import initialised
from archspec.ops.kinds import Boolean, Initialiser, Integer, Optional, Real, epsilon


class BatchNorm(Operator, name="batchnorm"):
    """Batch normalisation: each channel is brought to mean 0 and variance 1, then scaled and shifted.

        y = (x − mean) / √(variance + eps) · weight + bias

    Mean and variance are those of the batch in training, and running averages in evaluation. The shape stays. In
    evaluation a channel is scaled and shifted: two operations for each element.

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1, bias=false) -> batchnorm -> relu
            expect [16, 32, 32]
        }

    Paper: Ioffe and Szegedy, Batch Normalization, 2015.
    """

    integers = ("num_batches_tracked",)

    eps: float = parameter(epsilon("batchnorm"), 1e-5, "added to the variance")
    momentum: Any = parameter(
        Optional(Real()), 0.1, "share of the new batch in the running averages; none averages over all batches alike"
    )
    affine: bool = parameter(Boolean(), True, "learn a scale and a shift for each channel")
    track_running_stats: bool = parameter(Boolean(), True, "keep running averages for evaluation")
    init: Any = parameter(Initialiser(), None, "how the scales start; none starts them at 1")
    bias_init: Any = parameter(Initialiser(), None, "how the shifts start; none starts them at 0")

    def layer(self, x: Shape) -> Layer:
        if x.channel_axis != 0 or x.rank > 4:
            message = f"`batchnorm` takes channels in front and at most 3 more axes, here is {described(x)}"
            raise DoesNotFit(message, inputs=(0,), rule="AS406")
        channels = x.channels
        weights = {"weight": (channels,), "bias": (channels,)} if self.affine else {}
        statistics: dict[str, tuple[int, ...]] = {
            "running_mean": (channels,), "running_var": (channels,), "num_batches_tracked": (),
        }  # fmt: skip
        keywords = changed(self, "eps", "momentum", "affine", "track_running_stats")
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x,),
            call=ModuleCall(f"nn.BatchNorm{max(x.rank - 1, 1)}d", (channels,), keywords),
            weights=weights,
            buffers=statistics if self.track_running_stats else {},
            work={"norm": 2 * x.elements},
            initialisation=initialised(weights, self.init, self.bias_init),
        )

    def kept(self, layer: Layer) -> Kept:
        """The input, and of each channel mean and deviation in this batch."""
        return INPUT._replace(own=(Own("statistics", 0, 2 * layer.inputs[0].channels, FLOAT32),))


class LocalResponseNorm(Operator, name="local_response_norm"):
    """Local response normalisation: each value is damped by the squares of its neighbours in other channels.

        y = x / (k + alpha / size · Σ x²)^beta, the sum being over the `size` channels around

    The shape stays. Operations for each element: the sum of `size` squares, then scale, power and division.

    Example:
        network example {
            input image: [96, 55, 55]
            local_response_norm(5, alpha=1e-4, beta=0.75, k=2.0)
            expect [96, 55, 55]
        }

    Paper: Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks, 2012.
    """

    size: int = parameter(Integer(), docs="number of neighbouring channels in the sum")
    alpha: float = parameter(Real(), 1e-4, "factor on the mean of the squares")
    beta: float = parameter(Real(), 0.75, "exponent")
    k: float = parameter(Real(), 1.0, "added to the mean of the squares")

    def layer(self, x: Shape) -> Layer:
        if x.channel_axis != 0 or x.rank < 2:
            wanted = "channels in front and at least one more axis"
            message = f"`local_response_norm` takes {wanted}, here is {described(x)}"
            raise DoesNotFit(message, inputs=(0,), rule="AS406")
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x,),
            call=ModuleCall("nn.LocalResponseNorm", (self.size,), changed(self, "alpha", "beta", "k")),
            work={"norm": (self.size + 3) * x.elements},
        )

    def kept(self, layer: Layer) -> Kept:
        """The input, its square with zeros around the channels, the mean of these, and its power."""
        x = layer.inputs[0]
        padded = x.elements // x.channels * (x.channels + self.size - 1)
        return INPUT._replace(own=(Own("padded square", padded), Own("mean and power", 2 * x.elements)))
