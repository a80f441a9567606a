"""Collecting diagnostics: each cause once, with the instances and networks it shows in."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from archspec.core.diagnostic import Diagnostic, Fix, Frame, Label, Rule
from archspec.core.limits import Limits
from archspec.core.source import Span
from archspec.design import Module
from archspec.elaborate.parsing import in_form


class Poison(Exception):
    """What is asked for depends on something already reported: stay silent.

    diagnostic: what has just been reported, where that is why
    culprits:   the positions of the values to blame among those that were to enter, where some are
    draft:      the module that could not be finished, for a draft
    """

    diagnostic: Diagnostic | None = None
    culprits: tuple[int, ...] = ()
    draft: Module | None = None


Key = tuple[str, int, int, int]


def _key(one: Diagnostic) -> Key:
    """What tells causes apart: the rule and the place."""
    span = one.span
    return one.rule.code, id(span.source), span.start, span.end


class Met(NamedTuple):
    """Diagnostics within a block, with how many instances led to it and its path, where it was met first."""

    diagnostics: tuple[Diagnostic, ...]
    depth: int
    path: str


class Report:
    """The diagnostics of a run, by rule and place: the same cause met in another instance adds no message."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.found: dict[Key, Diagnostic] = {}
        self.trail: list[Frame] = []  # the blocks around the place at hand, outermost first
        self.path: list[str] = []  # the names of the modules around it
        self.network = ""
        self.log: list[Diagnostic] = []  # what was met, in order, also when its cause was met before

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
        poison = Poison(message)
        poison.diagnostic = self.take(made)
        return poison

    def take(self, made: Diagnostic) -> Diagnostic:
        """Report what is made already; returns it with its help in the form of its file."""
        made = in_form(made)
        self.log.append(made)
        key = _key(made)
        if key in self.found:
            self._seen_in(key, made.networks)
        elif len(self.found) < self.limits.diagnostics:
            self.found[key] = made
        return made

    def since(self, mark: int) -> Met:
        """What was met since the log was so long, all of it within the block at hand."""
        return Met(tuple(dict.fromkeys(self.log[mark:])), len(self.trail), ".".join(self.path))

    def again(self, met: Met) -> None:
        """A broken block was met again, here: its diagnostics hold for this network too."""
        networks = (self.network,) if self.network else ()
        for one in met.diagnostics:
            trail = (*self.trail, *one.trail[met.depth :])
            path = ".".join(filter(None, (*self.path, one.path[len(met.path) :].strip("."))))
            self.log.append(one._replace(trail=trail, path=path, networks=networks))
            self._seen_in(_key(one), networks)

    def _seen_in(self, key: Key, networks: tuple[str, ...]) -> None:
        known = self.found.get(key)
        if known is not None and not set(networks) <= set(known.networks):
            self.found[key] = known._replace(networks=known.networks + networks)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is met meanwhile is not reported in the end."""
        found, network = dict(self.found), self.network
        try:
            yield
        finally:
            self.found, self.network = found, network

    def error(self, rule: Rule, message: str, span: Span, *, label: str = "", help: str = "") -> Poison:
        return self.add(rule, message, (Label(span, label),), help=help)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        return tuple(sorted(self.found.values(), key=lambda one: one.order))
