"""Applying fixes: the edits of diagnostics, as many at once as do not touch each other."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from archspec.core.diagnostic import Diagnostic, Edit, Severity
from archspec.core.source import Source
from archspec.elaborate.parsing import parsed


class Mended(NamedTuple):
    """The new texts of files, and how many fixes are applied to them."""

    texts: Mapping[Source, str]
    fixes: int


def mended(found: Iterable[Diagnostic], unsafe: bool, paths: Iterable[Path]) -> Mended:
    """The texts of files with fixes applied; only those of these paths are touched.

    A fix is applied whole or not at all; of two that touch each other the first counts. So does the first of unsafe
    ones by one lint in a network: with another size or padding there, the next finding may be gone. What cannot be
    parsed any more is left as it was.
    """
    allowed = {path.resolve() for path in paths}
    taken: dict[Source, list[Edit]] = {}
    changed: set[tuple[str, str]] = set()  # lints, and networks that an unsafe fix of theirs makes others
    applied: list[frozenset[Source]] = []  # the files of each fix
    for one in found:
        if one.fix is None or not one.fix.edits or not (one.fix.safe or unsafe):
            continue
        edits = one.fix.edits
        sources = frozenset(edit.span.source for edit in edits)
        if any(source.path is None or source.path.resolve() not in allowed for source in sources):
            continue
        touched = any(_touch(edit, other) for edit in edits for other in taken.get(edit.span.source, ()))
        changes = set() if one.fix.safe or one.severity is Severity.ERROR else _changes(one)
        if touched or changes & changed:
            continue
        for edit in edits:
            taken.setdefault(edit.span.source, []).append(edit)
        changed |= changes
        applied.append(sources)
    made = {source: edited(source, edits) for source, edits in taken.items()}
    texts = {source: text for source, text in made.items() if _parses(source, text)}
    return Mended(texts, sum(1 for sources in applied if sources <= texts.keys()))


def edited(source: Source, edits: Iterable[Edit]) -> str:
    """The text of a source with edits applied that do not touch each other."""
    text = source.text
    for edit in sorted(edits, key=lambda edit: edit.span[1:], reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _changes(one: Diagnostic) -> set[tuple[str, str]]:
    return {(one.rule.code, network) for network in one.networks}


def _touch(one: Edit, other: Edit) -> bool:
    return one.span.start <= other.span.end and other.span.start <= one.span.end


def _parses(source: Source, text: str) -> bool:
    """Whether a text parses, or at least no worse than what it is made of."""
    return len(parsed(Source(source.name, text, source.path))[1]) <= len(parsed(source)[1])
