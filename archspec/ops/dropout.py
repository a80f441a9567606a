"""Dropout: noise in training, nothing in evaluation."""

from archspec.core.kept import BOOL, VIEW, Kept, Own
from archspec.core.layer import Layer, ModuleCall
from archspec.core.shape import Shape
from archspec.ops.base import Operator, parameter
from archspec.ops.fitting import changed, spatial_rank
from archspec.ops.kinds import Choice, Real

_RATE = Real(0.0, 1.0)


class Dropout(Operator, name="dropout"):
    """Dropout: in training each element becomes zero with probability p, and the others grow by 1 / (1 − p).

    The shape stays. In evaluation it does nothing.

    Example:
        network example {
            input features: [4096]
            dropout(0.5) -> linear(1000)
            expect [1000]
        }

    Paper: Srivastava et al., Dropout, 2014.
    """

    idle = True

    p: float = parameter(_RATE, 0.5, "probability that an element becomes zero")

    def layer(self, x: Shape) -> Layer:
        return Layer(self.name, (x,), (x,), ModuleCall("nn.Dropout", (), changed(self, "p")))

    def kept(self, layer: Layer) -> Kept:
        return _kept(self.p, Own("mask", layer.output.elements, 0, BOOL))


class SpatialDropout(Operator, name="spatial_dropout"):
    """Spatial dropout: in training each channel becomes zero as a whole with probability p.

    The others grow by 1 / (1 − p). The shape stays. In evaluation it does nothing. Neighbouring pixels are alike, so
    that dropping single ones takes little away; this takes the whole map.

    Example:
        network example {
            input image: [3, 32, 32]
            conv(16, 3, padding=1) -> spatial_dropout(0.2)
            expect [16, 32, 32]
        }

    Paper: Tompson et al., Efficient Object Localization Using Convolutional Networks, 2014.
    """

    idle = True

    p: float = parameter(_RATE, 0.5, "probability that a channel becomes zero")

    def layer(self, x: Shape) -> Layer:
        axes = spatial_rank(self, x)
        return Layer(self.name, (x,), (x,), ModuleCall(f"nn.Dropout{axes}d", (), changed(self, "p")))

    def kept(self, layer: Layer) -> Kept:
        return _kept(self.p, Own("mask", layer.output.channels))


class AlphaDropout(Operator, name="alpha_dropout"):
    """Alpha dropout: dropout that keeps mean and variance, to go with `selu`.

    The shape stays. In evaluation it does nothing.

    Example:
        network example {
            input features: [784]
            linear(256) -> selu -> alpha_dropout(0.1)
            expect [256]
        }

    Paper: Klambauer et al., Self-Normalizing Neural Networks, 2017.
    """

    idle = True

    p: float = parameter(_RATE, 0.5, "probability that an element is dropped")

    def layer(self, x: Shape) -> Layer:
        return Layer(self.name, (x,), (x,), ModuleCall("nn.AlphaDropout", (), changed(self, "p")))

    def kept(self, layer: Layer) -> Kept:
        return _kept(self.p, Own("factors", layer.output.elements))


class StochasticDepth(Operator, name="stochastic_depth"):
    """Stochastic depth: in training a value becomes zero as a whole, for each sample with probability p.

    The others grow by 1 / (1 − p). The shape stays. In evaluation it does nothing. At the end of the body of a
    `residual` it leaves the whole block out now and then.

    Example:
        network example {
            input image: [16, 8, 8]
            residual { conv(16, 3, padding=1, bias=false) -> batchnorm -> stochastic_depth(0.1) }
            expect [16, 8, 8]
        }

    Paper: Huang et al., Deep Networks with Stochastic Depth, 2016.
    """

    idle = True

    p: float = parameter(_RATE, docs="probability that the value becomes zero")
    mode: str = parameter(
        Choice(("row", "batch")), "row", '"row" decides for each sample, "batch" once for all of them'
    )

    def layer(self, x: Shape) -> Layer:
        return Layer(self.name, (x,), (x,), ModuleCall("StochasticDepth", (self.p,), changed(self, "mode")))

    def kept(self, layer: Layer) -> Kept:
        factors = Own("factors", 1) if self.mode == "row" else Own("factor", 0, 1)
        return Kept(own=(factors,)) if self.p else VIEW


def _kept(p: float, mask: Own) -> Kept:
    """A mask; what drops nothing is not there, and what drops all multiplies by zero."""
    if p == 0:
        return VIEW
    return Kept(own=(mask if p < 1 else Own("zero", 0, 1),))
