"""Diagnostics for people: the source lines with what is wrong underlined, why, and what helps."""

from collections.abc import Iterator, Sequence

from archspec.core.diagnostic import Diagnostic, Fix, Label, Severity
from archspec.core.report.page import SECONDARY
from archspec.core.report.place import extent, place, where
from archspec.core.report.snippet import snippet
from archspec.core.report.style import PLAIN, Style
from archspec.core.report.suggestion import suggestion
from archspec.core.report.trail import steps
from archspec.core.report.visible import prose, visible, wrap
from archspec.core.source import Source

MOST_LABELS = 12


def as_text(diagnostics: Sequence[Diagnostic], style: Style = PLAIN) -> str:
    """The diagnostics in the order given and a line that counts them; nothing where there are none."""
    if not diagnostics:
        return ""
    drawn = ["\n".join(_diagnostic(one, style)) for one in diagnostics]
    return "\n\n".join([*drawn, summary(diagnostics, style)]) + "\n"


def summary(diagnostics: Sequence[Diagnostic], style: Style = PLAIN) -> str:
    """How many there are of each severity: `2 errors, 1 warning`."""
    counts = []
    for severity in Severity:
        count = sum(one.severity is severity for one in diagnostics)
        plural = "s" if count > 1 and severity is not Severity.INFO else ""
        if count:
            counts.append(style.paint(f"{count} {severity}{plural}", severity))
    return ", ".join(counts)


def _diagnostic(diagnostic: Diagnostic, style: Style) -> Iterator[str]:
    severity = str(diagnostic.severity)
    name = f"{severity}[{diagnostic.rule.code}]"
    first, *rest = wrap(f"{name}: {prose(diagnostic.message, style.unicode)}", style.width, indent="    ")
    yield style.row((name, severity), (first[len(name) :], "strong"))
    for line in rest:
        yield style.row((line, "strong"))

    by_source: dict[Source, list[tuple[Label, str]]] = {}
    for label in diagnostic.labels[:MOST_LABELS]:
        role = severity if label is diagnostic.labels[0] else SECONDARY
        by_source.setdefault(label.span.source, []).append((label, role))
    digits = len(str(max(_last_line(diagnostic.labels[:MOST_LABELS], diagnostic.fix))))
    blank = style.row((f"{'':{digits}} {style.charset.bar}", "frame"))
    arrow = style.charset.arrow
    for source, labels in by_source.items():
        yield style.row((f"{'':{digits}}{arrow}", "frame"), (visible(where(labels[0][0].span), style.unicode), ""))
        yield blank
        yield from snippet(source, labels, digits, style)
        arrow = style.charset.also
        if source is not next(reversed(by_source)):
            yield blank
    remarks = list(_remarks(diagnostic, digits, style))
    if remarks:
        yield blank
        yield from remarks


def _remarks(diagnostic: Diagnostic, digits: int, style: Style) -> Iterator[str]:
    """What stands below the source: how one gets there, what backs the message up, what to do."""
    way = "\n".join(steps(diagnostic))
    if way:
        yield from _remark("", way, digits, style)
    for note in diagnostic.notes:
        yield from _remark("note", note, digits, style)
    if len(diagnostic.labels) > MOST_LABELS:
        yield from _remark("note", f"{len(diagnostic.labels) - MOST_LABELS} more not shown", digits, style)
    if diagnostic.help:
        yield from _remark("help", diagnostic.help, digits, style)
    if diagnostic.fix is not None:
        yield from _remark("fix" if diagnostic.fix.safe else "unsafe fix", diagnostic.fix.title, digits, style)
        yield from suggestion(diagnostic.fix, diagnostic.span.source, digits, style)


def _remark(kind: str, text: str, digits: int, style: Style) -> Iterator[str]:
    """`= kind: text`, the text's further lines and what does not fit set below its beginning."""
    kind = f"{kind}: " if kind else ""
    indent = " " * (digits + 3 + len(kind))
    inner = "" if kind else "  "  # steps of the way stand below each other: what belongs to one is set in
    lead: tuple[tuple[str, str], ...] = ((f"{'':{digits}} = ", "frame"), (kind, "strong"))
    for line in text.split("\n"):
        for piece in wrap(prose(line, style.unicode), style.width - len(indent), inner):
            yield style.row(*lead, (piece, ""))
            lead = ((indent, ""),)


def _last_line(labels: Sequence[Label], fix: Fix | None) -> Iterator[int]:
    """Candidates for the largest line number on the page."""
    for label in labels:
        yield extent(label.span).last
    for edit in fix.edits if fix else ():
        yield place(edit.span).end_line + edit.text.count("\n")
