"""The receptive field of a unit: its window on each input, and how it grew along the layers that it is made from."""

import re
from typing import NamedTuple

from archspec.analysis.ancestry import ancestry
from archspec.analysis.locate import Found, locate, paths
from archspec.analysis.receptive_field import Seen, View
from archspec.core.nearest import did_you_mean
from archspec.core.shape import Shape
from archspec.design import TRAIN, Module
from archspec.emit.diagram.scene import CannotDraw
from archspec.emit.figures import grouped
from archspec.emit.layer_count import layer_count

MOST_LAYERS = 3000  # of larger networks equal iterations are one step
MOST_STEPS = 80  # more are thinned out: a chart is to be read


class Axis(NamedTuple):
    """The inputs that the unit in the middle reads along an axis, from `low` to `high`; beyond the input is padding."""

    low: int
    high: int
    size: int
    stride: str


class Window(NamedTuple):
    """What a unit sees of an input: along each axis, none where it sees all of it.

    context: a gate or the like brings in the whole input beside it
    """

    name: str
    sizes: tuple[int, ...]
    axes: tuple[Axis | None, ...]
    context: bool

    @property
    def passes(self) -> bool:
        """Whether it is larger than the input."""
        return any(axis is not None and axis.size > size for axis, size in zip(self.axes, self.sizes, strict=True))

    @property
    def words(self) -> str:
        """`483 × 483 px of image (224 × 224), stride 32`"""
        whole = " × ".join(map(grouped, self.sizes))
        if not any(self.axes):
            return f"all of {self.name} ({whole})"
        sizes = " × ".join("all" if axis is None else grouped(axis.size) for axis in self.axes)
        strides = " × ".join(dict.fromkeys(axis.stride for axis in self.axes if axis is not None))
        more = ", and all of it by a gate" if self.context else ""
        return f"{sizes} px of {self.name} ({whole}), stride {strides}{more}"


class Step(NamedTuple):
    """A layer on the way, and how many pixels its outputs see along the axis of the chart; `all` of them by a path
    through a global pooling or the like. `times` equal iterations are one step, the last of them."""

    path: str
    op: str
    size: int
    all: bool
    times: int


class FieldPicture(NamedTuple):
    """All that is drawn. `steps` are those at which the field grows, along the longest axis of the first input."""

    network: str
    path: str
    output: Shape
    windows: tuple[Window, ...]
    steps: tuple[Step, ...]
    whole: int

    @property
    def passing(self) -> Step | None:
        """The first step that sees more than the input has."""
        return next((one for one in self.steps if one.all or one.size > self.whole), None)


def windows(view: View, module: Module, output: Shape) -> tuple[Window, ...]:
    """What the unit in the middle of a value sees of each input."""
    made = []
    for at, seen in sorted(view.items()):
        shape = module.input_shapes[at]
        sizes = tuple(int(one) for one in (shape.spatial or (shape.elements,)))
        axes = _axes(seen, [int(one) for one in output.spatial], len(sizes))
        made.append(Window(module.inputs[at], sizes, axes, seen.context))
    return tuple(made)


def _axes(seen: Seen, positions: list[int], count: int) -> tuple[Axis | None, ...]:
    made: list[Axis | None] = []
    for axis, field in enumerate(seen.fields):
        if field is None:
            made.append(None)
            continue
        middle = positions[axis] // 2 if len(positions) == count else 0
        made.append(Axis(*field.interval(middle), field.size, str(field.stride)))
    return tuple(made)


def field_picture(module: Module, path: str) -> FieldPicture:
    """What a unit of the layer or block at a path sees. Raises `CannotDraw` where there is none."""
    found, mode = _found(module, path)
    output = found.graph.shapes[found.node.outputs[0]]
    seen = windows(found.view, module, output)
    if not seen:
        raise CannotDraw(f"`{path}` depends on no input")
    first = min(found.view)
    sizes = seen[0].sizes
    axis = sizes.index(max(sizes))
    steps: list[Step] = []
    most = _size(found.view[first], axis, sizes[axis])
    for row in ancestry(module, found, mode, layer_count(module) > MOST_LAYERS):
        if first not in row.view:
            continue
        size, everything = _size(row.view[first], axis, sizes[axis])
        if (everything, size) > (most[1], most[0]):
            continue  # a later iteration of the repeat that it stands in
        if not steps or (everything, size) > (steps[-1].all, steps[-1].size):
            steps.append(Step(row.path, row.layer.op, size, everything, row.count))
    if not steps or (steps[-1].all, steps[-1].size) != (most[1], most[0]):
        steps.append(Step(found.path, "", *most, 1))  # one of several iterations, the last of which is a row
    thinned = tuple(steps[:: -(-len(steps) // MOST_STEPS)])
    if thinned[-1:] != tuple(steps[-1:]):
        thinned = (*thinned, steps[-1])
    return FieldPicture(module.name, found.path, output, seen, thinned, sizes[axis])


def _size(seen: Seen, axis: int, whole: int) -> tuple[int, bool]:
    field = seen.fields[axis]
    return (whole, True) if field is None else (field.size, False)


def _found(module: Module, path: str) -> tuple[Found, str]:
    mode = "eval"
    found = locate(module, path)
    if any(one.phase == TRAIN for one in found):
        found, mode = locate(module, path, TRAIN), TRAIN
    if not found:
        hint = re.sub("`", "", did_you_mean(path, paths(module)))
        raise CannotDraw(f"{module.name} has no layer {path}" + (f"; {hint}" if hint else ""))
    return found[0], mode
