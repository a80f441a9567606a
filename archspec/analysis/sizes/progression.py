"""Sets of sizes in few words: their period, and the progressions that they consist of."""

from collections.abc import Sequence
from typing import NamedTuple


class Progression(NamedTuple):
    """`first`, `first + step`, … up to `last`."""

    first: int
    last: int
    step: int

    @property
    def length(self) -> int:
        return (self.last - self.first) // self.step + 1


class Period(NamedTuple):
    """From `start` on, what holds of a size holds of that size plus `length`."""

    start: int
    length: int


def period(marks: bytes, low: int) -> Period | None:
    """The shortest period of marks of the sizes from `low` on, which holds for half of them and thrice over at least.

    Small sizes may go by rules of their own. None where the marks show no period.
    """
    half = len(marks) // 2
    for length in range(1, (len(marks) - half) // 3 + 1):
        if marks[half + length :] == marks[half:-length]:
            start = half
            while start and marks[start - 1] == marks[start - 1 + length]:
                start -= 1
            return Period(low + start, length)
    return None


def progressions(sizes: Sequence[int]) -> list[Progression]:
    """Rising sizes as progressions, greedily: those with equal steps in one."""
    found: list[Progression] = []
    at = 0
    while at < len(sizes):
        step = sizes[at + 1] - sizes[at] if at + 1 < len(sizes) else 1
        stop = at + 1
        while stop < len(sizes) and sizes[stop] - sizes[stop - 1] == step:
            stop += 1
        if stop - at == 2 and step > 1:  # two sizes make no progression
            stop = at + 1
            step = 1
        found.append(Progression(sizes[at], sizes[stop - 1], step))
        at = stop
    return found
