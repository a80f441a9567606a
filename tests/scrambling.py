"""The same spec in another layout: other room and line breaks wherever they mean nothing, and more comments."""

import re
from random import Random

_PART = re.compile(
    r"""
    "(?:[^"\\\n]|\\.)*" | \#[^\n]* | \n | [A-Za-z_]\w* | \d[\w.]*(?:(?<=e)[+-]\d+)? | -> | [=!<>]= | // | [*]{2} | .
    """,
    re.ASCII | re.VERBOSE,
)
_OPEN, _CLOSED = "([{", ")]}"


def comments(text: str) -> list[str]:
    """The comments of a text in order, without blanks at their ends."""
    return [match[0].rstrip(" \t") for match in _PART.finditer(text) if match[0].startswith("#")]


def parts(text: str) -> list[str]:
    """Tokens, comments and line feeds."""
    return [match[0] for match in _PART.finditer(text) if match[0] not in (" ", "\t")]


class Scrambler:
    """Sets a text anew. `calm`: how much of it is left alone, from 0 to 1."""

    def __init__(self, text: str, seed: int, calm: float) -> None:
        self.random = Random(seed)
        self.parts = parts(text)
        self.calm = calm
        self.count = 0

    def text(self) -> str:
        """The text in another layout."""
        made: list[str] = []
        open: list[str] = []
        before = ""
        for at, part in enumerate(self.parts):
            after = next((one for one in self.parts[at + 1 :] if one != "\n" and one[0] != "#"), "")
            if part == "\n":
                commented = at > 0 and self.parts[at - 1][0] == "#"
                made.append("\n" if commented else self.line_end(before, after, open))
                continue
            if part[0] == "#":
                made.append(f"{self.room()}{part}")
                continue
            free = bool(open) and open[-1] != "{"
            if part in _CLOSED:
                open.pop()
            if before and (free or before in ("->", ",", "=", "{") or part in ("->", "}")):
                made.append(self.anywhere())
            made.append(self.room(needed=True) + part)
            if part in _OPEN:
                open.append(part)
            before = part
        return "".join(made)

    def room(self, needed: bool = False) -> str:
        if self.random.random() < self.calm:
            return " "
        return self.random.choice([" ", " ", "  ", "\t", " " * 9] + [" " if needed else ""])

    def comment(self) -> str:
        self.count += 1
        return f"#{self.random.choice(['', ' '])}{self.count}{self.random.choice(['', ' # {', '; x', '  '])}"

    def anywhere(self) -> str:
        """What may stand where line feeds mean nothing."""
        if self.random.random() < max(self.calm, 0.7):
            return ""
        return self.random.choice(["\n", "\n\n", "\n \n\n", f" {self.comment()}\n", f"\n{self.comment()}\n"])

    def line_end(self, before: str, after: str, open: list[str]) -> str:
        """In place of a line feed: where it ends a statement, `;` would do as well."""
        if self.random.random() < self.calm:
            return "\n"
        choices = ["\n", "\n\n\n", f"{self.room()}{self.comment()}\n", f"\n{self.room()}{self.comment()}\n\n"]
        ends = before not in ("->", ",", "=") and after not in ("->", "else", "skip") and not (open and open[-1] != "{")
        return self.random.choice([*choices, ";", " ; \n"] if ends else choices)
