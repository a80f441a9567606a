"""Syntax errors in a reader's words."""

import re

from archspec.core.diagnostic import Diagnostic, Label, rule
from archspec.core.source import Source, Span
from archspec.syntax.definitions import open_bracket
from archspec.syntax.lalr import Unexpected
from archspec.syntax.lexer import END, BadCharacter

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
    In documentation, paths of imports and the messages of promises they stand for themselves.
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
_CLOSING = {"(": ")", "[": "]", "{": "}"}


def unexpected(error: Unexpected, source: Source, start: int, end: int, rule: str) -> Diagnostic:
    """The diagnostic for what the parser could not take between two offsets of a source, which hold a `rule`."""
    token, accepted = error.token, error.accepted
    if token.kind == END:
        return _unfinished(source, start, end, accepted, "definition" if rule == "start" else "expression")
    span = Span(source, token.start, token.end)
    found = f"`{_short(str(token))}` stands"
    if token.kind == "_NL":
        span = Span(source, token.start, token.start + 1)
        found = "the line ends" if span.text == "\n" else "`;` stands"
    expected = _expected(accepted)
    message = f"{found} where {expected} is expected" if expected else f"{found} where it means nothing"
    labels = [Label(span)]
    if str(token) in _PAIRS or accepted & {"RPAR", "RSQB"}:
        opening = open_bracket(source.text, start, span.start)
        if opening is not None and _unclosed(source.text, opening, span.start, str(token)):
            labels.append(Label(Span(source, opening, opening + 1), "not closed yet"))
    from archspec.syntax.advice import advice  # which a spec without errors does not need

    return Diagnostic(SYNTAX, message, tuple(labels), help=advice(source, start, span, token, accepted))


def _unclosed(text: str, opening: int, at: int, token: str) -> bool:
    """Whether an open bracket is worth pointing at: another one is closed, or it stands on an earlier line."""
    if token in _PAIRS:
        return text[opening] != _PAIRS[token]
    return text[opening] != "{" and "\n" in text[opening:at]


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"


def _expected(accepted: frozenset[str]) -> str:
    if "NETWORK" in accepted:
        return "a definition"
    if "NUMBER" in accepted and "LPAR" in accepted:
        return "a value"
    if {"_NL", "_ARROW"} <= accepted:
        return "`->` or a new line"
    plain = accepted - _OPERATORS or accepted
    if {"NAME", "STRING", "LBRACE"} <= plain:
        return "a step"
    words = sorted({_WORDS[one] for one in plain if one in _WORDS})
    if not words or len(words) > 4:
        return ""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


_CHARACTERS = {
    "'": 'strings stand in double quotes `"`',
    "!": "write `not`, or `!=` between two values",
    "&": "write `and`",
    "|": "write `or`",
    "`": 'names stand without quotes, strings in double quotes `"`',
    "\N{LEFT DOUBLE QUOTATION MARK}": 'strings stand in straight double quotes `"`',
    "\N{RIGHTWARDS ARROW}": "write `->`",
    "\N{MINUS SIGN}": "write `-`",
    "\N{MULTIPLICATION SIGN}": "write `*`, or sizes in brackets: `[3, 32, 32]`",
}


def character(source: Source, end: int, error: BadCharacter) -> Diagnostic:
    """The diagnostic for a character with which no token begins, in a text that is read up to an offset."""
    at = error.at
    character = source.text[at] if at < len(source.text) else ""
    span = Span(source, at, min(at + 1, len(source.text)))
    if character == '"':
        return Diagnostic(CHARACTER, "a string that does not end on its line", (Label(span),), help='close it with `"`')
    if character == ";":
        message = "`;` cannot stand before `->`, `else` or `skip`"
        return Diagnostic(CHARACTER, message, (Label(span),), help="leave it out: the statement goes on")
    if character.isdigit():
        run = re.compile(r"[\w.]{1,64}").match(source.text, at, end)
        span = Span(source, at, run.end() if run else at + 1)
        help = "numbers look like `64`, `0.1`, `1e-5`, `5M`"
        return Diagnostic(CHARACTER, f"`{_short(span.text)}` is no number", (Label(span),), help=help)
    if character.isidentifier():
        help = "names are ASCII letters, digits and underscores"
        return Diagnostic(CHARACTER, f"`{character}` cannot stand in a name", (Label(span),), help=help)
    shown = f"`{character}`" if character.isprintable() else f"the character U+{ord(character or ' '):04X}"
    help = _CHARACTERS.get(character, "")
    if character.isspace():
        help = "only spaces, tabs and line ends stand between words"
    return Diagnostic(CHARACTER, f"{shown} begins nothing in a spec", (Label(span),), help=help)


def _unfinished(source: Source, start: int, end: int, accepted: frozenset[str], what: str) -> Diagnostic:
    text = source.text[start:end].rstrip()
    at = start + len(text)
    span = Span(source, max(start, at - 1), at) if text else Span(source, start, min(start + 1, len(source.text)))
    opening = open_bracket(source.text, start, at)
    if opening is None:
        expected = _expected(accepted)
        where = f" where {expected} is expected" if expected else ""
        return Diagnostic(SYNTAX, f"the {what} ends{where}", (Label(span),))
    bracket = Span(source, opening, opening + 1)
    labels = (Label(bracket, "opened here"), Label(span, f"the {what} ends here"))
    closing = _CLOSING[bracket.text]
    return Diagnostic(SYNTAX, f"`{bracket.text}` is never closed", labels, help=f"add `{closing}`")
