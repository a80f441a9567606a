"""Arithmetic on whole values: a product of matrices, a constant factor."""

from math import prod

from archspec.core.kept import NOTHING, Kept, Own
from archspec.core.layer import FunctionCall, Layer
from archspec.core.shape import SEQUENCE, SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import described, macs
from archspec.ops.kinds import Boolean, Real


class Scale(Operator, name="scale"):
    """Multiply by a constant.

    The shape stays. A factor that is learned is a `parameter` in a `mul`.

    Example:
        network example {
            input queries: [8, 196, 64], keys: [8, 196, 64]
            (queries, keys) -> matmul(transpose=true) -> scale(64 ** -0.5)
            expect [8, 196, 196]
        }
    """

    keeps = NOTHING

    by: float = parameter(Real(), docs="the factor")

    def layer(self, x: Shape) -> Layer:
        call = FunctionCall("*", (self.by,), {}, "infix")
        return Layer(self.name, (x,), (x,), call, work={"elementwise": x.elements})


class Matmul(Operator, name="matmul"):
    """Product of two matrices, or of stacks of matrices: rows of the first with columns of the second.

    [rows, inner] and [inner, columns] become [rows, columns]; further axes in front are equal, or one of them is 1.
    With `transpose` the second is [columns, inner]: queries and keys, [tokens, features] both, become [tokens, tokens].
    Multiply-accumulates: stack · rows · inner · columns.

    Example:
        network example {
            input queries: [8, 196, 64], keys: [8, 49, 64], values: [8, 49, 64]
            (queries, keys) -> matmul(transpose=true) -> scores: softmax(axis=-1)
            (scores, values) -> matmul
            expect [8, 196, 64]
        }
    """

    precision = "low"

    transpose: bool = parameter(Boolean(), False, "swap the last two axes of the second value first")

    def layer(self, first: Shape, second: Shape) -> Layer:
        self._check(first, second)
        column = second.rank - (2 if self.transpose else 1)
        stack = tuple(max(pair) for pair in zip(first.sizes[:-2], second.sizes[:-2], strict=True))
        output = Shape((*stack, first[-2], second[column]), first.roles[:-1] + second.roles[column])
        inner = second.rank - (1 if self.transpose else 2)
        call = FunctionCall("matmul_transposed") if self.transpose else FunctionCall("@", form="infix")
        return Layer(
            op=self.name,
            inputs=(first, second),
            outputs=(output,),
            call=call,
            products=macs(
                *([("matrices", prod(stack))] if stack else []),
                ("rows", first[-2]),
                ("inner", first[-1]),
                ("columns", second[column]),
            ),
            # what is summed over are positions: each output depends on all of them
            mixes=second.roles[inner] in (SPATIAL, SEQUENCE) or first.roles[-1] in (SPATIAL, SEQUENCE),
        )

    def _check(self, first: Shape, second: Shape) -> None:
        notes = tuple(f"input {at} is {described(x)}" for at, x in enumerate((first, second), 1))
        if first.rank != second.rank or first.rank < 2:
            what = "have not as many axes" if first.rank != second.rank else "are no matrices"
            message = f"`matmul` of {first} and {second}: they {what}"
            raise DoesNotFit(message, inputs=(1, 0), notes=notes, help="two axes or more each", rule="AS401")
        inner = second[-1] if self.transpose else second[-2]
        if first[-1] != inner:
            sizes = f"rows of {int(first[-1])} and columns of {int(inner)}"
            hint = ""
            if first[-1] == (second[-2] if self.transpose else second[-1]):
                hint = f"`transpose={'false' if self.transpose else 'true'}` would fit"
            message = f"`matmul` of {first} and {second}: {sizes}"
            raise DoesNotFit(message, inputs=(1, 0), notes=notes, help=hint, rule="AS401")
        for a, b in zip(first.sizes[:-2], second.sizes[:-2], strict=True):
            if a != b and 1 not in (a, b):
                message = f"`matmul` of {first} and {second}: stacks of {int(a)} and {int(b)} matrices"
                raise DoesNotFit(message, inputs=(1, 0), notes=notes, rule="AS401")

    def kept(self, layer: Layer) -> Kept:
        """Both matrices, each for the gradient of the other; one that serves a whole stack is copied for each of it."""
        stack = layer.output.sizes[:-2]
        whole = tuple(at for at, x in enumerate(layer.inputs) if x.sizes[:-2] == stack)
        copies = (x[-2] * x[-1] * prod(stack) for at, x in enumerate(layer.inputs) if at not in whole)
        return Kept(inputs=whole, own=tuple(Own("copies of a matrix", one) for one in copies), crossed=True)
