"""Operators that say what axes are, or order and count them anew; they compute nothing."""

from collections.abc import Sequence
from math import prod
from typing import Any

from archspec.core.kept import NOTHING
from archspec.core.layer import FunctionCall, Layer, Methods, ModuleCall, Pass
from archspec.core.number import derived, product
from archspec.core.shape import CHANNEL, FEATURE, SEQUENCE, SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import axes_of, axis_of, batched, described
from archspec.ops.kinds import Choice, Integer, ListOf

_ANY = Integer(-(2**31))
_WORDS = {
    "channels": CHANNEL, "length": SPATIAL, "depth": SPATIAL, "height": SPATIAL, "width": SPATIAL,
    "tokens": SEQUENCE, "features": FEATURE,
}  # fmt: skip
_SIZES_DOCS = "size of each of the new axes; at most one is −1 and takes what is left"


class Layout(Operator, name="layout"):
    """Say what the axes of a value are, where they are not what their number suggests.

    An input of two axes is taken for [channels, length], one of three for [channels, height, width]. A sequence of
    feature vectors says `layout(["tokens", "features"])`, an image with channels last
    `layout(["height", "width", "channels"])`. The value stays as it is.

    Example:
        network example {
            input readings: [64, 9]
            layout(["tokens", "features"]) -> gru(32) -> select(-1) -> linear(4)
            expect [4]
        }
    """

    keeps = NOTHING

    axes: Any = parameter(ListOf(Choice(tuple(_WORDS)), 1), docs="what each of the axes is, without the batch")

    def layer(self, x: Shape) -> Layer:
        if len(self.axes) != x.rank:
            message = f"`axes` names {len(self.axes)}, the input has {x.rank}: {x}"
            raise DoesNotFit(message, at="axes", help="one word for each axis, without the batch", rule="AS406")
        output = Shape(x.sizes, "".join(_WORDS[word] for word in self.axes))
        return Layer(self.name, (x,), (output,), Pass(), view=True)


class Permute(Operator, name="permute"):
    """Put the axes into another order.

    `permute([1, 2, 0])` makes [height, width, channels] of [channels, height, width]: axis i of the result is the
    input's axis `axes[i]`. A transposition swaps two: `permute([1, 0])`. Where spatial axes change places, the
    receptive field is given as the whole input.

    Example:
        network example {
            input image: [96, 56, 56]
            permute([1, 2, 0]) -> linear(384) -> permute([2, 0, 1])
            expect [384, 56, 56]
        }
    """

    keeps = NOTHING

    axes: Any = parameter(ListOf(_ANY, 1), docs="the input's axes in their new order, without the batch")

    def layer(self, x: Shape) -> Layer:
        order = axes_of(self, x, self.axes)
        if len(order) != x.rank:
            message = f"`axes` orders {len(order)} axes, the input has {x.rank}: {described(x)}"
            raise DoesNotFit(message, at="axes", help=f"each of 0 to {x.rank - 1} once", rule="AS406")
        output = Shape([x[axis] for axis in order], "".join(x.roles[axis] for axis in order))
        spatial = [axis for axis in order if x.roles[axis] == SPATIAL]
        call = ModuleCall("Permute", (0, *(axis + 1 for axis in order)))
        return Layer(self.name, (x,), (output,), call, mixes=spatial != sorted(spatial), view=True)


class Unflatten(Operator, name="unflatten"):
    """Split an axis into several: the reverse of `flatten`.

    `unflatten(0, [128, 7, 7])` makes a map of 6272 features, [channels, height, width].

    Example:
        network example {
            input noise: [100]
            linear(6272) -> unflatten(0, [128, 7, 7]) -> conv_transpose(64, 4, stride=2, padding=1)
            expect [64, 14, 14]
        }
    """

    keeps = NOTHING

    axis: int = parameter(_ANY, docs="the axis to split, without the batch; negative ones count from the end")
    sizes: Any = parameter(ListOf(Integer(-1), 1), docs=_SIZES_DOCS)

    def layer(self, x: Shape) -> Layer:
        axis = axis_of(self, x, self.axis)
        sizes = _complete(x[axis], self.sizes, f"axis {axis} of {int(x[axis])}")
        roles = x.roles[:axis] + _split_roles(x, axis, len(sizes)) + x.roles[axis + 1 :]
        output = Shape((*x.sizes[:axis], *sizes, *x.sizes[axis + 1 :]), None if x.rank == 1 else roles)
        call = ModuleCall("nn.Unflatten", (batched(self.axis), self.sizes))
        return Layer(self.name, (x,), (output,), call, view=True)


class Reshape(Operator, name="reshape"):
    """Read the numbers, in the order in which they lie, as a value of another shape.

    The new axes are taken for features, for [channels, length], [channels, height, width] or
    [channels, depth, height, width]. `flatten`, `unflatten` and `rearrange` say more of what they do.

    Example:
        network example {
            input features: [784]
            reshape([1, 28, 28]) -> conv(16, 3)
            expect [16, 26, 26]
        }
    """

    keeps = NOTHING

    sizes: Any = parameter(ListOf(Integer(-1), 1), docs=_SIZES_DOCS)

    def layer(self, x: Shape) -> Layer:
        if x.rank == 0:
            raise DoesNotFit("`reshape` takes at least one axis, here is a scalar", inputs=(0,), rule="AS406")
        sizes = _complete(product(*x.sizes), self.sizes, f"the {x.elements} numbers of {described(x)}")
        output = Shape(sizes)
        flat = (FunctionCall("flatten", (1,), {}, "method"),) if x.rank > 1 else ()
        split = (FunctionCall("unflatten", (1, self.sizes), {}, "method"),) if len(sizes) > 1 else ()
        # positions read in another order are no longer where they were
        mixes = bool(output.spatial and x.spatial and output.spatial != x.spatial)
        return Layer(self.name, (x,), (output,), Methods(flat + split), mixes=mixes, view=True)


def _complete(size: int, sizes: Sequence[int], whole: str) -> tuple[int, ...]:
    """The sizes with −1 replaced by what is left. Raises `DoesNotFit` where they do not multiply to `size`."""
    known = [one for one in sizes if one != -1]
    if 0 in known or len(sizes) - len(known) > 1:
        message = "`sizes` holds a 0" if 0 in known else "`sizes` leaves more than one size open"
        raise DoesNotFit(message, at="sizes", help="positive sizes, at most one of them −1")
    made = prod(known)
    if len(known) == len(sizes):
        if made != size:
            text = " · ".join(str(int(one)) for one in known)
            raise DoesNotFit(f"{text} = {made}, not {whole}", at="sizes", help="−1 takes what is left")
        return tuple(sizes)
    if size % made:
        raise DoesNotFit(f"{made} does not divide {whole}", at="sizes", help="the product of the sizes divides it")
    left = derived(size // made, "//", size, made) if made > 1 else size
    return tuple(left if one == -1 else one for one in sizes)


def _split_roles(x: Shape, axis: int, count: int) -> str:
    """The roles of the parts of an axis: tokens become pixels, channels stay at the end of their groups."""
    role = x.roles[axis]
    if count == 1:
        return role
    if role == SEQUENCE and SPATIAL not in x.roles and count <= 3:
        return SPATIAL * count
    if role == CHANNEL:
        return FEATURE * (count - 1) + CHANNEL
    return (SEQUENCE if role == SPATIAL else role) * count
