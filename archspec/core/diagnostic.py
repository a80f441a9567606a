"""A diagnostic is data: what is wrong, where, why, and what helps. Drawing it is the work of `report`."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

from archspec.core.source import Span


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Rule(NamedTuple):
    """A kind of finding. Its code is claimed once and never reused; `docs` is what `archspec explain CODE` prints.

    `opt_in` rules are only for those who select them.
    """

    code: str
    name: str
    severity: Severity
    docs: str
    opt_in: bool = False
    fix: str = ""


RULES: dict[str, Rule] = {}


def rule(
    code: str, name: str, docs: str, severity: Severity = Severity.ERROR, opt_in: bool = False, fix: str = ""
) -> Rule:
    """Declare a rule beside the stage that reports it."""
    if code in RULES:
        raise ValueError(f"the code {code} is claimed by {RULES[code].name}")
    RULES[code] = made = Rule(code, name, severity, docs, opt_in, fix)
    return made


class Label(NamedTuple):
    """A place that contributed, and what it contributed."""

    span: Span
    text: str = ""


class Frame(NamedTuple):
    """One step of the way from the network to a place: the instance's path, its block, and where it is used."""

    path: str
    block: str
    span: Span


class Edit(NamedTuple):
    """Replace a span by a text; an empty span inserts."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that remove a diagnostic. A safe fix keeps the meaning of the spec."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


class Diagnostic(NamedTuple):
    """One finding. The first label is the smallest culprit; the others are places that contributed.

    `notes` hold what backs the message up (a formula with its numbers, a shape trace), `help` what to do,
    `trail` the instances that lead from the network to the place, outermost first.
    """

    rule: Rule
    message: str
    labels: tuple[Label, ...]
    notes: tuple[str, ...] = ()
    help: str = ""
    fix: Fix | None = None
    trail: tuple[Frame, ...] = ()
    networks: tuple[str, ...] = ()
    path: str = ""

    @property
    def span(self) -> Span:
        return self.labels[0].span

    @property
    def severity(self) -> Severity:
        return self.rule.severity

    @property
    def order(self) -> tuple[str, int, int, str]:
        """Diagnostics are sorted by file, place and code, so that two runs print the same bytes."""
        return (self.span.source.name, self.span.start, self.span.end, self.rule.code)

    def __str__(self) -> str:
        return f"{self.span}: {self.severity} {self.rule.code} {self.message}"


class SpecError(Exception):
    """A spec that cannot be loaded, with every diagnostic that says why.

    `draft` makes what can be made of the network nevertheless, for a picture of it (`archspec.elaborate.draft`).
    """

    def __init__(self, diagnostics: tuple[Diagnostic, ...], draft: Callable[[], Any] | None = None) -> None:
        super().__init__("\n".join(str(one) for one in diagnostics))
        self.diagnostics = diagnostics
        self.draft = draft

    def __reduce__(self) -> tuple[Any, ...]:
        """What travels to another process: all but the draft, which is made of what this process has read."""
        return type(self), (self.diagnostics,)
