"""Rectifiers: activations that pass positive values and bend or level off below zero."""

from archspec.core.kept import INPUT, Kept, Own
from archspec.core.layer import Layer, ModuleCall
from archspec.core.shape import Shape
from archspec.ops.activation import Activation
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import changed, described
from archspec.ops.kinds import Boolean, Real


class LeakyReLU(Activation, name="leaky_relu"):
    """Rectified linear unit with a small slope below zero.

        y = x where x ≥ 0, else negative_slope · x

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> leaky_relu
            expect [16, 32, 32]
        }

    Paper: Maas et al., Rectifier Nonlinearities Improve Neural Network Acoustic Models, 2013.
    """

    target = "nn.LeakyReLU"
    negative_slope: float = parameter(Real(), 0.01, "slope below zero")


class RReLU(Activation, name="rrelu"):
    """Rectified linear unit with a random slope below zero in training, and the mean slope in evaluation.

        y = x where x ≥ 0, else slope · x, the slope drawn from [lower, upper]

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> rrelu
            expect [16, 32, 32]
        }

    Paper: Xu et al., Empirical Evaluation of Rectified Activations in Convolutional Network, 2015.
    """

    target = "nn.RReLU"
    lower: float = parameter(Real(), 1 / 8, "smallest slope")
    upper: float = parameter(Real(), 1 / 3, "largest slope")

    def layer(self, x: Shape) -> Layer:
        if self.lower > self.upper:
            message = f"`lower` of {self.lower:g} is above `upper` of {self.upper:g}"
            raise DoesNotFit(message, at="lower", help="slopes are drawn from [lower, upper]")
        return super().layer(x)

    def kept(self, layer: Layer) -> Kept:
        return INPUT._replace(own=(Own("slopes", layer.output.elements),))


class ELU(Activation, name="elu"):
    """Exponential linear unit: below zero it levels off at −alpha.

        y = x where x > 0, else alpha · (exp(x) − 1)

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> elu
            expect [16, 32, 32]
        }

    Paper: Clevert et al., Fast and Accurate Deep Network Learning by Exponential Linear Units, 2015.
    """

    target = "nn.ELU"
    alpha: float = parameter(Real(), 1.0, "depth of the level below zero")


class SELU(Activation, name="selu"):
    """Scaled exponential linear unit: its constants keep mean 0 and variance 1 from layer to layer.

        y = 1.0507 · (x where x > 0, else 1.6733 · (exp(x) − 1))

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> selu
            expect [16, 32, 32]
        }

    Paper: Klambauer et al., Self-Normalizing Neural Networks, 2017.
    """

    target = "nn.SELU"


class CELU(Activation, name="celu"):
    """Exponential linear unit whose slope is continuous for every alpha.

        y = max(0, x) + min(0, alpha · (exp(x / alpha) − 1))

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> celu
            expect [16, 32, 32]
        }

    Paper: Barron, Continuously Differentiable Exponential Linear Units, 2017.
    """

    target = "nn.CELU"
    alpha: float = parameter(Real(), 1.0, "depth of the level below zero; not 0")

    def layer(self, x: Shape) -> Layer:
        if self.alpha == 0:
            raise DoesNotFit("`alpha` of 0 divides by zero", at="alpha", help="`relu` is the limit of `celu` at 0")
        return super().layer(x)


class Softplus(Activation, name="softplus"):
    """Smooth form of the rectified linear unit.

        y = ln(1 + exp(beta · x)) / beta, and x where beta · x > threshold

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> softplus
            expect [16, 32, 32]
        }

    Paper: Dugas et al., Incorporating Second-Order Functional Knowledge for Better Option Pricing, 2000.
    """

    precision = "full"
    target = "nn.Softplus"
    beta: float = parameter(Real(), 1.0, "sharpness of the bend; not 0")
    threshold: float = parameter(Real(), 20.0, "above it the function is the identity, which keeps it from overflowing")


class Threshold(Activation, name="threshold"):
    """Values up to a threshold are replaced.

        y = x where x > threshold, else value

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> threshold(0.1, 0.1)
            expect [16, 32, 32]
        }
    """

    target = "nn.Threshold"
    threshold: float = parameter(Real(), docs="values up to this one are replaced")
    value: float = parameter(Real(), docs="what replaces them")


class PReLU(Operator, name="prelu"):
    """Rectified linear unit whose slope below zero is learned.

        y = x where x ≥ 0, else weight · x

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> prelu(per_channel=true)
            expect [16, 32, 32]
        }

    Paper: He et al., Delving Deep into Rectifiers, 2015.
    """

    keeps = INPUT
    precision = "low"

    per_channel: bool = parameter(Boolean(), False, "learn a slope for each channel instead of one for all")
    init: float = parameter(Real(), 0.25, "slope at the start")

    def layer(self, x: Shape) -> Layer:
        if self.per_channel and x.channel_axis != 0:
            message = f"`prelu` with a slope for each channel takes channels in front, here is {described(x)}"
            raise DoesNotFit(message, at="per_channel", rule="AS406")
        slopes = x.channels if self.per_channel else 1
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x,),
            call=ModuleCall("nn.PReLU", (slopes,) if self.per_channel else (), changed(self, "init")),
            weights={"weight": (slopes,)},
            work={"activation": x.elements},
        )
