"""Text to syntax tree, with every independent syntax error of a file in one run."""

from bisect import bisect_right
from threading import RLock
from typing import Any

from archspec.core.diagnostic import Diagnostic, Label
from archspec.core.garbage import paused
from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.source import Source, Span
from archspec.syntax import definitions, errors, tree, versions
from archspec.syntax.builder import BadString, Builder
from archspec.syntax.lalr import Automaton, Unexpected
from archspec.syntax.lexer import BadCharacter, Token, TooMuch, tokens

_ATTEMPTS = 8  # at reading definitions together, before the first of them is read alone

_lock = RLock()  # one builder serves one text at a time
_builder = Builder()
_automaton = Automaton(_builder)


def parse(source: Source, limits: Limits = DEFAULT_LIMITS) -> tuple[tree.File, tuple[Diagnostic, ...]]:
    """The tree of a spec, and its syntax errors. Definitions with an error are left out and named in `File.broken`."""
    with _lock, paused():
        _builder.begin(source, limits)
        _builder.expression = _expression
        try:
            file: tree.File = _parse(source, 0, len(source.text), "start")
            problems: tuple[Diagnostic, ...] = ()
        except _Failed:
            file, problems = _parse_by_definition(source)
        return versions.checked(file, problems, lambda: definitions.names(source.text, 0, len(source.text)))


def parse_expression(
    source: Source, start: int = 0, end: int | None = None, limits: Limits = DEFAULT_LIMITS
) -> tree.Expression:
    """One expression: a text, such as the value of `--set`, or what stands between two offsets of one.

    Raises `BadExpression` with its diagnostic.
    """
    with _lock:
        _builder.begin(source, limits)
        _builder.expression = _expression
        try:
            made: tree.Expression = _parse(source, start, len(source.text) if end is None else end, "expr")
            return made
        except _Failed as failure:
            raise BadExpression(failure.diagnostic) from None


class BadExpression(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class _Failed(Exception):
    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def _expression(start: int, end: int) -> tree.Expression:
    """An expression within a string."""
    made: tree.Expression = _parse(_builder.source, start, end, "expr")
    return made


def _parse(source: Source, start: int, end: int, rule: str) -> Any:
    try:
        return _automaton.run(tokens(source.text, start, end, _builder.limits), rule)
    except Unexpected as error:
        raise _Failed(errors.unexpected(error, source, start, end, rule)) from None
    except BadCharacter as error:
        raise _Failed(errors.character(source, end, error)) from None
    except TooMuch as error:
        raise _Failed(_simple(errors.TOO_MUCH, str(error), _span(source, error.token))) from None
    except BadString as error:
        raise _Failed(_simple(errors.BAD_STRING, str(error), error.span)) from None


def _span(source: Source, token: Token) -> Span:
    return Span(source, token.start, token.end)


def _simple(rule: Any, message: str, span: Span) -> Diagnostic:
    return Diagnostic(rule, message, (Label(span),))


def _parse_by_definition(source: Source) -> tuple[tree.File, tuple[Diagnostic, ...]]:
    """A text that does not parse as a whole: its definitions in as few pieces as go together, broken ones alone."""
    starts = definitions.starts(source.text)
    ends = [*starts[1:], len(source.text)]
    items: list[tree.Definition] = []
    found: list[Diagnostic] = []
    broken: set[str] = set()
    at = 0
    while at < len(starts) and len(found) < _builder.limits.diagnostics:
        stop = _read_together(source, starts, ends, at, items)
        if stop < len(starts):
            lost = _read_alone(source, starts[stop], ends[stop], items, found)
            broken |= definitions.names(source.text, starts[stop], ends[stop]) if lost else set()
        at = stop + 1
    if at < len(starts):
        broken |= definitions.names(source.text, starts[at], len(source.text))
    return tree.File(source, tuple(items), frozenset(broken)), tuple(found)


def _read_together(source: Source, starts: list[int], ends: list[int], first: int, items: list[tree.Definition]) -> int:
    """Read definitions from the first one on, up to the next that is in doubt, whose number is returned."""
    stop = len(starts)
    for _ in range(_ATTEMPTS):
        if stop == first:
            break
        try:
            items.extend(_parse(source, starts[first], ends[stop - 1], "start").items)
            return stop
        except _Failed as failure:
            stop = min(max(bisect_right(starts, failure.diagnostic.span.start) - 1, first), stop - 1)
    return first


def _read_alone(source: Source, start: int, end: int, items: list[tree.Definition], found: list[Diagnostic]) -> bool:
    """Read one piece; whether its definition is lost. What stands behind a definition may be wrong without it."""
    try:
        items.extend(_parse(source, start, end, "start").items)
        return False
    except _Failed as failure:
        found.append(failure.diagnostic)
    close = definitions.body_end(source.text, start, end)
    if close is None or found[-1].span.start < close:
        return True
    try:
        items.extend(_parse(source, start, close, "start").items)
        return False
    except _Failed:
        return True
