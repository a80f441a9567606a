"""Diagnostics as SARIF 2.1.0 (OASIS, 2020), which code scanning of GitHub and others read."""

import os
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from archspec.core.diagnostic import Diagnostic, Edit, Fix, Rule, Severity
from archspec.core.report.json import dumps
from archspec.core.report.place import place
from archspec.core.report.trail import step
from archspec.core.report.visible import visible
from archspec.core.source import Source, Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def as_sarif(diagnostics: Sequence[Diagnostic], version: str = "") -> str:
    """A log of one run of archspec (of the given version), its results in the order given."""
    rules = sorted({one.rule.code: one.rule for one in diagnostics}.values())
    indices = {rule.code: at for at, rule in enumerate(rules)}
    driver: dict[str, Any] = {"name": "archspec"}
    if version:
        driver["version"] = version
    driver["rules"] = [_rule(rule) for rule in rules]
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, indices[one.rule.code]) for one in diagnostics],
    }
    return dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: Rule) -> dict[str, Any]:
    docs = rule.docs.strip()
    described: dict[str, Any] = {"id": rule.code, "name": rule.name}
    summary = " ".join(docs.split("\n\n", 1)[0].split())
    if summary:
        described["shortDescription"] = {"text": visible(summary)}
        described["help"] = {"text": _lines(docs), "markdown": _lines(docs)}
    described["defaultConfiguration"] = {"level": _LEVELS[rule.severity]}
    return described


def _result(diagnostic: Diagnostic, index: int) -> dict[str, Any]:
    first, *others = diagnostic.labels
    main: dict[str, Any] = {"physicalLocation": _physical(first.span)}
    logical = [".".join(filter(None, (network, diagnostic.path))) for network in diagnostic.networks or ("",)]
    if any(logical):
        names = dict.fromkeys(visible(name) for name in logical)
        main["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "module"} for name in names]
    result: dict[str, Any] = {
        "ruleId": diagnostic.rule.code,
        "ruleIndex": index,
        "level": _LEVELS[diagnostic.severity],
        "message": _message(_told(diagnostic)),
        "locations": [main],
    }
    if others:
        result["relatedLocations"] = [
            {"id": at, **_located(label.span, label.text)} for at, label in enumerate(others, 1)
        ]
    if diagnostic.trail:
        frames = [{"location": _located(frame.span, step(frame))} for frame in reversed(diagnostic.trail)]
        result["stacks"] = [{"message": _message("the instances that lead to the place"), "frames": frames}]
    if diagnostic.fix is not None and diagnostic.fix.edits:
        result["fixes"] = [_fix(diagnostic.fix)]
    return result


def _told(diagnostic: Diagnostic) -> str:
    """The message with what backs it up: viewers show no label of the main place, no notes and no help."""
    text = diagnostic.labels[0].text
    parts = [f"{diagnostic.message} ({text})" if text else diagnostic.message, *diagnostic.notes]
    return "\n".join([*parts, f"help: {diagnostic.help}"] if diagnostic.help else parts)


def _located(span: Span, text: str) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": _physical(span)}
    return {**location, "message": _message(text)} if text else location


def _fix(fix: Fix) -> dict[str, Any]:
    by_source: dict[Source, list[Edit]] = {}
    for edit in fix.edits:
        by_source.setdefault(edit.span.source, []).append(edit)
    changes = [
        {
            "artifactLocation": {"uri": uri(source.name)},
            "replacements": [
                {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}} for edit in edits
            ],
        }
        for source, edits in by_source.items()
    ]
    return {"description": _message(fix.title), "artifactChanges": changes, "properties": {"safe": fix.safe}}


def _physical(span: Span) -> dict[str, Any]:
    return {"artifactLocation": {"uri": uri(span.source.name)}, "region": _region(span)}


def _region(span: Span) -> dict[str, int]:
    at = place(span)
    return {"startLine": at.line, "startColumn": at.column, "endLine": at.end_line, "endColumn": at.end_column}


def _message(text: str) -> dict[str, str]:
    """A plain text message. In those `[text](target)` would be a link and `{0}` a placeholder."""
    return {"text": re.sub(r"\{(\d+)\}", r"{{\1}}", _lines(text).replace("](", "] ("))}


def _lines(text: str) -> str:
    return "\n".join(visible(line) for line in text.split("\n"))


def uri(name: str) -> str:
    """The URI reference of a file name: relative ones stay so."""
    path = name.replace(os.sep, "/")
    try:
        encoded = path.encode("utf-8", "surrogateescape")  # as the file system spells it
    except UnicodeEncodeError:
        encoded = path.encode("utf-8", "surrogatepass")
    quoted = quote(encoded, safe="/")
    if path.startswith("/"):
        return f"file://{quoted}"
    drive = re.match(r"([A-Za-z])%3A/", quoted)
    return f"file:///{drive[1]}:/{quoted[drive.end() :]}" if drive else quoted
