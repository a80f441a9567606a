"""Diagnostics one a line, for editors that jump to them and for `grep`: `file:line:column: error AS401 message`."""

from collections.abc import Sequence

from archspec.core.diagnostic import Diagnostic
from archspec.core.report.place import where
from archspec.core.report.style import PLAIN, Style
from archspec.core.report.visible import inert, prose, visible


def as_concise(diagnostics: Sequence[Diagnostic], style: Style = PLAIN) -> str:
    """The diagnostics in the order given; nothing where there are none."""
    return "".join(f"{_line(one, style)}\n" for one in diagnostics)


def _line(diagnostic: Diagnostic, style: Style) -> str:
    place = inert(visible(where(diagnostic.span), style.unicode))
    kind = style.paint(f"{diagnostic.severity} {diagnostic.rule.code}", diagnostic.severity)
    return f"{place}: {kind} {prose(diagnostic.message, style.unicode)}"
