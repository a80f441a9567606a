"""Windows that keep the number of positions, along one spatial axis: blocks that stay by themselves, a cyclic shift."""

from typing import NamedTuple

from archspec.core.convolution import Stride
from archspec.core.field import IDENTITY, MOST_PHASES, Field, band, periodic


class Blocks(NamedTuple):
    """Attention within windows: every position reads the block of `size` positions that it stands in.

    The blocks tile the axis and start at `shift`; what lies before is the end of a block of its own. Exact at the
    borders too, where blocks are cut short: positions wrapped around or padded by the implementation are masked or
    read nothing.
    """

    size: int
    shift: int = 0

    @property
    def step(self) -> int:
        """The distance between the positions that one output reads."""
        return 1

    def output(self, size: int) -> int:
        return size

    def field(self, size: int = 0) -> Field | None:
        """The block around each position, whatever the size of the input."""
        block, shift = int(self.size), int(self.shift)
        if block > MOST_PHASES:
            from fractions import Fraction

            return band(Fraction(1), Fraction(1 - block), Fraction(block - 1))
        low = [(j - shift) // block * block + shift for j in range(block)]
        return periodic(block, low, [start + block - 1 for start in low])

    def check(self, size: int) -> Stride | None:
        """None: no window slides over the input."""
        return None

    def formula(self, size: int) -> str:
        return f"{int(size)} → {int(size)}, in blocks of {int(self.size)}"


class Rolled(NamedTuple):
    """A cyclic shift: position u reads position `u - by`, counted round."""

    by: int

    @property
    def step(self) -> int:
        """The distance between the positions that one output reads."""
        return 1

    def output(self, size: int) -> int:
        return size

    def field(self, size: int) -> Field | None:
        """A position each; of an axis too long to list, everything."""
        by = int(self.by) % size
        if by == 0:
            return IDENTITY
        if size > MOST_PHASES:
            return None
        read = [(j - by) % size for j in range(size)]
        return periodic(size, read, list(read))

    def check(self, size: int) -> Stride | None:
        """None: no window slides over the input."""
        return None

    def formula(self, size: int) -> str:
        return f"{int(size)} → {int(size)}, moved by {int(self.by)}"
