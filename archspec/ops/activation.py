"""Activations: functions of each element. The shape stays; one operation is counted for each element."""

from typing import ClassVar

from archspec.core.kept import INPUT, OUTPUT, Kept, Own
from archspec.core.layer import FunctionCall, Layer, ModuleCall
from archspec.core.shape import Shape
from archspec.ops.base import Operator, parameter
from archspec.ops.fitting import changed
from archspec.ops.kinds import Choice


class Activation(Operator):
    """A torch module without weights, whose parameters are named as torch names them."""

    keeps: ClassVar[Kept] = INPUT
    target: ClassVar[str] = ""

    def layer(self, x: Shape) -> Layer:
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x,),
            call=ModuleCall(self.target, (), changed(self, *self.parameters)),
            work={"activation": x.elements},
        )


class ReLU(Activation, name="relu"):
    """Rectified linear unit: negative values become zero.

        y = max(0, x)

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> relu
            expect [16, 32, 32]
        }

    Paper: Nair and Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, 2010.
    """

    keeps = OUTPUT
    target = "nn.ReLU"


class ReLU6(Activation, name="relu6"):
    """Rectified linear unit that stops at 6.

        y = min(max(0, x), 6)

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> relu6
            expect [16, 32, 32]
        }

    Paper: Krizhevsky, Convolutional Deep Belief Networks on CIFAR-10, 2010.
    """

    target = "nn.ReLU6"


class GELU(Activation, name="gelu"):
    """Gaussian error linear unit: the value times the chance that a standard normal number is below it.

        y = x · Φ(x)

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> gelu
            expect [16, 32, 32]
        }

    Paper: Hendrycks and Gimpel, Gaussian Error Linear Units, 2016.
    """

    target = "nn.GELU"
    approximate: str = parameter(Choice(("none", "tanh")), "none", '"tanh" replaces Φ by a formula with tanh')


class SiLU(Activation, name="silu"):
    """Sigmoid linear unit, also called swish: the value times its sigmoid.

        y = x / (1 + exp(−x))

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> silu
            expect [16, 32, 32]
        }

    Paper: Elfwing et al., Sigmoid-Weighted Linear Units for Neural Network Function Approximation, 2017.
    """

    target = "nn.SiLU"


class Mish(Activation, name="mish"):
    """The value times the hyperbolic tangent of its softplus.

        y = x · tanh(ln(1 + exp(x)))

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> mish
            expect [16, 32, 32]
        }

    Paper: Misra, Mish: A Self Regularized Non-Monotonic Activation Function, 2019.
    """

    target = "nn.Mish"


class Hardswish(Activation, name="hardswish"):
    """Swish made of straight lines and a parabola.

        y = x · min(max(0, x + 3), 6) / 6

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> hardswish
            expect [16, 32, 32]
        }

    Paper: Howard et al., Searching for MobileNetV3, 2019.
    """

    target = "nn.Hardswish"


class Sigmoid(Activation, name="sigmoid"):
    """Logistic function: every value into (0, 1).

        y = 1 / (1 + exp(−x))

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> sigmoid
            expect [16, 32, 32]
        }
    """

    keeps = OUTPUT
    target = "nn.Sigmoid"


class Hardsigmoid(Activation, name="hardsigmoid"):
    """Sigmoid made of straight lines.

        y = min(max(0, x + 3), 6) / 6

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> hardsigmoid
            expect [16, 32, 32]
        }

    Paper: Courbariaux et al., BinaryConnect, 2015.
    """

    target = "nn.Hardsigmoid"


class LogSigmoid(Activation, name="logsigmoid"):
    """Logarithm of the logistic function, computed without overflow.

        y = −ln(1 + exp(−x))

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> logsigmoid
            expect [16, 32, 32]
        }
    """

    target = "nn.LogSigmoid"


class Tanh(Activation, name="tanh"):
    """Hyperbolic tangent: every value into (−1, 1).

        y = (exp(x) − exp(−x)) / (exp(x) + exp(−x))

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> tanh
            expect [16, 32, 32]
        }
    """

    keeps = OUTPUT
    target = "nn.Tanh"


class Softsign(Activation, name="softsign"):
    """The value divided by one more than its size: every value into (−1, 1).

        y = x / (1 + |x|)

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> softsign
            expect [16, 32, 32]
        }
    """

    target = "nn.Softsign"

    def kept(self, layer: Layer) -> Kept:
        """A quotient keeps what it divides by."""
        return INPUT._replace(own=(Own("1 + |x|", layer.output.elements),))


class Abs(Operator, name="abs"):
    """The size of each value, without its sign.

        y = |x|

    Example:
        network example {
            input left: [4096], right: [4096]
            (left, right) -> sub -> abs
            expect [4096]
        }
    """

    keeps = INPUT

    def layer(self, x: Shape) -> Layer:
        return Layer(self.name, (x,), (x,), FunctionCall("torch.abs"), work={"activation": x.elements})
