"""Activations that cut values off, or move them towards zero."""

from archspec.core.kept import Kept, Own
from archspec.core.layer import Layer
from archspec.core.shape import Shape
from archspec.ops.activation import Activation
from archspec.ops.base import DoesNotFit, parameter
from archspec.ops.kinds import Real


class Hardtanh(Activation, name="hardtanh"):
    """The value cut off at a lowest and a highest one.

        y = min(max(min_val, x), max_val)

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> hardtanh
            expect [16, 32, 32]
        }
    """

    target = "nn.Hardtanh"
    min_val: float = parameter(Real(), -1.0, "lowest value")
    max_val: float = parameter(Real(), 1.0, "highest value; above the lowest")

    def layer(self, x: Shape) -> Layer:
        if self.min_val >= self.max_val:
            message = f"`min_val` of {self.min_val:g} is not below `max_val` of {self.max_val:g}"
            raise DoesNotFit(message, at="max_val", help="values are kept between `min_val` and `max_val`")
        return super().layer(x)


class Tanhshrink(Activation, name="tanhshrink"):
    """The value less its hyperbolic tangent.

        y = x − tanh(x)

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> tanhshrink
            expect [16, 32, 32]
        }
    """

    target = "nn.Tanhshrink"

    def kept(self, layer: Layer) -> Kept:
        return Kept(own=(Own("tanh(x)", layer.output.elements),))


class Hardshrink(Activation, name="hardshrink"):
    """Small values become zero, others stay.

        y = x where |x| > lambd, else 0

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> hardshrink
            expect [16, 32, 32]
        }
    """

    target = "nn.Hardshrink"
    lambd: float = parameter(Real(), 0.5, "values up to this size become zero")


class Softshrink(Activation, name="softshrink"):
    """Small values become zero, others move towards it.

        y = x − lambd where x > lambd, x + lambd where x < −lambd, else 0

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> softshrink
            expect [16, 32, 32]
        }
    """

    target = "nn.Softshrink"
    lambd: float = parameter(Real(0.0), 0.5, "how far values move towards zero")
