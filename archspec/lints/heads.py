"""The smallest text that stands for a join: its name, without what it joins."""

from archspec.core.source import Span


def head(span: Span) -> Span:
    """The first word of a span."""
    text = span.text
    end = next((at for at, sign in enumerate(text) if not (sign.isalnum() or sign == "_")), len(text))
    return span._replace(end=span.start + end) if end else span
