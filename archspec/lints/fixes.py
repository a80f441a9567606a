"""Applying fixes: the edits of diagnostics, as many at once as do not touch each other."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from archspec.core.diagnostic import Diagnostic, Edit, Severity
from archspec.core.edits import edited, moved
from archspec.core.source import Source
from archspec.elaborate.parsing import parsed


class Mended(NamedTuple):
    """The new texts of files, and the findings of which the fixes are applied to them."""

    texts: Mapping[Source, str]
    findings: tuple[Diagnostic, ...]


def mended(found: Iterable[Diagnostic], unsafe: bool, paths: Iterable[Path]) -> Mended:
    """The texts of files with fixes applied; only those of these paths are touched.

    A fix is applied whole or not at all; of two that touch each other the first counts. So does the first of unsafe
    ones by one lint in a network: with another size or padding there, the next finding may be gone. What cannot be
    parsed any more is left as it was.
    """
    allowed = {path.resolve() for path in paths}
    taken: dict[Source, list[Edit]] = {}
    changed: set[tuple[str, str]] = set()  # lints, and networks that an unsafe fix of theirs makes others
    applied: list[tuple[Diagnostic, frozenset[Source]]] = []  # with the files of each fix
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
        applied.append((one, sources))
    made = {source: edited(source, edits) for source, edits in taken.items()}
    texts = {source: text for source, text in made.items() if _parses(source, text)}
    return Mended(texts, tuple(one for one, sources in applied if sources <= texts.keys()))


def _changes(one: Diagnostic) -> set[tuple[str, str]]:
    return {(one.rule.code, network) for network in one.networks}


def _touch(one: Edit, other: Edit) -> bool:
    return one.span.start <= other.span.end and other.span.start <= one.span.end


def _parses(source: Source, text: str) -> bool:
    """Whether a text parses, or at least no worse than what it is made of, or better up to the first error."""
    old, new = (parsed(one)[1] for one in (source, Source(source.name, text, source.path)))
    return len(new) <= len(old) or (bool(old) and _first(new) > _first(old))


def _first(problems: Iterable[Diagnostic]) -> int:
    return min(one.span.start for one in problems)


def removed(made: Mended, before: Iterable[Diagnostic], after: Iterable[Diagnostic]) -> int:
    """How many of the findings that were mended are gone: from where they stood, or there are fewer of their kind."""
    edits = [edit for one in made.findings if one.fix is not None for edit in one.fix.edits]
    known, left = Counter(_kind(one) for one in before), list(after)
    kinds = Counter(_kind(one) for one in left)
    places = {(_kind(one), one.span.start) for one in left}
    return sum(
        (_kind(one), moved(one.span.start, one.span.source, edits)) not in places
        or kinds[_kind(one)] < known[_kind(one)]
        for one in made.findings
    )


def _kind(one: Diagnostic) -> tuple[str, str, str]:
    return one.span.source.name, one.rule.code, one.message
