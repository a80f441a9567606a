"""Between lexer and parser: which newlines end a statement, and the caps that keep hostile text cheap."""

from collections.abc import Iterator
from typing import Any

from lark import Token

from archspec.core.limits import DEFAULT_LIMITS, Limits

_OPENS = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
_CLOSES = frozenset(_OPENS.values())
_GOES_ON = frozenset({"_ARROW", "COMMA", "EQUAL", None})  # nothing that ends in one of these is a whole statement


class TooMuch(Exception):
    """A token, or a nesting of brackets, beyond the limits."""

    def __init__(self, message: str, token: Token) -> None:
        super().__init__(message)
        self.token = token


class Newlines:
    """Drops newlines within `( )` and `[ ]` and after `->`, `,` and `=`. Raises `TooMuch`."""

    always_accept = ("_NL",)

    def __init__(self, limits: Limits = DEFAULT_LIMITS) -> None:
        self.limits = limits

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        limits = self.limits
        brackets: list[str] = []  # the open ones; a newline counts only directly within braces, or within none
        last: Any = None
        for token in stream:
            kind = token.type
            if kind == "_NL":
                if last in _GOES_ON or (brackets and brackets[-1] != "LBRACE"):
                    continue
            elif kind in _OPENS:
                brackets.append(kind)
                if len(brackets) > limits.nesting:
                    raise TooMuch(f"brackets are nested more than {limits.nesting} deep", token)
            elif kind in _CLOSES:
                if brackets:
                    brackets.pop()
            elif kind == "NAME" and len(token) > limits.identifier:
                raise TooMuch(f"a name of {len(token)} characters; the limit is {limits.identifier}", token)
            elif kind == "STRING" and len(token) > limits.string:
                raise TooMuch(f"a string of {len(token)} characters; the limit is {limits.string}", token)
            elif kind == "NUMBER" and len(token) > limits.identifier:
                raise TooMuch(f"a number of {len(token)} digits", token)
            last = kind
            yield token
