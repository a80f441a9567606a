"""Graphs that have run: under which conditions, and what came of it."""

from typing import NamedTuple

from archspec.analysis.estimate.setting import Figures


class Entering(NamedTuple):
    """A value that enters a graph.

    home:     the number of the memory it lives in, the same where two values share it
    size:     the bytes of that memory
    width:    the bytes of a number
    gradient: whether a gradient is wanted
    held:     its memory stays until the backward pass, whatever happens here
    needed:   its memory is needed when the graph is done
    """

    home: int
    size: int
    width: int
    gradient: bool
    held: bool
    needed: bool


class Leaving(NamedTuple):
    """A value that leaves a graph; `home` is that of an input, or none where its memory is new."""

    home: int | None
    size: int
    width: int
    gradient: bool
    held: bool


class Run(NamedTuple):
    """A graph that has run under some conditions.

    forward:   the most bytes alive forward, the inputs among them
    stash:     bytes kept for the backward pass, those of inputs and outputs apart
    keeps:     the homes of inputs that it is the first to keep
    outputs:   what leaves
    backward:  the most bytes alive backward: the stash, gradients of values, and of weights
    learned:   bytes of the gradients of its weights
    figures:   the sums of all layers
    nodes:     for each node what it did: `Figures` of a layer and of what does not run, the `Run` of an instance, a
               `Chain` of a repeat
    """

    forward: int
    stash: int
    keeps: frozenset[int]
    outputs: tuple[Leaving, ...]
    backward: int
    learned: int
    figures: Figures
    nodes: tuple["Figures | Run | Chain", ...]


class Chain(NamedTuple):
    """The iterations of a repeat as a `Run`; `links` are runs of iterations, and how many were like it."""

    run: Run
    links: tuple[tuple[Run, int], ...]
