"""The notation of `rearrange`, that of einops: `c (h a) (w b) -> h w (a b c)`."""

import re
from typing import Any, NamedTuple

from archspec.ops.kinds import BadValue

Group = tuple[str, ...]  # the names that make up an axis, the outermost first; none for an axis of size 1

_TOKEN = r"\s*(?:(?P<name>[A-Za-z_][A-Za-z0-9_]*)|(?P<one>1)(?![0-9])|(?P<open>\()|(?P<close>\)))"
_HINT = 'write e.g. "c h w -> (h w) c", names and groups in parentheses on either side of an arrow'
LONGEST = 16  # names on a side


class Notation(NamedTuple):
    """Both sides of a pattern, an axis each."""

    left: tuple[Group, ...]
    right: tuple[Group, ...]


class Pattern(NamedTuple):
    """A rearrangement in the notation of einops."""

    @property
    def words(self) -> str:
        return 'a pattern such as "c h w -> (h w) c"'

    def accept(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise BadValue("it is a string", _HINT)
        parsed(value)
        return value


def parsed(pattern: str) -> Notation:
    """A pattern taken apart. Raises `BadValue`."""
    sides = pattern.split("->")
    if len(sides) != 2:
        raise BadValue("there is no `->`" if len(sides) < 2 else "there is more than one `->`", _HINT)
    left, right = (_side(side) for side in sides)
    before, after = ([name for group in side for name in group] for side in (left, right))
    for names, where in ((before, "left"), (after, "right")):
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise BadValue(f"`{twice}` stands twice on the {where}", "each axis has a name of its own")
        if len(names) > LONGEST:
            raise BadValue(f"there are {len(names)} names on the {where}", f"at most {LONGEST}")
    for names, others, where in ((before, after, "left"), (after, before, "right")):
        alone = next((name for name in names if name not in others), None)
        if alone is not None:
            raise BadValue(f"`{alone}` stands on the {where} only", "every name stands on both sides")
    return Notation(left, right)


def _side(text: str) -> tuple[Group, ...]:
    token = re.compile(_TOKEN)
    groups: list[Group] = []
    inside: list[str] | None = None
    at, stop = 0, len(text.rstrip())
    while at < stop:
        found = token.match(text, at)
        if found is None:
            rest = text[at:].strip()
            hint = "the batch is implied, every other axis is named" if rest.startswith(("...", "…")) else _HINT
            raise BadValue(f"`{rest[:12]}` is neither a name nor a parenthesis", hint)
        at = found.end()
        if found["open"]:
            if inside is not None:
                raise BadValue("a parenthesis within a parenthesis", _HINT)
            inside = []
        elif found["close"]:
            if inside is None:
                raise BadValue("a parenthesis closes that is not open", _HINT)
            groups.append(tuple(inside))
            inside = None
        elif inside is not None:
            inside += [found["name"]] if found["name"] else []
        else:
            groups.append((found["name"],) if found["name"] else ())
    if inside is not None:
        raise BadValue("a parenthesis stays open", _HINT)
    return tuple(groups)
