"""Collecting diagnostics: each cause once, with the instances and networks it shows in."""

from collections.abc import Iterable

from archspec.core.diagnostic import Diagnostic, Fix, Frame, Label, Rule
from archspec.core.limits import Limits
from archspec.core.source import Span
from archspec.design import Module


class Poison(Exception):
    """What is asked for depends on something already reported: stay silent.

    diagnostic: what has just been reported, where that is why
    culprits:   the positions of the values to blame among those that were to enter, where some are
    draft:      the module that could not be finished, for a draft
    """

    diagnostic: Diagnostic | None = None
    culprits: tuple[int, ...] = ()
    draft: Module | None = None


class Report:
    """The diagnostics of a run, by rule and place: the same cause met in another instance adds no message."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.found: dict[tuple[str, int, int, int], Diagnostic] = {}
        self.trail: list[Frame] = []  # the blocks around the place at hand, outermost first
        self.path: list[str] = []  # the names of the modules around it
        self.network = ""
        self.log: list[tuple[str, int, int, int]] = []  # what was met, in order, also when met before

    def add(
        self,
        rule: Rule,
        message: str,
        labels: Iterable[Label],
        notes: tuple[str, ...] = (),
        help: str = "",
        fix: Fix | None = None,
    ) -> Poison:
        """Report, and return what to raise if nothing can go on from here."""
        labels = tuple(labels)
        networks = (self.network,) if self.network else ()
        path = ".".join(self.path)
        made = Diagnostic(rule, message, labels, notes, help, fix, tuple(self.trail), networks, path)
        self.take(made)
        poison = Poison(message)
        poison.diagnostic = made
        return poison

    def take(self, made: Diagnostic) -> None:
        span = made.span
        key = (made.rule.code, id(span.source), span.start, span.end)
        self.log.append(key)
        if key in self.found:
            self._seen_in(key, made.networks)
        elif len(self.found) < self.limits.diagnostics:
            self.found[key] = made

    def again(self, keys: Iterable[tuple[str, int, int, int]]) -> None:
        """A broken block was met again: its diagnostics hold for this network too."""
        for key in keys:
            self.log.append(key)
            self._seen_in(key, (self.network,) if self.network else ())

    def _seen_in(self, key: tuple[str, int, int, int], networks: tuple[str, ...]) -> None:
        known = self.found.get(key)
        if known is not None and not set(networks) <= set(known.networks):
            self.found[key] = known._replace(networks=known.networks + networks)

    def error(self, rule: Rule, message: str, span: Span, *, label: str = "", help: str = "") -> Poison:
        return self.add(rule, message, (Label(span, label),), help=help)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(sorted(self.found.values(), key=lambda one: one.order))
