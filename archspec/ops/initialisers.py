"""How weights start. An initialiser is written like an operator: `conv(64, 3, init=kaiming_normal(mode="fan_out"))`.

Without one a layer keeps torch's own start. Fan-in is the number of inputs of one output of the layer, fan-out the
number of outputs that one input reaches.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from archspec.core.layer import Initialisation
from archspec.ops.base import Declared, DoesNotFit, parameter, taken
from archspec.ops.fitting import changed
from archspec.ops.kinds import Choice, Real

_NONLINEARITIES = ("leaky_relu", "relu", "linear", "sigmoid", "tanh", "selu")


class Initialiser(Declared):
    """An initialiser with its arguments. A subclass declares parameters and torch's function."""

    is_initialiser: ClassVar[bool] = True
    target: ClassVar[str] = ""
    least_axes: ClassVar[int] = 1  # two where it looks at fan-in or at rows
    most_axes: ClassVar[int] = 8

    def __init_subclass__(cls, name: str = "", **keywords: Any) -> None:
        super().__init_subclass__(name=name, **keywords)
        if name:
            if name in INITIALISERS:
                raise taken(name)
            INITIALISERS[name] = cls

    def problem(self, shape: tuple[int, ...]) -> str:
        """What is wrong with the arguments taken together, or for a tensor of this shape; empty where nothing is."""
        return ""

    def initialisation(self, weight: str) -> Initialisation:
        """How to start the tensor of this name."""
        return Initialisation(weight, self.target, (), changed(self, *self.parameters))


INITIALISERS: dict[str, type[Initialiser]] = {}


def initialised(weights: Mapping[str, tuple[int, ...]], init: Any, bias_init: Any) -> tuple[Initialisation, ...]:
    """How the `weight` and the `bias` of a layer start. Raises `DoesNotFit` for a start that its tensor cannot have."""
    if init is None and bias_init is None:
        return ()
    made = []
    for tensor, at, start in (("weight", "init", init), ("bias", "bias_init", bias_init)):
        if start is None or tensor not in weights:
            continue
        axes = len(weights[tensor])
        if not start.least_axes <= axes <= start.most_axes:
            why = f"it has {axes} axes" if axes > 1 else "it has a single axis, so neither fan-in nor fan-out"
            message = f"`{start.name}` cannot start the {tensor}: {why}"
            raise DoesNotFit(message, at=at, help="use `normal`, `uniform`, `constant`, `zeros` or `ones`")
        if problem := start.problem(weights[tensor]):
            raise DoesNotFit(f"`{start.name}`: {problem}", at=at)
        made.append(start.initialisation(tensor))
    return tuple(made)


class KaimingNormal(Initialiser, name="kaiming_normal"):
    """Start from a normal distribution that keeps the variance of activations through rectifiers.

    Standard deviation: gain / √fan, where the gain follows from the nonlinearity (√2 for `relu`).

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, init=kaiming_normal(mode="fan_out", nonlinearity="relu"))
        }

    Paper: He et al., Delving Deep into Rectifiers, 2015.
    """

    target = "nn.init.kaiming_normal_"
    least_axes = 2
    a: float = parameter(Real(), 0.0, "negative slope of the rectifier that follows; read for `leaky_relu` only")
    mode: str = parameter(Choice(("fan_in", "fan_out")), "fan_in", "keep the variance forward (fan_in) or backward")
    nonlinearity: str = parameter(Choice(_NONLINEARITIES), "leaky_relu", "the activation that follows")


class KaimingUniform(Initialiser, name="kaiming_uniform"):
    """Start from a uniform distribution that keeps the variance of activations through rectifiers.

    Bounds: ± gain · √(3 / fan), where the gain follows from the nonlinearity (√2 for `relu`).

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, init=kaiming_uniform(nonlinearity="relu"))
        }

    Paper: He et al., Delving Deep into Rectifiers, 2015.
    """

    target = "nn.init.kaiming_uniform_"
    least_axes = 2
    a: float = parameter(Real(), 0.0, "negative slope of the rectifier that follows; read for `leaky_relu` only")
    mode: str = parameter(Choice(("fan_in", "fan_out")), "fan_in", "keep the variance forward (fan_in) or backward")
    nonlinearity: str = parameter(Choice(_NONLINEARITIES), "leaky_relu", "the activation that follows")


class XavierNormal(Initialiser, name="xavier_normal"):
    """Start from a normal distribution that balances the variance forward and backward.

    Standard deviation: gain · √(2 / (fan-in + fan-out)).

    Example:
        network example {
            input features: [784]
            linear(10, init=xavier_normal)
        }

    Paper: Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks, 2010.
    """

    target = "nn.init.xavier_normal_"
    least_axes = 2
    gain: float = parameter(Real(0.0), 1.0, "factor on the standard deviation")


class XavierUniform(Initialiser, name="xavier_uniform"):
    """Start from a uniform distribution that balances the variance forward and backward.

    Bounds: ± gain · √(6 / (fan-in + fan-out)).

    Example:
        network example {
            input features: [784]
            linear(10, init=xavier_uniform)
        }

    Paper: Glorot and Bengio, Understanding the Difficulty of Training Deep Feedforward Neural Networks, 2010.
    """

    target = "nn.init.xavier_uniform_"
    least_axes = 2
    gain: float = parameter(Real(0.0), 1.0, "factor on the bounds")


class Normal(Initialiser, name="normal"):
    """Start from a normal distribution.

    Example:
        network example {
            input features: [784]
            linear(10, init=normal(std=0.01))
        }
    """

    target = "nn.init.normal_"
    mean: float = parameter(Real(), 0.0, "mean of the distribution")
    std: float = parameter(Real(0.0), 1.0, "standard deviation")


class TruncNormal(Initialiser, name="trunc_normal"):
    """Start from a normal distribution cut off at two values.

    `a` and `b` are the values themselves, not multiples of the standard deviation.

    Example:
        network example {
            input features: [784]
            linear(10, init=trunc_normal(std=0.02))
        }
    """

    target = "nn.init.trunc_normal_"
    mean: float = parameter(Real(), 0.0, "mean of the distribution before the cut")
    std: float = parameter(Real(0.0, above=True), 1.0, "standard deviation before the cut")
    a: float = parameter(Real(), -2.0, "lowest value")
    b: float = parameter(Real(), 2.0, "highest value")

    def problem(self, shape: tuple[int, ...]) -> str:
        # drawing from a far tail takes torch very long
        return "" if self.a <= self.mean <= self.b and self.a < self.b else "the mean lies outside of [a, b]"


class Uniform(Initialiser, name="uniform"):
    """Start from a uniform distribution.

    Example:
        network example {
            input features: [784]
            linear(10, init=uniform(a=-0.1, b=0.1))
        }
    """

    target = "nn.init.uniform_"
    a: float = parameter(Real(), 0.0, "lowest value")
    b: float = parameter(Real(), 1.0, "highest value")

    def problem(self, shape: tuple[int, ...]) -> str:
        return "" if self.a <= self.b else f"`a` of {self.a:g} is above `b` of {self.b:g}"


class Constant(Initialiser, name="constant"):
    """Start from one number.

    Example:
        network example {
            input features: [784]
            linear(10, bias_init=constant(0.1))
        }
    """

    target = "nn.init.constant_"
    val: float = parameter(Real(), docs="the number")


class Zeros(Initialiser, name="zeros"):
    """Start from zero: a batch norm that starts so makes its residual block the identity.

    Example:
        network example {
            input image: [16, 8, 8]
            residual { conv(16, 3, padding=1, bias=false) -> batchnorm(init=zeros) }
        }

    Paper: Goyal et al., Accurate, Large Minibatch SGD, 2017 (section 5.1).
    """

    target = "nn.init.zeros_"


class Ones(Initialiser, name="ones"):
    """Start from one.

    Example:
        network example {
            input features: [784]
            linear(10, bias_init=ones)
        }
    """

    target = "nn.init.ones_"
