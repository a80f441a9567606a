"""Text to tokens: which newlines end a statement, and the caps that keep hostile text cheap."""

import re
from collections.abc import Iterator

from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.syntax.tables import IGNORED, PATTERN, WORDS

END = "$END"
_OPENS = frozenset({"LPAR", "LSQB", "LBRACE"})
_CLOSES = frozenset({"RPAR", "RSQB", "RBRACE"})
_GOES_ON = frozenset({"_ARROW", "COMMA", "EQUAL", ""})  # nothing that ends in one of these is a whole statement
_IGNORED = frozenset(IGNORED)

_token = re.compile(PATTERN).match
_SOFT = {"task": re.compile(r"[ \t]++[A-Za-z_]").match}  # words of the language before a name, names elsewhere


class Token(str):
    """The text of a token, its kind as the grammar names it, and its offsets in the source."""

    __slots__ = ("end", "kind", "start")
    kind: str
    start: int
    end: int

    def __new__(cls, kind: str, text: str, start: int, end: int) -> "Token":
        made = str.__new__(cls, text)
        made.kind = kind
        made.start = start
        made.end = end
        return made


class TooMuch(Exception):
    """A token, or a nesting of brackets, beyond the limits."""

    def __init__(self, message: str, token: Token) -> None:
        super().__init__(message)
        self.token = token


class BadCharacter(Exception):
    """A character with which no token begins, by its offset."""

    def __init__(self, at: int) -> None:
        super().__init__(f"no token begins at {at}")
        self.at = at


def tokens(text: str, start: int, end: int, limits: Limits = DEFAULT_LIMITS) -> Iterator[Token]:
    """The tokens between two offsets, and one of kind `END`. Raises `TooMuch` and `BadCharacter`.

    Left out are blanks and comments, and newlines within `( )` and `[ ]` and after `->`, `,` and `=`. A word of the
    language has its own kind; whether it is a name where it stands, the parser knows.
    """
    brackets: list[str] = []  # the open ones; a newline counts only directly within braces, or within none
    last = ""
    short = min(limits.identifier, limits.string)  # no token of so many characters is beyond a limit
    at = start
    while at < end:
        match = _token(text, at, end)
        if match is None:
            raise BadCharacter(at)
        kind = match.lastgroup or ""
        begin, at = at, match.end()
        if kind in _IGNORED:
            continue
        made = Token(kind, match[0], begin, at)
        if at - begin > short:
            _check_length(made, limits)
        if kind == "NAME":
            if made in WORDS and (made not in _SOFT or _SOFT[made](text, at, end)):
                kind = made.kind = WORDS[made]
        elif kind == "_NL":
            if last in _GOES_ON or (brackets and brackets[-1] != "LBRACE"):
                continue
        elif kind in _OPENS:
            brackets.append(kind)
            if len(brackets) > limits.nesting:
                raise TooMuch(f"brackets are nested more than {limits.nesting} deep", made)
        elif kind in _CLOSES and brackets:
            brackets.pop()
        last = kind
        yield made
    yield Token(END, "", end, end)


def _check_length(token: Token, limits: Limits) -> None:
    size = len(token)
    if token.kind == "NAME" and size > limits.identifier:
        raise TooMuch(f"a name of {size} characters; the limit is {limits.identifier}", token)
    if token.kind == "NUMBER" and size > limits.identifier:
        raise TooMuch(f"a number of {size} digits", token)
    if token.kind == "STRING" and size > limits.string:
        raise TooMuch(f"a string of {size} characters; the limit is {limits.string}", token)
