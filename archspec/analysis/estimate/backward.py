"""The backward pass of a graph: its parts in reverse, each making gradients and freeing what it kept."""

from collections.abc import Mapping
from typing import NamedTuple

from archspec.analysis.estimate.setting import Figures


class Part(NamedTuple):
    """A layer, instance or repeat of a graph.

    frees:   bytes that are freed when its backward pass is done
    learned: bytes of the gradients of its weights, which stay
    passes:  the gradient of its output is that of its inputs
    within:  of an instance or repeat: the most bytes alive in its backward pass
    stash:   of what it frees, what is within it
    """

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    frees: int
    learned: int
    figures: Figures
    passes: bool = False
    within: int | None = None
    stash: int = 0

    def freeing(self, more: int) -> "Part":
        return self._replace(frees=self.frees + more)


class Backward:
    """Gradients alive by value. Two values may share one, as those that a sum passes on."""

    def __init__(self, parts: list[Part], sizes: Mapping[int, int], wanted: Mapping[int, bool]) -> None:
        self.parts = parts
        self.sizes = sizes
        self.wanted = wanted
        self.of: dict[int, int] = {}  # by value: the number of its gradient
        self.amount: list[int] = []
        self.users: list[int] = []
        self.total = sum(part.frees for part in parts)
        self.peak = 0

    def run(self, outputs: list[int]) -> tuple[int, int]:
        """The most bytes alive, from the gradients of the outputs on; and those of the gradients of weights."""
        for value in outputs:
            if self.wanted[value]:
                self._give(value, self._new(self.sizes[value]))
        self.peak = self.total
        learned = 0
        for part in reversed(self.parts):
            arriving = list(dict.fromkeys(self.of[value] for value in part.outputs if value in self.of))
            if arriving:
                self._part(part, arriving)
                learned += part.learned
            self.total -= part.frees
        return self.peak, learned

    def _part(self, part: Part, arriving: list[int]) -> None:
        if part.within is not None:
            own = sum(self.amount[one] for one in arriving if self.users[one] == 1)
            self.peak = max(self.peak, self.total - part.stash - own + part.within)
        self.total += part.learned
        wants = [value for value in dict.fromkeys(part.inputs) if self.wanted[value]]
        made = [(value, arriving[0] if part.passes else self._new(self.sizes[value])) for value in wants]
        if part.within is None:
            self.peak = max(self.peak, self.total)
        for value, gradient in made:
            self._give(value, gradient)
        for value in part.outputs:
            self._drop(value)

    def _new(self, size: int) -> int:
        self.amount.append(size)
        self.users.append(0)
        self.total += size
        return len(self.amount) - 1

    def _give(self, value: int, gradient: int) -> None:
        """A gradient for a value, added to the one it may have: in place, in whichever is its alone."""
        before = self.of.get(value)
        if before is not None and self.users[before] == 1 and self.users[gradient]:
            return  # the new one serves others too: it is added to the old one
        if before is not None:
            self._drop(value)
            if self.users[gradient]:  # neither is its alone
                gradient = self._new(self.sizes[value])
                self.peak = max(self.peak, self.total)
        self.of[value] = gradient
        self.users[gradient] += 1

    def _drop(self, value: int) -> None:
        gradient = self.of.pop(value, None)
        if gradient is None:
            return
        self.users[gradient] -= 1
        if not self.users[gradient]:
            self.total -= self.amount[gradient]
