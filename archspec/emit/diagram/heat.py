"""Boxes coloured by a figure instead of their kind, on a scale of a few steps."""

import re
from collections.abc import Callable, Mapping
from math import isqrt
from typing import NamedTuple

from archspec.analysis.locate import Locator
from archspec.analysis.memory import BYTES
from archspec.design import Module
from archspec.emit.diagram.describe import figure
from archspec.emit.diagram.palette import ENTRY, INPUT, OUTPUT
from archspec.emit.diagram.scene import Box, Scene, boxes
from archspec.emit.figures import amount

FIGURES = ("parameters", "macs", "memory", "receptive-field")
STEPS = 5
_RANGE = re.compile(r"\d+…(\d+)")  # several iterations in a path: the last is looked at


class Heat(NamedTuple):
    """The step of each box by its id, what is said in the box beside its colour, and the upper ends of the steps."""

    steps: Mapping[str, int]
    words: Mapping[str, str]
    ends: tuple[str, ...]


def heat(module: Module, scene: Scene, by: str) -> Heat:
    """The scale of a figure over the boxes of a scene; iterations that a box stands for count together.

    memory: the bytes of what leaves a box. Steps grow with the square root, so that what is small can be told apart.
    """
    value, said, shown = _FIGURES[by]
    locator = Locator(module)
    values = {box.id: value(locator, box) for box in boxes(scene.children) if box.kind not in (INPUT, OUTPUT, ENTRY)}
    most = max(values.values(), default=0)
    steps = {id: _step(found, most) for id, found in values.items()}
    words = {id: said.format(shown(found)) for id, found in values.items()} if said else {}
    return Heat(steps, words, tuple(shown(most * (at + 1) ** 2 // STEPS**2) for at in range(STEPS)))


def _step(value: int, most: int) -> int:
    """The least step whose upper end is not below the value."""
    if value == 0:
        return 0
    return isqrt((STEPS**2 * value - 1) // most)


def _parameters(locator: Locator, box: Box) -> int:
    return box.figures.parameters * box.times if box.figures else 0


def _macs(locator: Locator, box: Box) -> int:
    return box.figures.macs * box.times if box.figures else 0


def _memory(locator: Locator, box: Box) -> int:
    return BYTES * box.times * sum(int(shape.elements) for shape in box.outputs)


def _field(locator: Locator, box: Box) -> int:
    """Pixels along the longest axis; the whole input where all of it is seen."""
    path = box.layers[-1][0] if box.layers else re.sub(r"#\d+$", "", box.id)
    found = locator.find(_RANGE.sub(r"\1", path))
    sizes = [0]
    for at, seen in found[0].view.items() if len(found) == 1 else ():
        shape = locator.root.input_shapes[at]
        spatial = shape.spatial or (shape.elements,)
        for field, whole in zip(seen.fields, spatial, strict=True):
            sizes.append(int(whole) if field is None else field.size)
    return max(sizes)


_Figure = tuple[
    Callable[[Locator, Box], int], str, Callable[[int], str]
]  # parameters and MACs stand in the boxes anyway
_FIGURES: Mapping[str, _Figure] = {
    "parameters": (_parameters, "", lambda number: f"{figure(number)} params"),
    "macs": (_macs, "", lambda number: f"{figure(number)} MACs"),
    "memory": (_memory, "{} out", amount),
    "receptive-field": (_field, "sees {}", lambda number: f"{figure(number)} px"),
}
