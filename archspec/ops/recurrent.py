"""Recurrent layers over a sequence."""

from typing import ClassVar

from archspec.core.kept import Kept, Own
from archspec.core.layer import Layer, ModuleCall, Product
from archspec.core.number import product
from archspec.core.shape import SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import as_sequence, described, options
from archspec.ops.kinds import Boolean, Integer, Real


class Recurrent(Operator):
    """A layer that goes over a sequence step by step; `gates` linear maps make up a step."""

    target: ClassVar[str] = ""
    precision: ClassVar[str] = "low"
    gates: ClassVar[int] = 0
    squashed: ClassVar[int] = 0  # sigmoids and hyperbolic tangents for a number of the state, at each step
    combined: ClassVar[int] = 0  # sums and products for it
    out: int = parameter(Integer(), docs="number of features of the state")
    layers: int = parameter(Integer(1, 64), 1, "number of layers, each over the states of the one before")
    bias: bool = parameter(Boolean(), True, "add a learned number to each of the linear maps")
    dropout: float = parameter(Real(0.0, 1.0), 0.0, "probability that a state between layers is dropped in training")
    bidirectional: bool = parameter(Boolean(), False, "go over the sequence backwards too, and join both states")

    def layer(self, x: Shape) -> Layer:
        if x.rank != 2 or x.roles[1] == SPATIAL:
            message = f"`{self.name}` takes a sequence of features, here is {described(x)}"
            raise DoesNotFit(message, inputs=(0,), help=as_sequence(x), rule="AS406")
        if self.dropout and self.layers == 1:
            message = "`dropout` lies between layers, here is one"
            hint = f"`{self.name}(…) -> dropout({self.dropout:g})` drops what it makes"
            raise DoesNotFit(message, at="dropout", help=hint)
        steps, features = x.sizes
        ways = 2 if self.bidirectional else 1
        output = Shape((steps, product(self.out, ways)), x.roles)
        weights: dict[str, tuple[int, ...]] = {}
        products: list[Product] = []
        for at in range(self.layers):
            entering = features if at == 0 else product(self.out, ways)
            for way in ("", "_reverse")[:ways]:
                weights |= self._weights(entering, f"l{int(at)}{way}")
                products += self._products(steps, entering)
        passes = steps * ways * self.layers
        keywords = options(
            num_layers=(self.layers, 1), bias=(self.bias, True), dropout=(self.dropout, 0.0),
            bidirectional=(self.bidirectional, False),
        )  # fmt: skip
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(output,),
            call=ModuleCall(self.target, (features, self.out), keywords),
            weights=weights,
            products=tuple(products),
            work={
                **({"bias": 2 * passes * self.gates * self.out} if self.bias else {}),
                "activation": passes * self.squashed * self.out,
                "elementwise": passes * self.combined * self.out,
            },
            mixes=True,
        )

    def kept(self, layer: Layer) -> Kept:
        """The sequence, the states, and about what cuDNN reserves: each gate and what it combines, at each step."""
        numbers = layer.output.elements * self.layers * (self.gates + 2)
        return Kept(inputs=(0,), outputs=True, own=(Own("gates", numbers),))

    def _weights(self, entering: int, name: str) -> dict[str, tuple[int, ...]]:
        rows = product(self.out, self.gates)
        made: dict[str, tuple[int, ...]] = {
            f"weight_ih_{name}": (rows, entering), f"weight_hh_{name}": (rows, self.out),
        }  # fmt: skip
        if self.bias:
            made |= {f"bias_ih_{name}": (rows,), f"bias_hh_{name}": (rows,)}
        return made

    def _products(self, steps: int, entering: int) -> list[Product]:
        common = (("steps", steps), ("gates", self.gates))
        return [
            Product.of(*common, ("input features", entering), ("state features", self.out)),
            Product.of(*common, ("previous state", self.out), ("state features", self.out)),
        ]


class LSTM(Recurrent, name="lstm"):
    """Long short-term memory: a state and a memory cell that gates write to, keep and read, from step to step.

        i, f, o = σ(W x + U h + b),  g = tanh(W x + U h + b),  c = f · c + i · g,  h = o · tanh(c)

    [steps, features] becomes [steps, out], the state after each step; [steps, 2 · out] in both directions. The first
    state is 0. Multiply-accumulates of a layer: steps · 4 · (features + out) · out. Weights are named as in `nn.LSTM`.

    Example:
        network example {
            input words: [64]
            embedding(10000, 50) -> lstm(128) -> select(-1) -> linear(2)
            expect [2]
        }

    Paper: Hochreiter and Schmidhuber, Long Short-Term Memory, 1997.
    """

    target = "SequenceLSTM"
    gates = 4
    squashed = 5
    combined = 8


class GRU(Recurrent, name="gru"):
    """Gated recurrent unit: a state that one gate resets and another mixes with its successor, from step to step.

        r, z = σ(W x + U h + b),  n = tanh(W x + b + r · (U h + b)),  h = (1 − z) · n + z · h

    [steps, features] becomes [steps, out], the state after each step; [steps, 2 · out] in both directions. The first
    state is 0. Multiply-accumulates of a layer: steps · 3 · (features + out) · out. Weights are named as in `nn.GRU`.

    Example:
        network example {
            input words: [64]
            embedding(10000, 50) -> gru(128, bidirectional=true)
            expect [64, 256]
        }

    Paper: Cho et al., Learning Phrase Representations Using RNN Encoder-Decoder, 2014.
    """

    target = "SequenceGRU"
    gates = 3
    squashed = 3
    combined = 8
