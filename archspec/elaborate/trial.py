"""Trying fixes before they are offered: everything is built once more, from texts that are mended.

One text may stand for many joins, in a loop, in the uses of a block and for other parameters. What mends one of them
may break another.
"""

from pathlib import Path

from archspec.core.diagnostic import Diagnostic, Fix, Severity
from archspec.core.edits import edited, moved
from archspec.core.source import Source
from archspec.elaborate.scope import FileScope
from archspec.elaborate.workspace import Workspace

_TRIED = frozenset({"AS401", "AS603"})  # the rules of which a fix depends on shapes
_STEPWISE = frozenset({"AS603"})  # with a fix of another kind next: a map is pooled, then its scores are counted
_MOST = 8  # fixes tried; a file with more errors of this kind gets the others once these are mended

Place = tuple[str, int, str]


def diagnostics(workspace: Workspace) -> tuple[Diagnostic, ...]:
    """What was reported, without the fixes that do not hold what they promise."""
    found = workspace.diagnostics()
    doubtful = [one for one in found if one.fix is not None and one.rule.code in _TRIED]
    refused = {id(one) for at, one in enumerate(doubtful) if at >= _MOST or not _mends(workspace, one, found)}
    return tuple(one._replace(fix=None) if id(one) in refused else one for one in found)


def _mends(workspace: Workspace, one: Diagnostic, found: tuple[Diagnostic, ...]) -> bool:
    """Whether a fix removes its finding and brings no other error, but for those that it uncovers."""
    assert one.fix is not None
    fix = one.fix
    before = {_place(other, fix) for other in found}
    own = _place(one, fix)
    for other in _errors(workspace, fix):
        place = _place(other)
        if place == own:
            next = one.rule.code in _STEPWISE and other.fix is not None and other.fix.title != fix.title
            if not next:
                return False
        elif place not in before and not _is_uncovered(other, one, fix):
            return False
    return True


def _is_uncovered(other: Diagnostic, one: Diagnostic, fix: Fix) -> bool:
    """Whether an error arises in the same network behind one in its body, which hid it."""
    span = other.trail[0].span if other.trail else other.span
    behind = span.source.name == one.span.source.name and span.start > moved(one.span.start, one.span.source, fix.edits)
    return behind and not one.trail and bool(other.networks)


def _place(one: Diagnostic, fix: Fix | None = None) -> Place:
    """Where a finding stands in the texts of files, after a fix."""
    source, start = one.span.source, one.span.start
    return source.name, start if fix is None else moved(start, source, fix.edits), one.rule.code


def _errors(workspace: Workspace, fix: Fix) -> list[Diagnostic]:
    """The errors of all networks that were asked for, in texts with a fix applied."""
    sources: dict[Path, Source] = {key: _mended(one, fix) for key, one in workspace.scopes.items()}
    again = Workspace(workspace.limits, workspace.texts.replaced(sources))
    keys = {id(scope): key for key, scope in workspace.scopes.items()}
    touched = {edit.span.source for edit in fix.edits}
    for scope, name, overrides, inputs in list(workspace.asked.values()):
        if _reads(scope, touched):
            key = keys.get(id(scope))
            known = None if key is None else again.scopes.get(key)
            mended = again.scope(_mended(scope, fix), key) if known is None else known
            if name in mended.definitions:
                again.build(mended, name, overrides, inputs)
    return [one for one in again.diagnostics() if one.severity is Severity.ERROR]


def _mended(scope: FileScope, fix: Fix) -> Source:
    source = scope.file.source
    return Source(source.name, edited(source, fix.edits), source.path)


def _reads(scope: FileScope, sources: set[Source]) -> bool:
    """Whether a file is one of these, or imports one."""
    return scope.file.source in sources or any(_reads(other, sources) for other, _ in scope.imported.values())
