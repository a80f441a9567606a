"""A spec as its tokens, comments included: nothing that a reader sees is lost, but the room between.

The text is known to parse. So words, numbers, strings and signs are told apart without a grammar.
"""

import re
from typing import NamedTuple

_TOKEN = re.compile(
    r"""
      (?P<word>[A-Za-z_][A-Za-z0-9_]*+)
    | (?P<number>\d++(?:\.\d++)?(?:[eE][+-]?\d++)?[KMG]?(?![A-Za-z0-9_.]))
    | (?P<string>"(?:[^"\\\n]|\\.)*+")
    | (?P<comment>\#[^\n]*+)
    | (?P<line>\n)
    | (?P<semicolon>;)
    | (?P<blank>[ \t]++)
    | (?P<sign>->|\*\*|//|==|!=|<=|>=|[-+*/%<>(){}\[\],:.=])
    """,
    re.VERBOSE | re.ASCII,
)

ROOM = 2  # columns between code and the comment behind it


class Comment(NamedTuple):
    """A comment, and whether a blank line stood above it.

    column: where it was put, from zero; none where it just followed the code
    """

    text: str
    column: int | None
    blank: bool


class Token:
    """A token with the comments around it, and the room to leave before it.

    kind:   `word`, `keyword`, `number`, `string`, `sign`, `unary` or `end`
    before: comments on lines of their own above it
    after:  the comment behind it on its line
    broken: whether it began a line; `blank`, whether below a blank one; `split`, whether a line or `;` ended before it
    gap:    blanks before it on its line
    space:  blanks that belong before it on a line; `pad`, those that align it on top
    """

    __slots__ = (
        "after", "before", "blank", "broken", "column", "gap", "kind", "line", "pad", "space", "split", "text",
    )  # fmt: skip

    def __init__(self, kind: str, text: str, line: int, column: int) -> None:
        self.kind = kind
        self.text = text
        self.line = line
        self.column = column
        self.before: list[Comment] = []
        self.after: Comment | None = None
        self.broken = self.blank = self.split = False
        self.gap = self.space = self.pad = 0

    @property
    def width(self) -> int:
        return self.space + self.pad + len(self.text)

    def __repr__(self) -> str:
        return f"<{self.kind} {self.text}>"


def tokenize(text: str) -> list[Token]:
    """The tokens of a text that parses; the last, of kind `end`, holds the comments below all others."""
    made: list[Token] = []
    waiting: list[Comment] = []
    line = start = at = 0
    lines = 2  # line feeds since the last token or comment
    broken = split = True
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"no token begins at {at}")
        kind, piece = match.lastgroup or "", match[0]
        if kind == "line":
            line += 1
            start = at + 1
            lines += 1
            broken = split = True
        elif kind == "semicolon":
            split = True
        elif kind == "comment":
            words = piece.rstrip(" \t")
            if broken:
                waiting.append(Comment(words, None, lines > 1))
            else:
                apart = at - start - made[-1].column - len(made[-1].text) > ROOM
                made[-1].after = Comment(words, at - start if apart else None, False)
            lines = 0
        elif kind != "blank":
            token = Token(kind, piece, line, at - start)
            token.gap = at - start if broken else at - start - made[-1].column - len(made[-1].text)
            _place(token, waiting, broken, lines > 1, split)
            made.append(token)
            waiting = []
            lines = 0
            broken = split = False
        at = match.end()
    end = Token("end", "", line, 0)
    _place(end, waiting, True, lines > 1, True)
    return [*made, end]


def _place(token: Token, waiting: list[Comment], broken: bool, blank: bool, split: bool) -> None:
    token.before = waiting
    token.broken = broken
    token.blank = blank
    token.split = split
