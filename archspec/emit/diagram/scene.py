"""What a diagram shows, before anything is laid out: boxes within frames, and edges that carry shapes.

Every kind of picture is drawn from a scene. It is plain data, in the order of the spec, and knows no output format.
"""

from collections.abc import Iterator
from typing import NamedTuple

from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.design import ALWAYS


class CannotDraw(ValueError):
    """A picture that cannot be made; the text says why."""


class Figures(NamedTuple):
    """What a box or a frame costs, for one of its iterations.

    shared: its weights are used at other places too; they count here at the first of them only
    """

    parameters: int
    macs: int
    shared: bool = False


class Box(NamedTuple):
    """A layer with what belongs to it, a module drawn closed, an input, an output, or an entry.

    An entry stands where a value enters a frame: one value, one entry, however often it is read within.

    id:      unique within the scene: its path, a number behind it where several have that path
    kind:    one of those of `palette`: "conv", "pool", "module", "input", …
    op:      the operator of its first layer: `conv`, `add`; empty where it has none
    name:    the name of the module among its siblings: `conv1`, `3…5` for several iterations; empty where it has none
    block:   the definition it is an instance of, if it is a block: `Bottleneck`
    words:   what it does: `3×3 conv, 64, stride 2`, `batchnorm`, `relu`
    inputs:  the shapes that enter
    outputs: the shapes that leave
    times:   how many equal ones it stands for
    figures: none for inputs and outputs
    phase:   of a part that exists in one mode only: "train" or "eval"
    layers:  the layers in it in full, as (path, operator)
    fault:   what is wrong with it, after its code, where it is a step that has an error
    """

    id: str
    kind: str
    op: str
    name: str
    block: str
    words: tuple[str, ...]
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    times: int
    figures: Figures | None
    phase: str
    layers: tuple[tuple[str, str], ...]
    span: Span | None
    fault: str = ""


class Frame(NamedTuple):
    """A module drawn open, or iterations of several items; see `Box`. `children` stand in the order of the spec."""

    id: str
    name: str
    block: str
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    times: int
    figures: Figures
    phase: str
    children: tuple["Box | Frame", ...]
    span: Span | None


class Edge(NamedTuple):
    """A value on its way from one box to another, by their ids.

    output:  which of the source's outputs it is
    input:   which of the target's inputs it is
    changed: its shape is not that of what its maker was given
    skip:    a longer way leads from its source to its target
    trunk:   it is part of the longest way through its target, and of that from its source
    bad:     the code of the error, where the value is to blame for one
    """

    source: str
    output: int
    target: str
    input: int
    shape: Shape
    changed: bool
    skip: bool
    trunk: bool
    phase: str
    bad: str = ""


class Scene(NamedTuple):
    """A picture of a network. `notes` say what was left out, in whole sentences."""

    network: str
    figures: Figures
    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    children: tuple[Box | Frame, ...]
    edges: tuple[Edge, ...]
    notes: tuple[str, ...]


def boxes(children: tuple[Box | Frame, ...]) -> Iterator[Box]:
    """All boxes, in order."""
    for child in children:
        if type(child) is Frame:
            yield from boxes(child.children)
        else:
            yield child  # type: ignore[misc]


def frames(children: tuple[Box | Frame, ...]) -> Iterator[Frame]:
    """All frames, each before those within it."""
    for child in children:
        if type(child) is Frame:
            yield child
            yield from frames(child.children)


def title(child: Box | Frame) -> tuple[str, str]:
    """The name of a box or frame, and what it is an instance of and how often: ("layer3", "Bottleneck ×6")."""
    times = f"×{child.times:,}" if child.times != 1 else ""
    return child.name, " ".join(part for part in (child.block, times) if part)


def is_conditional(child: Box | Frame | Edge) -> bool:
    """Whether it exists in one mode only."""
    return child.phase != ALWAYS
