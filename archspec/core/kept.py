"""What an operator keeps of a pass forward for the pass backward: the memory that makes training cost more."""

from typing import NamedTuple

# What memory holds: values are of the type that the operator computes in, the others are what they are.
VALUE, FLOAT32, INT64, BOOL = "value", "float32", "int64", "bool"
WIDTHS = {FLOAT32: 4, INT64: 8, BOOL: 1}


class Own(NamedTuple):
    """Memory of an operator besides its inputs and outputs.

    what:   in a word: "mask", "indices", "padded input"
    each:   how many numbers for a sample
    shared: how many more, whatever the batch
    of:     `VALUE`, `FLOAT32`, `INT64` or `BOOL`
    """

    what: str
    each: int
    shared: int = 0
    of: str = VALUE


class Kept(NamedTuple):
    """What autograd keeps until the backward pass of an operator. Weights are there anyway and are not in it.

    inputs:  the positions of the inputs it keeps; none: all of them
    outputs: whether it keeps its outputs
    own:     further memory
    crossed: an input is kept for the gradients of the others only, as in a product
    passes:  the gradient of the output serves as that of the inputs, without memory of its own
    same:    the output is the input itself
    """

    inputs: tuple[int, ...] | None = ()
    outputs: bool = False
    own: tuple[Own, ...] = ()
    crossed: bool = False
    passes: bool = False
    same: bool = False


NOTHING = Kept()
INPUT = Kept(inputs=(0,))
OUTPUT = Kept(outputs=True)
ALL = Kept(inputs=None, outputs=True)
VIEW = Kept(passes=True, same=True)
