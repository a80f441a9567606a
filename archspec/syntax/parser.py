"""Text to syntax tree, with every independent syntax error of a file in one run."""

import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.utils import TextSlice

from archspec.core.diagnostic import Diagnostic, Label
from archspec.core.source import Source, Span
from archspec.syntax import errors, tree
from archspec.syntax.builder import BadString, Builder
from archspec.syntax.newlines import Newlines, TooMuch

# A definition starts in the first column: where a file does not parse, its definitions are parsed one by one.
_DEFINITION = re.compile(r"^(?:from|block|network|let|fn|default)\b", re.MULTILINE)
_DEFINED = re.compile(r"(?:block|network|let|fn)[ \t]+([A-Za-z_][A-Za-z0-9_]*)|from\b[^\n]*?\bimport\b([^\n]*)")

_lock = RLock()  # one builder serves one text at a time
_builder = Builder()
_parser: Lark | None = None


def _load() -> Lark:
    global _parser
    if _parser is None:
        from archspec.syntax.tables import DATA, MEMO

        empty = Lark.__new__(Lark)
        # Lark's own way to load saved tables; its public face for it, `Lark.load`, wants a pickle
        _parser = empty._load({"data": DATA, "memo": MEMO}, transformer=_builder, postlex=Newlines())
    return _parser


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Parsing makes many small objects and no garbage: the collector would walk them again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def parse(source: Source) -> tuple[tree.File, tuple[Diagnostic, ...]]:
    """The tree of a spec, and its syntax errors. Definitions with an error are left out and named in `File.broken`."""
    with _lock, _collector_paused():
        _builder.begin(source)
        _builder.expression = _expression
        try:
            return _parse(source, 0, len(source.text), "start"), ()
        except _Failed:
            return _parse_by_definition(source)


def parse_expression(source: Source) -> tree.Expression:
    """One expression, such as the value of `--set`. Raises `SyntaxError_` with its diagnostic."""
    with _lock:
        _builder.begin(source)
        _builder.expression = _expression
        try:
            made: tree.Expression = _parse(source, 0, len(source.text), "expr")
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
    text = TextSlice(source.text, start, end)
    try:
        return _load().parse(text, start=rule)
    except UnexpectedInput as error:
        raise _Failed(errors.unexpected(error, source, start, end)) from None
    except TooMuch as error:
        raise _Failed(_simple(errors.TOO_MUCH, str(error), _span(source, error.token))) from None
    except BadString as error:
        raise _Failed(_simple(errors.BAD_STRING, str(error), error.span)) from None


def _span(source: Source, token: Token) -> Span:
    return Span(source, token.start_pos or 0, token.end_pos or 0)


def _simple(rule: Any, message: str, span: Span) -> Diagnostic:
    return Diagnostic(rule, message, (Label(span),))


def _parse_by_definition(source: Source) -> tuple[tree.File, tuple[Diagnostic, ...]]:
    starts = [match.start() for match in _DEFINITION.finditer(source.text)]
    if not starts or source.text[: starts[0]].strip():
        starts.insert(0, 0)
    items: list[tree.Definition] = []
    found: list[Diagnostic] = []
    broken: set[str] = set()
    for start, end in zip(starts, [*starts[1:], len(source.text)], strict=True):
        try:
            items.extend(_parse(source, start, end, "start").items)
        except _Failed as failure:
            found.append(failure.diagnostic)
            match = _DEFINED.match(source.text, start, end)
            if match:
                broken.update(re.findall(r"\w+", match[1] or match[2]))
    return tree.File(source, tuple(items), frozenset(broken)), tuple(found)


__all__ = ["BadExpression", "UnexpectedCharacters", "UnexpectedToken", "parse", "parse_expression"]
