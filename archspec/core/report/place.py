"""Spans as lines and columns. A span that reaches beyond its text counts as ending with it."""

from typing import NamedTuple

from archspec.core.source import Span


class Place(NamedTuple):
    """Lines and columns from one, in characters; the end column is the one behind the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


class Extent(NamedTuple):
    """What is drawn of a span: its first and last line from one, and in them characters from zero, the end excluded.

    A span that ends with a line feed does not reach into the next line.
    """

    first: int
    start: int
    last: int
    end: int


def within(span: Span) -> tuple[int, int]:
    """The start and the end of a span, held within its text."""
    length = len(span.source.text)
    start = min(max(span.start, 0), length)
    return start, min(max(span.end, start), length)


def place(span: Span) -> Place:
    start, end = within(span)
    return Place(*span.source.position(start), *span.source.position(end))


def extent(span: Span) -> Extent:
    start, end = within(span)
    line, column = span.source.position(start)
    last, until = span.source.position(end - 1) if end > start else (line, column - 1)
    return Extent(line, column - 1, last, until)


def where(span: Span) -> str:
    """`file:line:column`, as editors read it."""
    line, column = span.source.position(within(span)[0])
    return f"{span.source.name}:{line}:{column}"
