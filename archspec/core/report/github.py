"""Diagnostics as workflow commands of GitHub Actions, which its runners turn into annotations of a pull request.

A command is one line, `::error file=...,line=...::message`; `%`, line ends and, in its properties, `:` and `,` are
written as percent escapes.
"""

from collections.abc import Iterator, Sequence

from archspec.core.diagnostic import Diagnostic, Severity
from archspec.core.report.place import place, where
from archspec.core.report.trail import steps
from archspec.core.report.visible import visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def as_github(diagnostics: Sequence[Diagnostic]) -> str:
    """One command for each diagnostic, in the order given; nothing where there are none."""
    return "".join(f"{_command(one)}\n" for one in diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    at = place(diagnostic.span)
    properties = {"file": diagnostic.span.source.name, "line": str(at.line), "endLine": str(at.end_line)}
    if at.line == at.end_line:  # runners drop the columns of a span over several lines
        properties |= {"col": str(at.column), "endColumn": str(at.end_column)}
    properties["title"] = f"{diagnostic.rule.code} {diagnostic.rule.name}"
    shown = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = "%0A".join(_data(line) for line in _message(diagnostic))
    return f"::{_COMMANDS[diagnostic.severity]} {shown}::{message}"


def _message(diagnostic: Diagnostic) -> Iterator[str]:
    """What an annotation says, line by line: it shows no source, so the other places are named."""
    first, *others = diagnostic.labels
    yield f"{diagnostic.message} ({first.text})" if first.text else diagnostic.message
    for label in others:
        yield f"{where(label.span)}: {label.text or 'see here'}"
    yield from steps(diagnostic)
    for note in diagnostic.notes:
        yield from f"note: {note}".split("\n")
    if diagnostic.help:
        yield from f"help: {diagnostic.help}".split("\n")


def _data(text: str) -> str:
    """One line of a message: nothing in it is left to control the log."""
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
