"""One layer for many sizes at once: by arithmetic where its operator allows, else row by row."""

from collections.abc import Sequence
from math import prod
from typing import NamedTuple

from archspec.analysis.sizes.family import Axis, Family, constant, distinct, made
from archspec.core.convolution import NoRoom, Sliding, Transposed
from archspec.core.geometry import Window
from archspec.core.layer import Layer
from archspec.core.limits import Limits
from archspec.core.shape import FEATURE, SPATIAL, Shape
from archspec.design import Apply
from archspec.ops.activation import Activation
from archspec.ops.base import DoesNotFit, Operator

_SLIDING = frozenset({"conv", "depthwise", "maxpool", "avgpool", "l2pool", "conv_transpose"})
_KEEPING = frozenset(
    {"batchnorm", "dropout", "spatial_dropout", "alpha_dropout", "stochastic_depth", "identity", "scale", "abs"}
)
_ELEMENTWISE = frozenset({"add", "mul", "sub"})


class Otherwise(Exception):
    """For some size the design is another one: it has to be elaborated for it."""


class Refusal(NamedTuple):
    """Why a size does not work: the rule that it breaks, where, and in which words."""

    code: str
    path: str
    message: str


class Asked(NamedTuple):
    """What is asked: along which spatial axis, and whether every remainder of a stride counts (`strict`) or only pixels
    that are lost."""

    axis: int
    rank: int  # how many spatial axes there are
    strict: bool
    limits: Limits

    def short(self, window: Window, size: int) -> bool:
        """Whether a window leaves something out."""
        found = window.check(size)
        return found is not None and bool(found.remainder if self.strict else found.verdict == "lossy")


class Passed(NamedTuple):
    """What a layer does to the rows: its outputs, what it refuses, the rows of which it leaves something out, and
    whether its weights depend on the size."""

    outputs: tuple[Family, ...]
    refused: dict[int, Refusal]
    short: list[int]
    weighted: bool = False


def through(node: Apply, inputs: Sequence[Family], rows: Sequence[int], count: int, asked: Asked) -> Passed:
    """The outputs of a layer for the inputs of some of `count` rows; other rows get sizes that mean nothing.

    Raises `Otherwise`.
    """
    operator = node.operator
    if not any(one.varying for one in inputs) and all(
        one.axes == tuple(x.sizes) for one, x in zip(inputs, node.layer.inputs, strict=True)
    ):
        return Passed(tuple(map(constant, node.layer.outputs)), {}, rows_short(node.layer, rows, asked))
    if operator.name in _SLIDING and _only_slides(operator, inputs[0]) and _within(inputs, node.layer, asked.limits):
        try:
            return _slid(node.layer, inputs[0], rows, asked)
        except NoRoom:
            pass  # row by row, for the words
    elif _keeps(operator, inputs):
        return Passed((inputs[0],), {}, [])
    elif operator.name == "concat" and FEATURE not in inputs[0].roles:
        joined = _joined(operator, inputs)
        if joined is not None and _within((joined,), None, asked.limits):
            return Passed((joined,), {}, [])
    return _row_by_row(node, inputs, rows, count, asked)


def _keeps(operator: Operator, inputs: Sequence[Family]) -> bool:
    """Whether the output has the sizes of the first input, whatever they are."""
    if operator.name in _ELEMENTWISE:
        return all(one == inputs[0] for one in inputs)
    return (operator.name in _KEEPING or isinstance(operator, Activation)) and not inputs[0].varying.strip(SPATIAL)


def _only_slides(operator: Operator, x: Family) -> bool:
    """Whether nothing but spatial sizes varies, and the operator looks at them through windows that do not depend on
    them."""
    borders = getattr(operator, "padding", 0) != "same" and getattr(operator, "padding_mode", "zeros") == "zeros"
    flat = len(x.axes) < 4 or operator.name not in ("avgpool", "l2pool")  # torch's 3-D means look at the size
    return borders and flat and not x.varying.strip(SPATIAL)


def _within(families: Sequence[Family], layer: Layer | None, limits: Limits) -> bool:
    """Whether no row comes near the limits on sizes."""
    growth = 1
    for window in layer.windows if layer is not None else ():
        assert isinstance(window, Sliding | Transposed)
        pads = abs(window.before) + abs(window.after) + window.dilation * window.kernel
        growth *= (window.stride if isinstance(window, Transposed) else 1) + pads + 1
    channels = layer.output.channels if layer is not None else 1
    for one in families:
        largest = [max(axis) if isinstance(axis, tuple) else axis for axis in one.axes]
        if max(largest) * growth >= limits.size or prod(largest) * growth * channels >= limits.elements:
            return False
    return True


def _slid(layer: Layer, x: Family, rows: Sequence[int], asked: Asked) -> Passed:
    """Raises `NoRoom`."""
    axes: list[Axis] = [int(layer.output.channels)]
    for axis, window in zip(x.axes[1:], layer.windows, strict=True):
        if type(axis) is not tuple:
            axes.append(window.output(axis))  # type: ignore[arg-type]
        elif len(rows) == len(axis):
            axes.append(tuple(map(window.output, axis)))
        else:
            column = [window.output(axis[rows[0]])] * len(axis)
            for row in rows:
                column[row] = window.output(axis[row])
            axes.append(tuple(column))
    short: list[int] = []
    for at in _counting(layer, asked):
        window, axis = layer.windows[at], x.axes[at + 1]
        if type(window) is Sliding and (window.stride > 1 or window.before < 0 or window.after < 0):
            known: dict[int, bool] = {}
            for row in rows:
                size = axis[row] if isinstance(axis, tuple) else axis
                if size not in known:
                    known[size] = asked.short(window, size)
                if known[size]:
                    short.append(row)
    return Passed((made(axes, layer.output.roles),), {}, short)


def _counting(layer: Layer, asked: Asked) -> Sequence[int]:
    """The windows of a layer that lie along the axis that is asked about; all of them where axes have been mixed."""
    count = len(layer.windows)
    return (asked.axis,) if count == asked.rank else range(count)


def rows_short(layer: Layer, rows: Sequence[int], asked: Asked) -> list[int]:
    """All rows, where the layer as it is leaves something out."""
    spatial = layer.inputs[0].spatial if layer.inputs else ()
    if len(layer.windows) != len(spatial):
        return []
    lost = any(asked.short(layer.windows[at], int(spatial[at])) for at in _counting(layer, asked))
    return list(rows) if lost else []


def _joined(operator: Operator, inputs: Sequence[Family]) -> Family | None:
    """The inputs one after the other along an axis that does not vary, where all else is equal."""
    first = inputs[0]
    rank = len(first.axes)
    axis = operator.axis % rank if -rank <= operator.axis < rank else None  # type: ignore[attr-defined]
    if axis is None or any(one.roles != first.roles or type(one.axes[axis]) is tuple for one in inputs):
        return None
    rest = first.axes[:axis], first.axes[axis + 1 :]
    if any((one.axes[:axis], one.axes[axis + 1 :]) != rest for one in inputs):
        return None
    return Family((*rest[0], sum(one.axes[axis] for one in inputs), *rest[1]), first.roles)


def _row_by_row(node: Apply, inputs: Sequence[Family], rows: Sequence[int], count: int, asked: Asked) -> Passed:
    chosen, which = distinct(inputs, rows)
    results: list[Layer | Refusal] = []
    for row in chosen:
        try:
            layer = node.operator.layer(*(one.shape(row) for one in inputs))
            for shape in layer.outputs:
                _check(shape, asked.limits)
            results.append(layer)
        except DoesNotFit as error:
            results.append(Refusal(error.rule, node_name(node), error.message))
    layers = [one for one in results if isinstance(one, Layer)]
    reference = node.layer
    for layer in layers:
        if [x.roles for x in layer.outputs] != [x.roles for x in reference.outputs]:
            raise Otherwise
    by_row = dict(zip(rows, which, strict=True))
    refused = {row: one for row, at in by_row.items() if type(one := results[at]) is Refusal}
    outputs = tuple(_gathered(at, reference, results, by_row, count) for at in range(len(reference.outputs)))
    bad = {at for at, one in enumerate(results) if type(one) is Layer and rows_short(one, [0], asked)}
    weights = {key: tuple(map(int, shape)) for key, shape in reference.weights.items()}
    weighted = any({key: tuple(map(int, shape)) for key, shape in layer.weights.items()} != weights for layer in layers)
    return Passed(outputs, refused, [row for row, at in by_row.items() if at in bad], weighted)


def _gathered(at: int, reference: Layer, results: list[Layer | Refusal], by_row: dict[int, int], count: int) -> Family:
    """An output of all rows; those that were not asked for, and those refused, get the sizes of another one."""
    known = next((one.outputs[at] for one in results if type(one) is Layer), reference.outputs[at])
    shapes = [one.outputs[at] if type(one) is Layer else known for one in results]
    axes: list[Axis] = []
    for axis in range(known.rank):
        column = [int(known.sizes[axis])] * count
        sizes = [int(shape.sizes[axis]) for shape in shapes]
        for row, place in by_row.items():
            column[row] = sizes[place]
        axes.append(tuple(column))
    return made(axes, known.roles)


def _check(shape: Shape, limits: Limits) -> None:
    if shape.rank > limits.rank or any(size > limits.size for size in shape.sizes) or shape.elements > limits.elements:
        raise DoesNotFit(f"the result would be {shape}, beyond the limits", rule="AS304")


def node_name(node: Apply) -> str:
    """How a layer is called in a path."""
    return node.label or node.layer.op if node.name is None else str(node.name)
