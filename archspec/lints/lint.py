"""What a lint is: a rule, and a plain function from a part of a checked design to diagnostics."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from archspec.core.diagnostic import Diagnostic, Rule, Severity, rule
from archspec.lints.subject import Here, Texts

OfModule = Callable[[Here], Iterator[Diagnostic]]
OfTexts = Callable[[Texts], Iterator[Diagnostic]]


class ModuleLint(NamedTuple):
    """A lint of one module at a time: each distinct module of a network is looked at once."""

    rule: Rule
    find: OfModule


class TextLint(NamedTuple):
    """A lint of what is written, used or not: it sees the files of a run."""

    rule: Rule
    find: OfTexts


MODULE_LINTS: list[ModuleLint] = []
TEXT_LINTS: list[TextLint] = []


def declared(code: str, name: str, docs: str | None, severity: Severity, opt_in: bool = False, fix: str = "") -> Rule:
    """The rule of a lint; `docs` is the docstring of its file. Information is only for those who ask for it."""
    return rule(code, name, (docs or "").strip(), severity, opt_in or severity is Severity.INFO, fix)


def of_module(rule: Rule) -> Callable[[OfModule], OfModule]:
    """Register a function as the lint of a rule."""

    def register(find: OfModule) -> OfModule:
        MODULE_LINTS.append(ModuleLint(rule, find))
        return find

    return register


def of_texts(rule: Rule) -> Callable[[OfTexts], OfTexts]:
    """Register a function as the lint of a rule, for one that reads texts."""

    def register(find: OfTexts) -> OfTexts:
        TEXT_LINTS.append(TextLint(rule, find))
        return find

    return register
