"""What elaboration may spend, so that every spec ends in bounded time: steps of evaluation, and distinct layers."""

from typing import Any

from archspec.core.limits import Limits
from archspec.core.nearest import nearest
from archspec.core.source import Span
from archspec.elaborate import rules
from archspec.elaborate.builtins import LONGEST
from archspec.elaborate.report import Poison, Report

_NETWORKS = 3  # of one file that may each spend all there is
_COPIED = 16  # entries of a list that are copied in the time of one step
_COMPARED = 100_000
_ENTRIES = 4 * LONGEST  # of a list, those of the lists in it counted: a numbered list of the longest kind is one


class Budget:
    """Counts for one run. Every network has a budget of its own; beyond it, it is said once that there is too much.

    steps:  expressions evaluated, turns of loops, and lists copied, of the network at hand
    layers: layers, groups, and uses of blocks that were elaborated for it
    """

    def __init__(self, report: Report, limits: Limits) -> None:
        self.report = report
        self.limits = limits
        self._begin()
        self.full: set[int] = set()  # files of which that has been said
        self.compared = 0  # names held against misspelt ones
        self.by_file: dict[int, list[int]] = {}  # steps and layers of the networks of a file, by its scope

    def _begin(self) -> None:
        self.steps = self.layers = 0
        self.most_steps, self.most_layers = self.limits.evaluations, self.limits.distinct_layers
        self.deep = False

    def begin_network(self, file: object, span: Span) -> None:
        """Start counting for a network of a file. Raises `Poison` where the others have spent all there is."""
        steps, layers = self.by_file.setdefault(id(file), [0, 0])
        self._begin()
        if steps > _NETWORKS * self.limits.evaluations or layers > _NETWORKS * self.limits.distinct_layers:
            message = "the networks of this file are together too large to elaborate in one run"
            help = "name the one to look at: `FILE:NETWORK`"
            if id(file) in self.full:
                raise Poison(message)
            self.full.add(id(file))
            raise self._spent(message, span, help)

    def start_over(self) -> None:
        """Count from zero: what follows is bounded by how often it is asked for."""
        self._begin()
        self.by_file.clear()

    def end_network(self, file: object) -> None:
        spent = self.by_file[id(file)]
        spent[0] += self.steps
        spent[1] += self.layers

    def spend(self, steps: int, span: Span) -> None:
        """Count steps. Raises `Poison`."""
        self.steps += steps
        if self.steps > self.most_steps:
            message = f"evaluating this spec takes more than {self.limits.evaluations:,} steps"
            raise self._spent(message, span, "loops within loops multiply")

    def too_deep(self, message: str, span: Span) -> Poison:
        """Say once that the network at hand nests too deep: what nests there does so at many places."""
        if self.deep:
            return Poison(message)
        self.deep = True
        return self.report.error(rules.TOO_LARGE, message, span)

    def add_layers(self, count: int, span: Span) -> None:
        """Count layers. Raises `Poison`."""
        self.layers += count
        if self.layers > self.most_layers:
            message = f"more than {self.limits.distinct_layers:,} distinct layers"
            raise self._spent(message, span, "iterations that do the same to the same shape may be any number")

    def _spent(self, message: str, span: Span, help: str) -> Poison:
        if self.most_steps < 0:
            return Poison(message)
        self.most_steps = self.most_layers = -1  # nothing more, of either
        return self.report.error(rules.TOO_LARGE, message, span, help=help)

    def copy(self, items: Any, span: Span) -> None:
        """Count the copying of a list or string."""
        self.spend(len(items) // _COPIED, span)

    def check_list(self, made: tuple[Any, ...], span: Span) -> None:
        """A list is not too long and not nested too deep, all that its entries hold counted. Raises `Poison`."""
        entries, depth = extent(made, self.limits.nesting)
        self.spend(entries // _COPIED, span)
        if depth > self.limits.nesting:
            message = f"lists are nested more than {self.limits.nesting} deep"
        elif len(made) > LONGEST:
            message = f"a list of {len(made):,} entries; the limit is {LONGEST:,}"
        elif entries > _ENTRIES:
            message = f"a list that holds more than {_ENTRIES:,} entries"
        else:
            return
        raise self.report.error(rules.EXPRESSION, message, span)

    def closest(self, word: str, options: list[str]) -> str:
        """The nearest name to a misspelt one, as a question. After very many it is not looked for."""
        near = self.nearest(word, options)
        return f"did you mean `{near}`?" if near else ""

    def nearest(self, word: str, options: list[str]) -> str:
        """The nearest name to a misspelt one, or nothing."""
        self.compared += len(options)
        return nearest(word, options) if self.compared <= _COMPARED else ""


def extent(value: Any, deepest: int) -> tuple[int, int]:
    """How many entries a list holds, those of the lists in it counted, and how deep it is nested; both up to bounds."""
    entries = depth = 0
    stack: list[tuple[Any, int]] = [(value, 1)] if type(value) is tuple else []
    while stack:
        one, level = stack.pop()
        entries += len(one)
        depth = max(depth, level)
        if entries > _ENTRIES or depth > deepest:
            break
        stack.extend((item, level + 1) for item in one if type(item) is tuple)
    return entries, depth
