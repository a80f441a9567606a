"""Where the definitions of a spec stand, found without parsing: what is broken in one must not hide the others."""

import re
from collections.abc import Iterator

# A definition starts in the first column. No body holds a `block`, a `network` or an import; the others stand in both.
_MARK = (
    r'"(?:[^"\\\n]|\\.)*+"?|#[^\n]*+|[(\[{]|[)\]}]'
    r'|^(?:(?:block|network)[ \t]++[A-Za-z_]|from[ \t]*+"|(?:let|fn|default)[ \t]++[A-Za-z_\[])'
)
_NAMES = r"^(?:(?:block|network|fn|default)[ \t]++(\w++)|let\b([^=\n]*+)|from\b[^\n]*?\bimport\b([^\n]*+))"


def _marks(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The marks in a piece of text; their pattern is made when first needed, which is for a text with errors."""
    return re.compile(_MARK, re.MULTILINE).finditer(text, start, end)


def starts(text: str) -> list[int]:
    """Where definitions start; the first piece starts with the text, if anything stands there."""
    found: list[int] = []
    depth = 0
    for mark in _marks(text, 0, len(text)):
        first = mark[0][0]
        if first in "([{":
            depth += 1
        elif first in ")]}":
            depth = max(0, depth - 1)
        elif first in "bn" or mark[0].startswith("from") or (first in "lfd" and depth == 0):
            found.append(mark.start())
            depth = 0
    if not found or text[: found[0]].strip():
        found.insert(0, 0)
    return found


def body_end(text: str, start: int, end: int) -> int | None:
    """Where the first body of a piece is closed."""
    depth = 0
    for mark in _marks(text, start, end):
        if mark[0] in "([{":
            depth += 1
        elif mark[0] in ")]}":
            depth -= 1
            if depth == 0 and mark[0] == "}":
                return mark.end()
    return None


def names(text: str, start: int, end: int) -> set[str]:
    """What a piece would have defined, and the operators for which it would have set defaults."""
    found: set[str] = set()
    for match in re.compile(_NAMES, re.MULTILINE).finditer(text, start, end):
        found.update(re.findall(r"\w+", match[1] or match[2] or match[3] or ""))
    return found


def open_bracket(text: str, start: int, end: int) -> int | None:
    """The innermost bracket that is open at `end`."""
    stack: list[int] = []
    for mark in _marks(text, start, end):
        if mark[0] in "([{":
            stack.append(mark.start())
        elif mark[0] in ")]}" and stack:
            stack.pop()
    return stack[-1] if stack else None
