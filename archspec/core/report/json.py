"""Diagnostics for programs: the JSON document that `check --format json` prints.

The text is ASCII and holds every string exactly: whoever shows one to people makes it visible first.
"""

import json
from collections.abc import Sequence
from typing import Any

from archspec.core.diagnostic import Diagnostic, Fix, Severity
from archspec.core.report.place import place
from archspec.core.source import Span

VERSION = 1


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """A document of the diagnostics in the order given, with its keys in one order."""
    document = {
        "version": VERSION,
        "diagnostics": [_diagnostic(one) for one in diagnostics],
        "errors": sum(one.severity is Severity.ERROR for one in diagnostics),
        "warnings": sum(one.severity is Severity.WARNING for one in diagnostics),
    }
    return dumps(document)


def dumps(document: Any) -> str:
    """JSON in ASCII, ending with a line feed, with nothing in it that GitHub's runners would obey in a log."""
    return json.dumps(document, indent=2).replace("##[", "##\\u005b") + "\n"


def _diagnostic(diagnostic: Diagnostic) -> dict[str, Any]:
    return {
        "code": diagnostic.rule.code,
        "rule": diagnostic.rule.name,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
        "help": diagnostic.help,
        "networks": list(diagnostic.networks),
        "path": diagnostic.path,
        "span": _span(diagnostic.span),
        "labels": [{"span": _span(label.span), "text": label.text} for label in diagnostic.labels],
        "fix": None if diagnostic.fix is None else _fix(diagnostic.fix),
    }


def _span(span: Span) -> dict[str, Any]:
    return {"file": span.source.name, **place(span)._asdict()}


def _fix(fix: Fix) -> dict[str, Any]:
    return {"safe": fix.safe, "edits": [{"span": _span(edit.span), "text": edit.text} for edit in fix.edits]}
