"""Canonical layout: `archspec fmt`."""

from typing import Any

from archspec.core.diagnostic import SpecError
from archspec.core.source import Source, Span
from archspec.syntax.layout import arrange
from archspec.syntax.parser import parse


def format_source(source: Source) -> str:
    """The text of a spec in canonical layout, its comments kept.

    Raises `SpecError` with the syntax errors of a text that does not parse.
    """
    file, problems = parse(source)
    if problems:
        raise SpecError(problems)
    text = arrange(source.text)
    if text != source.text:
        again, problems = parse(Source(source.name, text, source.path))
        if problems or not same(file.items, again.items):
            raise AssertionError(f"the layout of {source.name} would change its meaning")
    return text


def same(one: Any, other: Any) -> bool:
    """Whether two syntax trees, or tuples of them, differ in nothing but where they stand in their texts."""
    pairs = [(one, other)]
    while pairs:
        left, right = pairs.pop()
        if type(left) is not type(right):
            return False
        if not isinstance(left, tuple):
            if left != right:
                return False
        elif type(left) is not Span:
            if len(left) != len(right):
                return False
            pairs.extend(zip(left, right, strict=True))
    return True
