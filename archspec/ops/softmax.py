"""Activations that look along an axis: softmax and the gated linear unit."""

from archspec.core.kept import INPUT, OUTPUT
from archspec.core.layer import Layer, ModuleCall
from archspec.core.shape import SEQUENCE, SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import axis_of, batched, described
from archspec.ops.kinds import Integer

_AXIS = Integer(-(2**31))
_AXIS_DOCS = "axis, without the batch: 0 counts channels; negative ones count from the end"


class Softmax(Operator, name="softmax"):
    """Shares of a whole: positive numbers that add up to 1 along an axis.

        y_i = exp(x_i) / Σ_j exp(x_j)

    Example:
        network example {
            input features: [784]
            linear(10) -> softmax
            expect [10]
        }
    """

    keeps = OUTPUT
    precision = "full"

    axis: int = parameter(_AXIS, 0, _AXIS_DOCS)

    def layer(self, x: Shape) -> Layer:
        return _along(self, x, self.axis, "nn.Softmax")


class LogSoftmax(Operator, name="log_softmax"):
    """Logarithm of the softmax along an axis, computed without overflow.

        y_i = x_i − ln Σ_j exp(x_j)

    Example:
        network example {
            input features: [784]
            linear(10) -> log_softmax
            expect [10]
        }
    """

    keeps = OUTPUT
    precision = "full"

    axis: int = parameter(_AXIS, 0, _AXIS_DOCS)

    def layer(self, x: Shape) -> Layer:
        return _along(self, x, self.axis, "nn.LogSoftmax")


class Softmin(Operator, name="softmin"):
    """Shares of a whole, the larger the smaller the number: positive numbers that add up to 1 along an axis.

        y_i = exp(−x_i) / Σ_j exp(−x_j)

    Example:
        network example {
            input features: [784]
            linear(10) -> softmin
            expect [10]
        }
    """

    keeps = OUTPUT
    precision = "full"

    axis: int = parameter(_AXIS, 0, _AXIS_DOCS)

    def layer(self, x: Shape) -> Layer:
        return _along(self, x, self.axis, "nn.Softmin")


class GLU(Operator, name="glu"):
    """Gated linear unit: the first half of an axis times the sigmoid of the second half.

    [2 · channels, *sizes] becomes [channels, *sizes].

    Example:
        network example {
            input image: [3, 32, 32]
            conv(32, 3, padding=1) -> glu
            expect [16, 32, 32]
        }

    Paper: Dauphin et al., Language Modeling with Gated Convolutional Networks, 2016.
    """

    keeps = INPUT

    axis: int = parameter(_AXIS, 0, _AXIS_DOCS)

    def layer(self, x: Shape) -> Layer:
        axis = axis_of(self, x, self.axis)
        if x[axis] % 2:
            message = f"`glu` halves axis {axis} of {described(x)}, whose size {int(x[axis])} is odd"
            raise DoesNotFit(message, at="axis" if self.axis else "", inputs=(0,))
        output = Shape((*x.sizes[:axis], x[axis] // 2, *x.sizes[axis + 1 :]), x.roles)
        call = ModuleCall("nn.GLU", (), {"dim": batched(self.axis)})
        return Layer(self.name, (x,), (output,), call, work={"activation": x.elements})


def _along(op: Operator, x: Shape, axis: int, target: str) -> Layer:
    role = x.roles[axis_of(op, x, axis)]
    return Layer(
        op=op.name,
        inputs=(x,),
        outputs=(x,),
        call=ModuleCall(target, (), {"dim": batched(axis)}),
        work={"activation": x.elements},
        mixes=role in (SPATIAL, SEQUENCE),  # each share depends on all positions along the axis
    )
