"""What binds names, as text within a scalar: the targets of `let` and `for`, and the signature of a function."""

import re
from typing import TYPE_CHECKING, Any

from archspec.syntax import tree
from archspec.syntax.errors import TOO_MUCH
from archspec.syntax.yaml_errors import FORM, Malformed, bad
from archspec.syntax.yaml_events import Scalar
from archspec.syntax.yaml_scalars import Place
from archspec.syntax.yaml_values import shortened

if TYPE_CHECKING:
    from archspec.syntax.yaml_values import Values

_TARGET = re.compile(r"\s*+(?:([A-Za-z_][A-Za-z0-9_]*+)|([\[\],]))\s*+")
_SIGNATURE = re.compile(r"\s*+([A-Za-z_][A-Za-z0-9_]*+)\s*+\(")
_PARAMETER = re.compile(r"\s*+([A-Za-z_][A-Za-z0-9_]*+)\s*+(=(?!=)|$)")
# what a comma may stand in without parting parameters
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*+"?|[^"\[\](),]++|.', re.DOTALL)


def targets(run: "Values", node: Scalar) -> tuple[tree.Target, ...]:
    """What a `let` or `for` binds: `i`, or `i, [a, b]`."""
    place = Place(node)
    open_: list[tuple[int, list[tree.Target]]] = []
    made: list[tree.Target] = []
    at, expected = 0, True  # a target, or what follows one
    while at < len(node.text):
        match = _TARGET.match(node.text, at)
        if match is None:
            raise _binds_nothing(node)
        name, sign = match.groups()
        if name is not None and expected:
            span = place.span(match.start(1), match.end(1))
            made.append(tree.Target(None if name == "_" else run.short_name(name, span), (), span))
            expected = False
        elif sign == "[" and expected:
            if len(open_) >= run.limits.nesting:
                raise bad(TOO_MUCH, f"brackets are nested more than {run.limits.nesting} deep", node.span)
            open_.append((match.start(2), made))
            made = []
        elif sign == "]" and not expected and open_:
            start, around = open_.pop()
            around.append(tree.Target(None, tuple(made), place.span(start, match.end(2))))
            made = around
        elif sign == "," and not expected:
            expected = True
        else:
            raise _binds_nothing(node)
        at = match.end()
    if expected or open_:
        raise _binds_nothing(node)
    return tuple(made)


def _binds_nothing(node: Scalar) -> Malformed:
    return bad(FORM, f"`{shortened(node.text)}` binds no names", node.span, "such as `i`, or `i, [a, b]`")


def signature(run: "Values", node: Scalar) -> tuple[str, tuple[tree.Parameter, ...]]:
    """The name of a function and its parameters: `half(n, d = 2)`."""
    text = node.text.rstrip()
    match = _SIGNATURE.match(text)
    if match is None or not text.endswith(")"):
        raise bad(FORM, f"`{shortened(text)}` is no function", node.span, "such as `half(n, d = 2)`")
    place = Place(node)
    name = run.short_name(match[1], place.span(match.start(1), match.end(1)))
    parts = _parted(text, match.end(), len(text) - 1)
    if parts and not text[parts[-1][0] : parts[-1][1]].strip():
        parts.pop()  # nothing behind the last comma, or no parameters at all
    return name, tuple([_parameter(run, text, start, end, place) for start, end in parts])


def _parted(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of a text between the commas outside of brackets and strings."""
    found: list[tuple[int, int]] = []
    depth, first = 0, start
    for match in _PIECE.finditer(text, start, end):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(match[0], 0)
        if match[0] == "," and not depth:
            found.append((first, match.start()))
            first = match.end()
    return [*found, (first, end)]


def _parameter(run: "Values", text: str, start: int, end: int, place: Place) -> tree.Parameter:
    match = _PARAMETER.match(text, start, end)
    if match is None:
        span = place.span(start, max(end, start + 1))
        raise bad(FORM, f"`{shortened(text[start:end])}` is no parameter", span, "`name`, or `name = value`")
    name = run.short_name(match[1], place.span(match.start(1), match.end(1)))
    default: Any = None
    last = match.end(1)
    if match[2]:
        given = text[match.end() : end]
        default = run.expression(given, place.shifted(match.end()))
        last = match.end() + len(given.rstrip())
    return tree.Parameter(name, default, place.span(match.start(1), last))


def bound(targets: tuple[tree.Target, ...]) -> list[str]:
    """The names that targets bind."""
    found: list[str] = []
    for target in targets:
        if target.name is not None:
            found.append(target.name)
        found.extend(bound(target.parts))
    return found
