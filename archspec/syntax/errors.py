"""Syntax errors in a reader's words."""

from typing import Any

from lark.exceptions import UnexpectedCharacters, UnexpectedInput

from archspec.core.diagnostic import Diagnostic, Label, rule
from archspec.core.source import Source, Span

SYNTAX = rule(
    "AS101",
    "syntax",
    """The text is not a spec.

    The message names what stands there and what could stand there instead. Each definition of a file is read on its
    own, so one run shows one such error a definition.
    """,
)
CHARACTER = rule(
    "AS102",
    "character",
    """A character that begins nothing in a spec.

    Names are ASCII letters, digits and underscores. Strings stand in double quotes, on one line.
    """,
)
BAD_STRING = rule(
    "AS103",
    "bad-string",
    r"""A string that cannot be read.

    The escapes are `\n`, `\t`, `\"` and `\\`. Braces hold an expression, `"layer{i + 1}"`; doubled, they are braces.
    """,
)
TOO_MUCH = rule(
    "AS104",
    "too-much",
    """A token or a nesting beyond the limits.

    A spec from a stranger is read in bounded time: names have at most 64 characters, strings 4,096, brackets nest at
    most 64 deep.
    """,
)

_WORDS = {
    "_NL": "a new line", "NAME": "a name", "NUMBER": "a number", "STRING": "a string", "LBRACE": "`{`",
    "RBRACE": "`}`", "LPAR": "`(`", "RPAR": "`)`", "LSQB": "`[`", "RSQB": "`]`", "COLON": "`:`", "COMMA": "`,`",
    "DOT": "`.`", "EQUAL": "`=`", "_ARROW": "`->`", "$END": "the end of the text", "AS": "`as`", "ELSE": "`else`",
    "SKIP": "`skip`", "IMPORT": "`import`", "IN": "`in`", "FOR": "`for`", "IF": "`if`",
}  # fmt: skip
_OPERATORS = {"CMP", "SIGN", "TIMES", "POW", "OR", "AND", "NOT", "DOT", "IF", "FOR", "LSQB", "LPAR"}
_PAIRS = {")": "(", "]": "[", "}": "{"}


def unexpected(error: UnexpectedInput, source: Source, start: int, end: int) -> Diagnostic:
    """The diagnostic for what the parser could not take between two offsets of a source."""
    if isinstance(error, UnexpectedCharacters):
        return _character(source, error.pos_in_stream or 0)
    token: Any = error.token  # type: ignore[attr-defined]
    if token.type == "$END":
        return _unfinished(source, start, end, error)
    span = Span(source, token.start_pos, token.end_pos)
    found = "the line ends" if token.type == "_NL" else f"`{_short(str(token))}` stands"
    if token.type == "_NL":
        span = Span(source, token.start_pos, token.start_pos + 1)
    expected = _expected(error)
    message = f"{found} where {expected} is expected" if expected else f"{found} where it means nothing"
    labels = [Label(span)]
    closing = str(token)
    if closing in _PAIRS:
        opening = _open_bracket(source.text, start, span.start)
        if opening is not None and source.text[opening] != _PAIRS[closing]:
            labels.append(Label(Span(source, opening, opening + 1), "not closed yet"))
    return Diagnostic(SYNTAX, message, tuple(labels), help=_help(source, span, token, error))


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"


def _expected(error: Any) -> str:
    accepted = set(getattr(error, "accepts", None) or getattr(error, "expected", ()) or ())
    if "NUMBER" in accepted and "LPAR" in accepted:
        return "a value"
    plain = accepted - _OPERATORS or accepted
    if {"NAME", "STRING", "LBRACE"} <= plain:
        return "a step"
    words = sorted({_WORDS[one] for one in plain if one in _WORDS})
    if not words or len(words) > 4:
        return ""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def _help(source: Source, span: Span, token: Any, error: Any) -> str:
    before = source.text[: span.start].rstrip()
    if token.type == "NUMBER" and before and (before[-1].isalnum() or before[-1] == "_"):
        word = before[len(before.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")) :]
        return f"arguments stand in parentheses: `{word}({token})`"
    if token.type == "COLON":
        return "an argument is given with `=`, and a label stands at the start of a step"
    if str(token) == "=":
        return "a step is named with `:`, a value with `let name = …`"
    if token.type == "IN" and str(token) == "in":
        return "`in` is the input of the block: `in.channels`, or `(in) -> …`"
    return ""


def _character(source: Source, at: int) -> Diagnostic:
    character = source.text[at] if at < len(source.text) else ""
    span = Span(source, at, min(at + 1, len(source.text)))
    if character == '"':
        return Diagnostic(CHARACTER, "a string that does not end on its line", (Label(span),), help='close it with `"`')
    if character == "'":
        return Diagnostic(CHARACTER, "`'` begins no string", (Label(span),), help='strings stand in double quotes `"`')
    if character.isdigit():
        return Diagnostic(CHARACTER, "this is no number", (Label(span),), help="numbers look like `64`, `0.1`, `1e-5`, `5M`")
    if character.isidentifier():
        help = "names are ASCII letters, digits and underscores"
        return Diagnostic(CHARACTER, f"`{character}` cannot stand in a name", (Label(span),), help=help)
    shown = f"`{character}`" if character.isprintable() else f"the character U+{ord(character):04X}"
    return Diagnostic(CHARACTER, f"{shown} begins nothing in a spec", (Label(span),))


def _unfinished(source: Source, start: int, end: int, error: Any) -> Diagnostic:
    text = source.text[start:end].rstrip()
    at = start + len(text)
    span = Span(source, max(start, at - 1), at) if text else Span(source, start, start)
    opening = _open_bracket(source.text, start, at)
    if opening is None:
        expected = _expected(error)
        where = f", where {expected} is expected" if expected else ""
        return Diagnostic(SYNTAX, f"the text ends{where}", (Label(span),))
    bracket = Span(source, opening, opening + 1)
    closing = {value: key for key, value in _PAIRS.items()}[source.text[opening]]
    labels = (Label(bracket, "opened here"), Label(span, "the definition ends here"))
    return Diagnostic(SYNTAX, f"`{source.text[opening]}` is never closed", labels, help=f"add `{closing}`")


def _open_bracket(text: str, start: int, end: int) -> int | None:
    """The innermost bracket that is open at `end`."""
    stack: list[int] = []
    at = start
    while at < end:
        character = text[at]
        if character == "#":
            at = text.find("\n", at, end)
            if at < 0:
                break
        elif character == '"':
            at += 1
            while at < end and text[at] not in '"\n':
                at += 2 if text[at] == "\\" else 1
        elif character in "([{":
            stack.append(at)
        elif character in ")]}" and stack:
            stack.pop()
        at += 1
    return stack[-1] if stack else None
