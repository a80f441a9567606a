"""Where the definitions of a spec stand, found without parsing: what is broken in one must not hide the others."""

import re

# A definition starts in the first column. No body holds a `block`, a `network` or an import; the others stand in both.
_MARK = re.compile(
    r'"(?:[^"\\\n]|\\.)*+"?|#[^\n]*+|[(\[{]|[)\]}]'
    r'|^(?:(?:block|network)[ \t]++[A-Za-z_]|from[ \t]*+"|(?:let|fn|default)[ \t]++[A-Za-z_\[])',
    re.MULTILINE,
)
_NAMES = re.compile(
    r"^(?:(?:block|network|fn|default)[ \t]++(\w++)|let\b([^=\n]*+)|from\b[^\n]*?\bimport\b([^\n]*+))", re.MULTILINE
)


def starts(text: str) -> list[int]:
    """Where definitions start; the first piece starts with the text, if anything stands there."""
    found: list[int] = []
    depth = 0
    for mark in _MARK.finditer(text):
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
    for mark in _MARK.finditer(text, start, end):
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
    for match in _NAMES.finditer(text, start, end):
        found.update(re.findall(r"\w+", match[1] or match[2] or match[3] or ""))
    return found


def open_bracket(text: str, start: int, end: int) -> int | None:
    """The innermost bracket that is open at `end`."""
    stack: list[int] = []
    for mark in _MARK.finditer(text, start, end):
        if mark[0] in "([{":
            stack.append(mark.start())
        elif mark[0] in ")]}" and stack:
            stack.pop()
    return stack[-1] if stack else None
