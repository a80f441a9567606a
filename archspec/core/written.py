"""A call as it is written, in text or in YAML: where its arguments stand, among comments and strings."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from archspec.core.source import Span

# strings and comments, as patterns that are made when a fix wants them
_TEXT = r'"(?:[^"\\\n]|\\.)*"|#[^\n]*'
_YAML = r'"(?:[^"\\]|\\.)*"|(?<!\w)\'(?:[^\']|\'\')*\'|(?<!\S)#[^\n]*'
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_LITERAL = r"true|false|none|null|\d+|\[[\d,\s]*\]"


class Written(NamedTuple):
    """A call with plain arguments. `inside` is what its brackets hold; `alone` is an argument of YAML without any."""

    name: str
    inside: Span
    items: tuple[Span, ...]
    alone: bool = False

    @property
    def is_yaml(self) -> bool:
        return self.inside.source.is_yaml

    def given(self, name: str, places: Sequence[str]) -> Span | None:
        """The value of an argument, by its name or by its place; `places` names the parameters in order."""
        sign = r"\s*:\s*" if self.is_yaml else r"\s*=(?!=)\s*"
        position = 0
        for item in self.items:
            named = re.match(rf"(?:\{{\s*)?(\w+){sign}", item.text)
            if named is None:
                position += 1
                if places[position - 1 : position] == [name]:
                    return item
            elif named[1] == name:
                return item._replace(start=item.start + named.end())
        return None


def written(call: Span) -> Written | None:
    """The parts of a call; none where it is not written as one."""
    is_yaml = call.source.is_yaml
    text = without_comments(call.text, is_yaml)
    match = re.match(r"\{?\s*(\w+)\s*:\s*" if is_yaml else r"(\w+)\s*(?=\()", text)
    if match is None:
        return None
    start = match.end()
    alone = re.fullmatch(r"(\$?[\w.]+)[\s}]*", text[start:]) if is_yaml else None
    if alone is not None:
        item = _part(call, start, start + len(alone[1]))
        return Written(match[1], item, (item,), alone=True)
    ends = _ends(text, start)
    if not ends or text[ends[-1] + 1 :].strip(" \n}" if is_yaml else ""):
        return None
    items = []
    for end in ends:
        start += 1
        part = text[start:end]
        if part.strip():
            items.append(_part(call, start + len(part) - len(part.lstrip()), start + len(part.rstrip())))
        start = end
    return Written(match[1], _part(call, match.end() + 1, ends[-1]), tuple(items))


def is_literal(value: Span) -> bool:
    """Whether a value is one number, truth value or list of numbers, and no expression."""
    return re.fullmatch(_LITERAL, value.text) is not None


def without_comments(text: str, is_yaml: bool) -> str:
    """A text as long as this one, with blanks for its comments and quotes for what is in its strings."""
    return re.sub(_YAML if is_yaml else _TEXT, _blank, text)


def _blank(match: re.Match[str]) -> str:
    return (" " if match[0].startswith("#") else '"') * len(match[0])


def _part(call: Span, start: int, end: int) -> Span:
    return call._replace(start=call.start + start, end=call.start + end)


def _ends(text: str, start: int) -> list[int]:
    """Where the entries of the bracket end that opens here: at its commas, and last where it closes; none if open."""
    if text[start : start + 1] not in _PAIRS:
        return []
    found: list[int] = []
    awaited = [_PAIRS[text[start]]]
    for at in range(start + 1, len(text)):
        one = text[at]
        if one in _PAIRS:
            awaited.append(_PAIRS[one])
        elif one == awaited[-1]:
            awaited.pop()
            if not awaited:
                return [*found, at]
        elif one == "," and len(awaited) == 1:
            found.append(at)
    return []
