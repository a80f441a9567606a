"""Source lines with the labelled places underlined.

A label within a line is underlined and its text stands behind it, or hangs below where something is in the way. A
label over several lines is a bracket in the margin from its first line to its last; what lies between is left out.
"""

from collections.abc import Iterator, Sequence

from archspec.core.diagnostic import Label
from archspec.core.report.page import Bracket, Mark, Page
from archspec.core.report.place import extent
from archspec.core.report.style import Style
from archspec.core.report.visible import prose
from archspec.core.report.window import fits, window
from archspec.core.source import Source

MOST_BRACKETS = 4  # side by side in the margin


def snippet(source: Source, labels: Sequence[tuple[Label, str]], digits: int, style: Style) -> Iterator[str]:
    """The lines of a source that labels (each with the role to draw it in) speak of, in order."""
    marks, slots = _arrange(source, labels, style)
    page = Page(digits, slots, style)
    opened: list[Bracket] = []
    previous = 0
    for number, here in sorted(marks.items()):
        if previous and number - previous == 2:  # a gap would take the same room
            yield page.source(number - 1, window(source.line(number - 1), 0, 0, page.room, style), opened)
        elif previous and number - previous > 2:
            yield page.row(page.bars(opened), bar=style.charset.gap)
        previous = number
        line = source.line(number)
        for cluster in _clusters(line, here, page.room, style):
            seen = window(line, cluster[0].start, max(mark.end for mark in cluster), page.room, style)
            yield page.source(number, seen, opened, cluster)
            opened += [mark.bracket for mark in cluster if mark.bracket and mark.beside]
            yield from page.underlines(seen, opened, [mark for mark in cluster if not mark.bracket])
            for mark in cluster:
                if mark.bracket and not mark.opens:
                    opened.remove(mark.bracket)
                    yield from page.bracket_end(seen, opened, mark)
            for mark in cluster:
                if mark.bracket and mark.opens and not mark.beside:
                    yield from page.bracket_end(seen, opened, mark)
                    opened.append(mark.bracket)


def _arrange(source: Source, labels: Sequence[tuple[Label, str]], style: Style) -> tuple[dict[int, list[Mark]], int]:
    """The marks of each line, from left to right, and how many slots of the margin the brackets take."""
    marks: dict[int, list[Mark]] = {}
    brackets: list[Bracket] = []
    places = [(extent(label.span), prose(label.text, style.unicode), role) for label, role in labels]
    # the widest bracket stands outermost
    for place, text, role in sorted(places, key=lambda one: (one[0].first, -one[0].last, one[0].start)):
        if place.first == place.last:
            marks.setdefault(place.first, []).append(Mark(place.start, place.end, text, role))
            continue
        line = source.line(place.first)
        taken = {other.slot for other in brackets if place.first <= other.extent.last}
        slot = next((slot for slot in range(MOST_BRACKETS) if slot not in taken), None)
        if slot is None:
            text = f"{text} (to line {place.last})".lstrip()
            marks.setdefault(place.first, []).append(Mark(place.start, max(place.start, len(line)), text, role))
            continue
        bracket = Bracket(place, role, slot)
        brackets.append(bracket)
        beside = not line[: place.start].strip()
        head = Mark(place.start, place.start + 1, "", role, bracket, opens=True, beside=beside)
        marks.setdefault(place.first, []).append(head)
        marks.setdefault(place.last, []).append(Mark(place.end - 1, place.end, text, role, bracket))
    for here in marks.values():
        here.sort(key=lambda mark: (mark.start, -mark.end))
    return marks, max((bracket.slot + 1 for bracket in brackets), default=0)


def _clusters(line: str, marks: list[Mark], room: int, style: Style) -> list[list[Mark]]:
    """Marks that can be seen together: a line on which they lie too far apart is drawn once for each cluster."""
    if fits(line, 0, len(line), room, style):
        return [marks]
    clusters: list[list[Mark]] = []
    for mark in marks:
        last = [*clusters[-1], mark] if clusters else [mark]
        if len(last) > 1 and fits(line, last[0].start, max(one.end for one in last), room, style):
            clusters[-1].append(mark)
        else:
            clusters.append([mark])
    return clusters
