"""A fix as the lines it takes away and the lines it puts in their place."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from archspec.core.diagnostic import Fix
from archspec.core.report.page import Page
from archspec.core.report.place import within
from archspec.core.report.style import Style
from archspec.core.report.visible import inert, visible
from archspec.core.report.window import window
from archspec.core.source import Source

MOST_HUNKS = 3
MOST_LINES = 6  # of one side of a hunk


class Change(NamedTuple):
    """The characters `start` to `end` become a text."""

    start: int
    end: int
    text: str


class Hunk(NamedTuple):
    """Lines of a source, from the number `line` on, and what becomes of them."""

    source: Source
    line: int
    removed: tuple[str, ...]
    added: tuple[str, ...]


def hunks(fix: Fix) -> list[Hunk]:
    """What a fix changes, by file and line, and only there. Of edits that overlap the first counts."""
    by_source: dict[Source, list[Change]] = {}
    for edit in fix.edits:
        by_source.setdefault(edit.span.source, []).append(Change(*within(edit.span), edit.text))
    found = []
    for source, changes in by_source.items():
        together: list[Change] = []
        for change in sorted(changes, key=lambda change: change[:2]):
            if together and change.start < together[-1].end:
                continue
            if together and source.position(change.start)[0] > source.position(together[-1].end)[0]:
                found.append(_hunk(source, together))
                together = []
            together.append(change)
        found.append(_hunk(source, together))
    return [hunk for hunk in found if hunk.removed or hunk.added]


def suggestion(fix: Fix, beside: Source, digits: int, style: Style) -> Iterator[str]:
    """The hunks of a fix, as a diff; files other than the one `beside` are named."""
    page = Page(digits, 0, style)
    changes = hunks(fix)
    named = beside
    for hunk in changes[:MOST_HUNKS]:
        if hunk.source is not named:
            named = hunk.source
            yield style.row((" " * (digits + 3), ""), (inert(visible(f"{named.name}:{hunk.line}", style.unicode)), ""))
        pairs = list(zip_longest(hunk.removed[:MOST_LINES], hunk.added[:MOST_LINES], fillvalue=""))
        yield from _side(page, "-", hunk.line, hunk.removed, [_changed(old, new) for old, new in pairs])
        yield from _side(page, "+", hunk.line, hunk.added, [_changed(new, old) for old, new in pairs])
    if len(changes) > MOST_HUNKS:
        more = f"{style.charset.ellipsis} and {len(changes) - MOST_HUNKS} more"
        yield style.row((" " * (digits + 3) + more, "frame"))


def _hunk(source: Source, changes: Sequence[Change]) -> Hunk:
    first, column = source.position(changes[0].start)
    last, _ = source.position(changes[-1].end)
    old = [source.line(number) for number in range(first, last + 1)]
    text = "\n".join(old)
    offset = changes[0].start - (column - 1)
    pieces, at = [], 0
    for change in changes:
        pieces += [text[at : change.start - offset], change.text]
        at = change.end - offset
    new = "".join([*pieces, text[at:]]).split("\n")
    least = min(len(old), len(new))
    above = next((at for at in range(least) if old[at] != new[at]), least)
    below = next((at for at in range(least - above) if old[-1 - at] != new[-1 - at]), least - above)
    return Hunk(source, first + above, tuple(old[above : len(old) - below]), tuple(new[above : len(new) - below]))


def _side(page: Page, sign: str, line: int, texts: Sequence[str], changes: Sequence[tuple[int, int]]) -> Iterator[str]:
    style = page.style
    role = "removed" if sign == "-" else "added"
    for at, text in enumerate(texts[:MOST_LINES]):
        start, end = changes[at]

        def role_at(column: int, start: int = start, end: int = end) -> str:
            return f"{role}-here" if start <= column < end else role

        pieces = window(text, start, end, page.room, style).pieces(role_at)
        yield style.row((f"{line + at:>{page.digits}} ", "frame"), (f"{sign} ", role), *pieces)
    if len(texts) > MOST_LINES:
        more = f"{style.charset.ellipsis} and {len(texts) - MOST_LINES} more"
        yield style.row((" " * (page.digits + 1), ""), (f"{sign} {more}", role))


def _changed(text: str, other: str) -> tuple[int, int]:
    """The characters of a line that differ from another."""
    start = _common(text, other)
    rest = _common(text[start:][::-1], other[start:][::-1])
    return start, len(text) - rest


def _common(text: str, other: str) -> int:
    """How many characters two texts begin with alike, found by halves: lines may be a megabyte long."""
    low, high = 0, min(len(text), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if text[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
