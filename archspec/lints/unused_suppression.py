"""A suppression that suppresses nothing.

`# archspec: ignore[CODE] reason` leaves out findings of that rule: behind code, those that begin on its line; on a line
of its own, those of the statement or definition below. When the finding has gone, or the code names no lint, the
comment promises something that is not so, and would hide the next finding. Errors cannot be suppressed.

Only what was checked is judged: not codes of rules that did not run, and not comments within blocks that no network
of the run uses.

Example:
    network example {
        input image: [3, 227, 227]
        conv(96, 7, stride=2) # archspec: ignore[AS501] as published
    #                                            ^^^^^
    }

Use instead: no comment.

    network example {
        input image: [3, 227, 227]
        conv(96, 7, stride=2)
    }
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from archspec.core.diagnostic import RULES, Diagnostic, Fix, Severity
from archspec.core.edits import left_out, without_comment
from archspec.core.source import Source, Span
from archspec.lints.lint import MODULE_LINTS, TEXT_LINTS, declared
from archspec.lints.subject import finding
from archspec.lints.suppressions import Suppression, Suppressions

RULE = declared("AS590", "unused-suppression", __doc__, Severity.WARNING, fix="safe")


def find(
    suppressions: Suppressions,
    sources: AbstractSet[Source],
    elaborated: AbstractSet[Span],
    untaken: AbstractSet[Span],
    checked: AbstractSet[str],
) -> Iterator[Diagnostic]:
    """The suppressions of these sources that held nothing back.

    `elaborated` are the definitions that were used, `untaken` the bodies in them that no network went into.
    """
    lints = {one.rule.code for one in MODULE_LINTS} | {one.rule.code for one in TEXT_LINTS}
    for one in suppressions.all:
        if one in suppressions.used or one.span.source not in sources:
            continue
        if one.code in lints:
            if one.code in checked and _was_elaborated(one, elaborated) and not _was_passed_by(one, untaken):
                yield finding(RULE, f"nothing here is a finding of {one.code}", one.span, fix=_fix(one))
        else:
            yield finding(RULE, *_senseless(one), fix=_fix(one))


def _fix(one: Suppression) -> Fix | None:
    edit = left_out(one.span) if one.others else without_comment(one.comment)
    return None if edit is None else Fix("leave it out", (edit,), safe=True)


def _senseless(one: Suppression) -> tuple[str, Span]:
    if not one.code:
        return "this suppression names no rule: `# archspec: ignore[AS501] reason`", one.span
    if one.code in RULES:
        return f"{one.code} is no lint: only the findings of lints can be suppressed", one.span
    return f"there is no rule {one.code}", one.span


def _was_elaborated(one: Suppression, elaborated: AbstractSet[Span]) -> bool:
    """Whether a suppression holds for a definition that some network of the run uses."""
    return any(first <= one.last and one.first <= last for first, last in _lines(one, elaborated))


def _was_passed_by(one: Suppression, untaken: AbstractSet[Span]) -> bool:
    """Whether a suppression stands in a body that no network went into."""
    return any(first <= one.first and one.last <= last for first, last in _lines(one, untaken))


def _lines(one: Suppression, spans: AbstractSet[Span]) -> Iterator[tuple[int, int]]:
    """The first and last lines of those spans that are of the suppression's file."""
    position = one.span.source.position
    for span in spans:
        if span.source is one.span.source:
            yield position(span.start)[0], position(span.end)[0]
