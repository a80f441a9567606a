"""A graph tidied for drawing: what does nothing is gone, layers that belong together are one, equal neighbours are one.

Pictures are drawn from the sketches of modules; nothing is laid out here.
"""

from typing import NamedTuple

from archspec.core.shape import Shape
from archspec.design import Apply, Instance, Port
from archspec.elaborate.draft import Failure


class Stack(NamedTuple):
    """A layer, and the norms, activations and the like that follow it and it alone."""

    layers: tuple[Apply, ...]

    @property
    def inputs(self) -> tuple[int, ...]:
        return self.layers[0].inputs

    @property
    def outputs(self) -> tuple[int, ...]:
        return self.layers[-1].outputs

    @property
    def phase(self) -> str:
        return self.layers[0].phase

    @property
    def reused(self) -> bool:
        return self.layers[0].reused

    @property
    def name(self) -> str:
        """The name of the first layer among its siblings; empty where it is no module."""
        return str(self.layers[0].name or "")


class Again(NamedTuple):
    """Equal iterations, declared (`repeat`) or found; the first input goes from one to the next."""

    times: int
    body: "Sketch"
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    phase: str


class Chain(NamedTuple):
    """Items in a row that are not alike, too many to draw each."""

    items: tuple["Item", ...]
    shapes: tuple[Shape, ...]  # of its outputs

    @property
    def inputs(self) -> tuple[int, ...]:
        return self.items[0].inputs

    @property
    def outputs(self) -> tuple[int, ...]:
        return self.items[-1].outputs

    @property
    def phase(self) -> str:
        return self.items[0].phase


class Fault(NamedTuple):
    """A step that has an error: nothing leaves it."""

    failure: Failure
    inputs: tuple[int, ...]
    phase: str
    outputs: tuple[int, ...] = ()
    reused: bool = False


Item = Stack | Instance | Again | Chain | Fault


class Sketch(NamedTuple):
    """A graph of items. Names of children are texts; `3…5` stands for those of several iterations."""

    inputs: tuple[int, ...]
    shapes: tuple[Shape, ...]
    items: tuple[Item, ...]
    outputs: tuple[Port, ...]

    @property
    def leaving(self) -> tuple[int, ...]:
        """The values of the outputs."""
        return tuple(port.value for port in self.outputs)


def name_range(first: str, last: str) -> str:
    """The names of several: `layer3` to `layer5` are `layer3…5`."""
    if first == last:
        return first
    start = first.rstrip("0123456789")
    number = last[len(start) :]
    return f"{first}…{number if last.startswith(start) and number.isdecimal() else last}"
