"""Scalars: what a plain one stands for in YAML 1.2, and where in the file each character of a text came from."""

import re
from typing import Any

from archspec.core.source import Span
from archspec.syntax.errors import TOO_MUCH
from archspec.syntax.yaml_errors import FORM, bad
from archspec.syntax.yaml_events import Scalar

# The core schema: `017` is seventeen, `1e-6` a number, `on` and `yes` are strings.
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_REAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
_SPACE = re.compile(r"\s*+")
_LONGEST = 64  # digits, as in text

_CODES = {"x": 4, "u": 6, "U": 10}  # the length of an escape in double quotes, where it is not two


def resolve(scalar: Scalar) -> Any:
    """What a scalar stands for: none, a boolean, a number or its text. Raises `Malformed`."""
    text = scalar.text
    if scalar.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if not (text[0].isdigit() or text[0] in "+-."):
        return text
    integer = _INTEGER.fullmatch(text)
    if not integer:
        if _ENDLESS.fullmatch(text):
            raise bad(FORM, f"`{text}` is no number of the language", scalar.span)
        if not _REAL.fullmatch(text):
            return text
    if len(text) > _LONGEST:
        raise bad(TOO_MUCH, f"a number of {len(text)} digits", scalar.span)
    if not integer:
        return float(text)
    return int(text[2:], {"o": 8, "x": 16}[text[1]]) if text[1:2] in ("o", "x") else int(text)


def is_string(text: str) -> bool:
    """Whether a plain scalar of this text is a string."""
    return text not in _WORDS and not any(one.fullmatch(text) for one in (_INTEGER, _REAL, _ENDLESS))


class Place:
    """Where the characters of a scalar's text stand in the file. Most are there as they are; quotes have escapes, and
    lines are folded."""

    __slots__ = ("offsets", "source", "start")

    def __init__(self, scalar: Scalar, skip: int = 0) -> None:
        """`skip` leaves out characters at the start of the text."""
        self.source, first, last = scalar.span
        start = first + 1 if scalar.style in ("'", '"') else first
        self.start = start + skip
        self.offsets: list[int] | None = None
        if not self.source.text.startswith(scalar.text, start, last):
            self.offsets = [first + at for at in _aligned(scalar.span.text, scalar)[skip:]]

    def span(self, start: int, end: int) -> Span:
        """The span of the characters `start` to `end` (not included) of the text."""
        if self.offsets is None:
            return Span(self.source, self.start + start, self.start + end)
        last = len(self.offsets) - 1
        first = self.offsets[min(start, last)]
        return Span(self.source, first, max(first, self.offsets[min(end, last)]))

    def shifted(self, by: int) -> "Place":
        """The place of a text that begins so many characters further on."""
        made = Place.__new__(Place)
        made.source = self.source
        made.start = self.start + by
        if self.offsets is None:
            made.offsets = None
        else:
            made.offsets = self.offsets[by:] if by >= 0 else [self.offsets[0]] * -by + self.offsets
        return made


def _aligned(raw: str, scalar: Scalar) -> list[int]:
    """For every character of a text, the offset of what stands for it in the raw scalar; then, of what is behind."""
    at = raw.find("\n") + 1 if scalar.style in ("|", ">") else 1 if scalar.style else 0
    found: list[int] = []
    double, last = scalar.style == '"', len(raw) - 1
    for character in scalar.text:
        while double and raw.startswith("\\\n", at):  # a line that goes on
            at = _past_space(raw, at + 2)
        here = raw[at : at + 1]
        if here != character and not (double and here == "\\"):  # white space that was folded
            after = _past_space(raw, at)
            if not character.isspace():
                at = after
            elif after > at:
                found.append(min(at, last))
                at = after
                continue
        found.append(min(at, last))
        if double and here == "\\":
            at += _CODES.get(raw[at + 1 : at + 2], 2)
        else:
            at += 2 if scalar.style == "'" and character == "'" else 1
    return [*found, min(at, len(raw))]


def _past_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
