"""The fully connected layer."""

from math import prod
from typing import Any

from archspec.core.kept import INPUT
from archspec.core.layer import Layer, ModuleCall
from archspec.core.shape import SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import as_sequence, described, macs, options
from archspec.ops.initialisers import initialised
from archspec.ops.kinds import Boolean, Initialiser, Integer


class Linear(Operator, name="linear"):
    """Fully connected layer: every output is a weighted sum of all features, y = W x + b.

    [features] becomes [out]. Of an input with more axes the last is replaced, with the same weights everywhere:
    [tokens, features] becomes [tokens, out]. A map of an image needs a `flatten` or a pooling first.
    Multiply-accumulates: positions · features · out.

    Of a `flatten`ed map every output reads every pixel, so its receptive field is the whole input: `flatten` keeps what
    each number has seen, and a layer that `mixes` (this one does where its input has one axis) takes it all together.

    Example:
        network example {
            input image: [16, 5, 5]
            flatten -> linear(120)
            expect [120]
        }
    """

    keeps = INPUT
    precision = "low"

    out: int = parameter(Integer(), docs="number of output features")
    bias: bool = parameter(Boolean(), True, "add a learned number to each output feature")
    init: Any = parameter(Initialiser(), None, "how the weights start; none leaves torch's own")
    bias_init: Any = parameter(Initialiser(), None, "how the biases start; none leaves torch's own")

    def layer(self, x: Shape) -> Layer:
        self._check(x)
        features = x[-1]
        weights: dict[str, tuple[int, ...]] = {"weight": (self.out, features)}
        if self.bias:
            weights["bias"] = (self.out,)
        output = Shape((*x.sizes[:-1], self.out), x.roles)
        positions = prod(x.sizes[:-1])
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(output,),
            call=ModuleCall("nn.Linear", (features, self.out), options(bias=(self.bias, True))),
            weights=weights,
            products=macs(
                *([("positions", positions)] if x.rank > 1 else []),
                ("input features", features),
                ("output features", self.out),
            ),
            work={"bias": output.elements} if self.bias else {},
            # over the only axis, or over the tokens themselves, all positions are mixed
            mixes=x.rank == 1 or x.roles[-1] == "t",
            initialisation=initialised(weights, self.init, self.bias_init),
        )

    def _check(self, x: Shape) -> None:
        if x.rank == 0:
            raise DoesNotFit("`linear` takes features, here is a scalar", inputs=(0,), rule="AS406")
        if x.roles[-1] != SPATIAL:
            return
        last = "length" if len(x.spatial) == 1 else "width"
        pooled = f", or take `global_avgpool -> flatten` ({int(x.channels)} features)" if "c" in x.roles else ""
        named = f"; {as_sequence(x).partition(';')[0]}" if x.roles == "cs" else ""
        raise DoesNotFit(
            f"`linear` on a map of {described(x)} would read its {last} of {int(x[-1])} as the features",
            inputs=(0,),
            help=f"`flatten` it first ({x.elements} features){pooled}{named}",
            rule="AS405",
        )
