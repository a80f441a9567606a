"""Names that can be checked without elaborating: in every definition, used or not."""

from collections.abc import Iterator
from typing import Any

from archspec.core.diagnostic import Label
from archspec.core.source import Span
from archspec.elaborate import rules
from archspec.elaborate.report import Report
from archspec.ops import OPERATORS
from archspec.ops.plugins import INSTALLED
from archspec.syntax import tree

WORDS = frozenset({"true", "false", "none", "in", "training"})  # expressions read these their own way


def check(file: tree.File, report: Report) -> None:
    """Report names within definitions that hide an operator or cannot be read, and parameters of one name."""
    for item in file.items:
        for node in _naming(item):
            for name, span in _bound(node, inner=node is not item):
                check_name(name, span, report)
            parameters = getattr(node, "parameters", None)
            if parameters:
                _check_parameters(parameters, report)


def check_name(name: str, span: Span, report: Report) -> None:
    """Report a name that nothing may be called by. To install a package must not break a spec: its names are free."""
    if name in OPERATORS and name not in INSTALLED:
        help = f"choose another name, such as `{name}_`"
        report.error(rules.HIDES_OPERATOR, f"`{name}` hides the operator of that name", span, help=help)
    elif name in WORDS:
        help = f"choose another name, such as `{name}_`"
        report.error(rules.RESERVED, f"`{name}` has a meaning of its own", span, help=help)


def name_span(node: Any) -> Span:
    """Where the name of a definition or parameter stands."""
    known = getattr(node, "name_span", None)
    return known if known is not None else find_name(node.name, node.span)


def find_name(name: str, within: Span) -> Span:
    """The first place of a name in a span; all of the span where it is not there in so many letters."""
    text = within.source.text
    at = text.find(name, within.start, within.end)
    while at >= 0:
        end = at + len(name)
        if not _goes_on(text[at - 1 : at]) and not _goes_on(text[end : end + 1]):
            return Span(within.source, at, end)
        at = text.find(name, end, within.end)
    return within


def _goes_on(character: str) -> bool:
    return character.isalnum() or character == "_"


def target_names(targets: tuple[tree.Target, ...]) -> Iterator[tuple[str, Span]]:
    """The names that targets bind."""
    for target in targets:
        if target.name is not None:
            yield target.name, target.span
        yield from target_names(target.parts)


def _check_parameters(parameters: tuple[tree.Parameter, ...], report: Report) -> None:
    seen: dict[str, Span] = {}
    for parameter in parameters:
        span = name_span(parameter)
        if parameter.name in seen:
            labels = (Label(span), Label(seen[parameter.name], "first here"))
            report.add(rules.DUPLICATE, f"a second parameter `{parameter.name}`", labels)
        else:
            check_name(parameter.name, span, report)
        seen[parameter.name] = span


def _bound(node: Any, inner: bool) -> Iterator[tuple[str, Span]]:
    """What a node within a definition gives a name to; the definitions of a file are checked as they are defined."""
    if isinstance(node, tree.For | tree.Comprehension) or (inner and isinstance(node, tree.Let)):
        yield from target_names(node.targets)
    elif isinstance(node, tree.Repeat) and node.name is not None:
        head = Span(node.span.source, node.count.span.end, node.body.span.start)
        yield node.name, find_name(node.name, head if head.start < head.end else node.span)
    elif inner and isinstance(node, tree.Function | tree.Shared):
        keyword = len("fn " if isinstance(node, tree.Function) else "shared ")
        start = min(node.span.start + keyword, node.span.end)
        yield node.name, find_name(node.name, node.span._replace(start=start))


_NAMING = frozenset({
    tree.Block, tree.Comprehension, tree.For, tree.Function, tree.Let, tree.Network, tree.Repeat, tree.Shared,
})  # fmt: skip
_LEAVES = frozenset({Span, tree.Constant, tree.Here, tree.Name})


def _naming(root: Any) -> Iterator[Any]:
    """Every node of a tree that gives names."""
    stack = [root]
    while stack:
        node = stack.pop()
        if type(node) in _NAMING:
            yield node
        stack += [part for part in node if isinstance(part, tuple) and type(part) not in _LEAVES]
