"""What grows from one iteration of a loop to the next, as one value: sizes, the numbers of names, calls, shapes."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from archspec.core.layer import ModuleCall
from archspec.core.number import Literal, Operation, origin, plain, remember
from archspec.core.shape import Shape
from archspec.design import Indexed


class Running(int):
    """A size in a loop: `base` in the first iteration, and `step` more in each that follows."""

    base: int
    step: int


def counted(names: Sequence[Any]) -> Indexed | None:
    """Names that count up, as one; none where they do not, or where there are none."""
    if not all(isinstance(name, str) for name in names):
        return None
    for match in re.finditer(r"\d+", names[0]):
        prefix, suffix = names[0][: match.start()], names[0][match.end() :]
        second = re.fullmatch(re.escape(prefix) + r"(\d+)" + re.escape(suffix), names[1])
        if second is None:
            continue
        made = Indexed(prefix, int(match[0]), (int(second[1]) - int(match[0]),), suffix)
        if all(made.at(k) == name for k, name in enumerate(names)):
            return made
    return None


def shape(shapes: Sequence[Shape]) -> Shape | None:
    sizes = [running([shape.sizes[axis] for shape in shapes]) for axis in range(shapes[0].rank)]
    if any(size is None for size in sizes) or any(shape.roles != shapes[0].roles for shape in shapes):
        return None
    return Shape([size for size in sizes if size is not None], shapes[0].roles)


def running(values: Sequence[int]) -> int | None:
    """Numbers that are equal, or grow by the same each time, as one; none where they do not."""
    steps = {int(b) - int(a) for a, b in pairwise(values)}
    if len(steps) != 1:
        return None
    step = steps.pop()
    if step == 0:
        return values[0]
    made = Running(values[0])
    made.base = values[0]
    made.step = step
    grown = origin(values[1])
    if type(grown) is Operation and grown.operator == "+":
        before, more = grown.operands
        if before == origin(values[0]) and type(more) is not Literal:
            made.step = remember(step, more)
    return made


def call(layers: Sequence[Any]) -> ModuleCall | None:
    """The calls of a layer in each iteration as one: what differs has to be the size of what enters."""
    sizes = {
        tuple(int(layer.inputs[port].sizes[axis]) for layer in layers)
        for port, shape in enumerate(layers[0].inputs)
        for axis in range(shape.rank)
    }

    def one(values: Sequence[Any]) -> Any:
        if all(plain(value) == plain(values[0]) for value in values):
            return values[0]
        if all(isinstance(value, int) for value in values) and tuple(map(int, values)) in sizes:
            return running(values)
        return None

    first: ModuleCall = layers[0].call
    arguments = [one([layer.call.arguments[k] for layer in layers]) for k in range(len(first.arguments))]
    keywords = {key: one([layer.call.keywords[key] for layer in layers]) for key in first.keywords}
    for made, given in zip([*arguments, *keywords.values()], [*first.arguments, *first.keywords.values()], strict=True):
        if made is None and given is not None:
            return None
    return ModuleCall(first.target, tuple(arguments), keywords)
