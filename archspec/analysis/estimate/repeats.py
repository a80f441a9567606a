"""Equal iterations: each enters with what the one before it made. Soon they are alike; the rest is arithmetic."""

from collections.abc import Callable

from archspec.analysis.estimate.running import Chain, Entering, Leaving, Run
from archspec.analysis.estimate.setting import Figures
from archspec.design import Graph, Repeat

RunGraph = Callable[[Graph, tuple[Entering, ...]], Run]
_LOOKS = 8  # iterations that are looked at before they count as alike; two or three do


def chain(run: RunGraph, node: Repeat, entering: tuple[Entering, ...]) -> Chain:
    """The iterations of a repeat as one `Run`, and those that differ."""
    return _Links(run, node, entering).chain()


class _Links:
    """The walk from iteration to iteration. Homes are those of what enters; what one iteration hands on is `fresh`."""

    def __init__(self, run: RunGraph, node: Repeat, entering: tuple[Entering, ...]) -> None:
        self.run = run
        self.node = node
        self.fresh = 1 + max(one.home for one in entering)
        self.carried = entering[0]
        # every iteration reads these
        self.others = tuple(one._replace(needed=True) for one in entering[1:])
        self.links: list[tuple[Run, int]] = []
        self.stashes: list[int] = []  # of one iteration of each link, with what it hands on where that is kept
        self.keeps: set[int] = set()
        self.total = self.peak = sum({one.home: one.size for one in entering}.values())

    def chain(self) -> Chain:
        left = int(self.node.count)
        looked = 0
        while left:
            now = (self.carried, *self.others)
            run, order = self._iteration(now)
            following = self._following(run, order)
            self._note(run, order)
            looked += 1
            times = left if (following, *self.others) == now or looked == _LOOKS else 1
            self._forward(run, now, following, times)
            left -= times
            self.carried = following
        return Chain(self._summed(), tuple(self.links))

    def _iteration(self, now: tuple[Entering, ...]) -> tuple[Run, list[int]]:
        """The run of an iteration, and the homes by the numbers they have in it."""
        order = list(dict.fromkeys(one.home for one in now))
        shared = {home: any(one.needed for one in now if one.home == home) for home in order}
        inside = tuple(one._replace(home=order.index(one.home), needed=shared[one.home]) for one in now)
        return self.run(self.node.body, inside), order

    def _following(self, run: Run, order: list[int]) -> Entering:
        """What the next iteration is handed."""
        made = run.outputs[0]
        home = self.fresh if made.home is None else order[made.home]
        held = made.held or (made.home is not None and made.home in run.keeps)
        needed = home != self.fresh and any(one.needed for one in (self.carried, *self.others) if one.home == home)
        return Entering(home, made.size, made.width, made.gradient, held, needed)

    def _note(self, run: Run, order: list[int]) -> None:
        """Remember what an iteration is the first to keep."""
        kept = {order[at] for at in run.keeps}
        self.keeps |= kept - {self.fresh}
        self.others = tuple(one._replace(held=one.held or one.home in kept) for one in self.others)
        self.carried = self.carried._replace(held=self.carried.held or self.carried.home in kept)

    def _forward(self, run: Run, now: tuple[Entering, ...], following: Entering, times: int) -> None:
        inside = sum({one.home: one.size for one in now}.values())
        peak = self.total - inside + run.forward
        grows = run.stash + (following.size if run.outputs[0].home is None else 0)
        moves_on = run.outputs[0].home is None and not any(one.home == self.carried.home for one in self.others)
        if moves_on and not (self.carried.held or self.carried.needed):
            grows -= self.carried.size
        if now[0].home == self.fresh and self.carried.held and not now[0].held:
            self.stashes[-1] += now[0].size  # the iteration before made it, this one keeps it
        handed = following.size if run.outputs[0].home is None and following.held else 0
        if times > 1 and not following.held and run.outputs[0].home is None and self.carried.held:
            handed = following.size  # the next of these keeps it
        self.peak = max(self.peak, peak, peak + (times - 1) * grows)
        self.total += times * grows
        self.links.append((run, times))
        self.stashes.append(run.stash + handed)

    def _summed(self) -> Run:
        figures, learned, stash = Figures(), 0, 0
        for (run, times), each in zip(self.links, self.stashes, strict=True):
            figures = figures.plus(run.figures, times)
            learned += times * run.learned
            stash += times * each
        last = self.carried
        if self.links and last.home == self.fresh:
            handed = self.stashes[-1] - self.links[-1][0].stash
            stash -= handed  # what the last one hands on leaves
        gone = None if last.home == self.fresh else last.home
        leaving = Leaving(gone, last.size, last.width, last.gradient, last.held)
        return Run(self.peak, stash, frozenset(self.keeps), (leaving,), self._backward(stash), learned, figures, ())

    def _backward(self, stash: int) -> int:
        """The most bytes alive backward: iterations free what they kept, and leave gradients of their weights."""
        alive = stash + sum({one.home: one.size for one in self.others if one.gradient}.values())
        peak = alive
        for (run, times), each in reversed(list(zip(self.links, self.stashes, strict=True))):
            first = alive - run.stash + run.backward
            change = run.learned - each
            peak = max(peak, first, first + (times - 1) * change)
            alive += times * change
        return peak
