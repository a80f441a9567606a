"""Drawing diagnostics: one file per output format, each a function from diagnostics to text."""

from collections.abc import Sequence

from archspec.core.diagnostic import Diagnostic
from archspec.core.report.style import PLAIN, Style

FORMATS = ("text", "concise", "json", "github", "sarif")


def report(diagnostics: Sequence[Diagnostic], format: str = "text", style: Style = PLAIN, version: str = "") -> str:
    """The diagnostics in one of the `FORMATS`. Formats for programs have one look; SARIF names archspec's version."""
    # each format pays for what it imports only when it is asked for
    if format == "text":
        from archspec.core.report.text import as_text

        return as_text(diagnostics, style)
    if format == "concise":
        from archspec.core.report.concise import as_concise

        return as_concise(diagnostics, style)
    if format == "json":
        from archspec.core.report.json import as_json

        return as_json(diagnostics)
    if format == "github":
        from archspec.core.report.github import as_github

        return as_github(diagnostics)
    if format == "sarif":
        from archspec.core.report.sarif import as_sarif

        return as_sarif(diagnostics, version)
    raise ValueError(f"no format {format!r}: there are {', '.join(FORMATS)}")
