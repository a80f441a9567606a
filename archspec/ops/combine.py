"""Operators that join several values into one. A single value passes as it is, so that branches may be left out."""

from collections import Counter
from collections.abc import Hashable, Sequence
from math import prod
from typing import ClassVar

from archspec.core.kept import NOTHING, VIEW, Kept, Own
from archspec.core.layer import FunctionCall, Layer, Pass
from archspec.core.number import total
from archspec.core.shape import CHANNEL, FEATURE, SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import AXES, ROLES, axis_of, batched, described
from archspec.ops.kinds import Integer


class Concat(Operator, name="concat"):
    """Put values one after the other along an axis: the channels, unless told otherwise.

    The sizes along that axis add up, all others must be equal: [64, 28, 28] and [32, 28, 28] become [96, 28, 28].

    Example:
        network example {
            input image: [3, 32, 32]
            concat {
                conv(16, 1)
                conv(8, 3, padding=1)
            }
            expect [24, 32, 32]
        }
    """

    keeps = NOTHING._replace(passes=True)

    axis: int = parameter(
        Integer(-(2**31)), 0, "axis, without the batch: 0 counts channels; negative ones count from the end"
    )

    def layer(self, first: Shape, *others: Shape) -> Layer:
        inputs = (first, *others)
        _check_ranks(self, inputs)
        axis = axis_of(self, first, self.axis)
        _check_equal(self, inputs, [x.sizes[:axis] + (0,) + x.sizes[axis + 1 :] for x in inputs])
        sizes = (*first.sizes[:axis], total(*(x[axis] for x in inputs)), *first.sizes[axis + 1 :])
        call = FunctionCall("torch.cat", (), {"dim": batched(self.axis)}, "list") if others else Pass()
        return Layer(self.name, inputs, (Shape(sizes, first.roles),), call, view=not others)


class Stack(Operator, name="stack"):
    """Put values side by side along a new axis.

    All shapes are equal: two of [64, 28, 28] become [2, 64, 28, 28]. `concat` joins along an axis that is there.

    Example:
        network example {
            input left: [4096], right: [4096]
            (left, right) -> stack -> max(0)
            expect [4096]
        }
    """

    keeps = NOTHING._replace(passes=True)

    axis: int = parameter(
        Integer(-(2**31)), 0, "where the new axis stands in the result, without the batch; negative: from the end"
    )

    def layer(self, first: Shape, *others: Shape) -> Layer:
        inputs = (first, *others)
        _check_ranks(self, inputs)
        _check_equal(self, inputs, [x.sizes for x in inputs])
        rank = first.rank + 1
        if not -rank <= self.axis < rank:
            message = f"`stack` of {described(first)} has no axis {int(self.axis)}"
            hint = f"the result has {rank} axes without the batch: {-rank} to {rank - 1}"
            raise DoesNotFit(message, at="axis", help=hint, rule="AS406")
        axis = self.axis % rank
        sizes = (*first.sizes[:axis], len(inputs), *first.sizes[axis:])
        output = Shape(sizes, first.roles[:axis] + FEATURE + first.roles[axis:])
        call = FunctionCall("torch.stack", (), {"dim": batched(self.axis)}, "list")
        return Layer(self.name, inputs, (output,), call)


class Elementwise(Operator):
    """Values of one shape, taken element by element. A size of 1 serves every position of the others."""

    sign: ClassVar[str] = ""

    def layer(self, first: Shape, *others: Shape) -> Layer:
        inputs = (first, *others)
        largest = first if others.count(first) == len(others) else self._spread(inputs)
        return Layer(
            op=self.name,
            inputs=inputs,
            outputs=(largest,),
            call=FunctionCall(self.sign, form="infix") if others else Pass(),
            work={"elementwise": len(others) * largest.elements} if others else {},
            view=not others,
        )

    def _spread(self, inputs: tuple[Shape, ...]) -> Shape:
        """The shape of the result where some inputs are spread along axes of size 1. Raises `DoesNotFit`."""
        _check_ranks(self, inputs)
        sizes = tuple([max(axis) for axis in zip(*inputs, strict=True)])
        gates = [tuple([full if size == 1 else size for size, full in zip(x, sizes, strict=True)]) for x in inputs]
        _check_equal(self, inputs, gates)
        return next((x for x in inputs if x.sizes == sizes), Shape(sizes, inputs[0].roles))


class Add(Elementwise, name="add"):
    """Sum of values, element by element.

    The shapes are equal. An axis of size 1 is added to every position: [64, 1, 1] to each pixel of [64, 56, 56].

    Example:
        network example {
            input image: [16, 8, 8]
            add {
                identity
                { conv(16, 3, padding=1) -> relu }
            }
            expect [16, 8, 8]
        }

    Paper: He et al., Deep Residual Learning for Image Recognition, 2015.
    """

    sign = "+"

    def kept(self, layer: Layer) -> Kept:
        """Nothing; where no value is spread, the gradient of the sum is that of each."""
        return VIEW if layer.view else NOTHING._replace(passes=len(set(layer.inputs)) == 1)


class Mul(Elementwise, name="mul"):
    """Product of values, element by element.

    The shapes are equal, or one is a gate: an axis of size 1 multiplies every position, as [64, 1, 1] does each pixel
    of [64, 56, 56].

    Example:
        network example {
            input image: [16, 8, 8]
            mul {
                identity
                { global_avgpool -> conv(16, 1) -> sigmoid }
            }
            expect [16, 8, 8]
        }

    Paper: Hu et al., Squeeze-and-Excitation Networks, 2017.
    """

    sign = "*"

    def kept(self, layer: Layer) -> Kept:
        """The factors, each for the gradients of the others, and the products on the way to the last."""
        if layer.view:
            return VIEW
        made = []
        sizes = layer.inputs[0].sizes
        for x in layer.inputs[1:-1]:
            sizes = tuple(map(max, sizes, x.sizes))
            made.append(Own("product", prod(sizes)))
        return Kept(inputs=None, own=tuple(made), crossed=True)


class Sub(Elementwise, name="sub"):
    """The first value less all others, element by element.

    The shapes are equal; an axis of size 1 serves every position of the others.

    Example:
        network example {
            input left: [4096], right: [4096]
            (left, right) -> sub -> abs
            expect [4096]
        }
    """

    keeps = NOTHING
    sign = "-"


def _check_ranks(op: Operator, inputs: tuple[Shape, ...]) -> None:
    ranks = [x.rank for x in inputs]
    if len(set(ranks)) > 1:
        odd, usual = _odd(ranks)
        message = f"`{op.name}` joins {inputs[odd[0]]} and {inputs[usual]}: they have not as many axes"
        raise DoesNotFit(message, inputs=odd, notes=_listed(inputs), rule="AS401")


def _check_equal(op: Operator, inputs: tuple[Shape, ...], sizes: Sequence[tuple[int, ...]]) -> None:
    """All sizes are equal. Raises `DoesNotFit`; the inputs that differ from most (else from the first) are to blame."""
    if len(set(sizes)) == 1:
        return
    odd, usual = _odd(sizes)
    differing = [axis for axis, pair in enumerate(zip(sizes[odd[0]], sizes[usual], strict=True)) if len(set(pair)) > 1]
    first, wanted = inputs[odd[0]], inputs[usual]
    roles = {first.roles[axis] for axis in differing}
    hint = ""
    if roles == {CHANNEL} and SPATIAL in first.roles:
        hint = f"a convolution of 1 × 1 brings it to {int(wanted.channels)} channels: `conv({int(wanted.channels)}, 1)`"
    elif roles == {SPATIAL}:
        hint = "give the branches the same strides and padding, or `upsample` the smaller one"
    names = " and ".join(_axis_name(first, axis) for axis in differing)
    verb = "differs" if len(differing) == 1 and first.roles[differing[0]] == SPATIAL else "differ"
    message = f"`{op.name}` joins {first} and {wanted}: their {names} {verb}"
    raise DoesNotFit(message, inputs=odd, notes=_listed(inputs), help=hint, rule="AS401")


def _odd(keys: Sequence[Hashable]) -> tuple[tuple[int, ...], int]:
    """The positions that differ from the commonest key (of equally common ones, the first), and one that has it."""
    common = Counter(keys).most_common(1)[0][0]
    return tuple(at for at, key in enumerate(keys) if key != common), list(keys).index(common)


def _listed(inputs: tuple[Shape, ...]) -> tuple[str, ...]:
    return tuple(f"input {at} is {described(x)}" for at, x in enumerate(inputs, 1))


def _axis_name(x: Shape, axis: int) -> str:
    if x.roles[axis] == SPATIAL and len(x.spatial) in AXES:
        return AXES[len(x.spatial)][x.spatial_axes.index(axis)]
    return ROLES[x.roles[axis]]
