"""Comments that suppress findings where they stand: `# archspec: ignore[AS501] as published`.

Behind code, such a comment holds for what begins on its line; on a line of its own, for all of the statement or
definition that begins on the next line of code. The same in text and in YAML.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from archspec.core.diagnostic import Diagnostic
from archspec.core.source import Source, Span
from archspec.elaborate.parsing import is_yaml
from archspec.syntax import tree

_COMMENT = r"#[ \t]*archspec:[ \t]*ignore\b(?:[ \t]*\[([^\]\n]*)\])?"


class Suppression(NamedTuple):
    """One code of a comment, and the lines for which it holds. Without a code it suppresses nothing.

    `comment` is where the comment begins, `others` how many more codes it has.
    """

    code: str
    span: Span
    first: int
    last: int
    comment: Span
    others: int = 0


class Suppressions:
    """The suppressions of some files, and which of them were of use."""

    def __init__(self, files: Iterable[tree.File]) -> None:
        self.all: list[Suppression] = []
        self.used: set[Suppression] = set()
        self.by_source: dict[Source, list[Suppression]] = {}
        for file in files:
            if "archspec:" in file.source.text and file.source not in self.by_source:
                self.by_source[file.source] = found = list(_suppressions(file))
                self.all += found

    def hold(self, finding: Diagnostic) -> bool:
        """Whether a finding is suppressed."""
        here = self.by_source.get(finding.span.source)
        if not here:
            return False
        line = finding.span.line
        holding = [one for one in here if one.code == finding.rule.code and one.first <= line <= one.last]
        self.used.update(holding)
        return bool(holding)


def _suppressions(file: tree.File) -> Iterator[Suppression]:
    source = file.source
    ends: dict[int, int] | None = None
    for start in _comments(source):
        match = re.compile(_COMMENT).match(source.text, start)
        if match is None:
            continue
        line, _ = source.position(start)
        first = last = line
        if not source.line(line)[: source.position(start)[1] - 1].strip(" \t"):
            ends = _ends(file) if ends is None else ends
            first = _next_code(source, line)
            last = ends.get(first, first)
        comment = Span(source, match.start(), match.end())
        codes = list(re.finditer(r"[^\s,]+", match[1] or ""))
        offset = match.start(1)
        for code in codes:
            span = Span(source, offset + code.start(), offset + code.end())
            yield Suppression(code[0], span, first, last, comment, len(codes) - 1)
        if not codes:
            yield Suppression("", comment, first, last, comment)


def _comments(source: Source) -> Iterator[int]:
    """Where comments begin that may suppress something, strings left out."""
    places = [match.start() for match in re.finditer(_COMMENT, source.text)]
    if not places:
        return
    name = source.name if source.path is None else source.path.name
    strings = _yaml_strings(source) if is_yaml(name) else _text_strings(source.text)
    for at in places:
        if not any(start <= at < end for start, end in strings):
            yield at


def _text_strings(text: str) -> list[tuple[int, int]]:
    """The strings of a text spec."""
    both = re.compile(r'#[^\n]*|("(?:[^"\\\n]|\\.)*+")')
    return [match.span(1) for match in both.finditer(text) if match[1] is not None]


def _yaml_strings(source: Source) -> list[tuple[int, int]]:
    """The scalars of a YAML spec: no comment begins within one."""
    from archspec.syntax.yaml_events import Mapping, Scalar, Sequence, compose

    found = []
    stack: list[Any] = [compose(source)[0]]
    while stack:
        node = stack.pop()
        if isinstance(node, Scalar):
            found.append((node.span.start, node.span.end))
        elif isinstance(node, Sequence):
            stack.extend(node.items)
        elif isinstance(node, Mapping):
            stack.extend(part for pair in node.pairs for part in pair)
    return found


def _next_code(source: Source, line: int) -> int:
    """The next line that has more than a comment."""
    last = source.position(len(source.text))[0]
    at = line + 1
    while at <= last and source.line(at).strip(" \t")[:1] in ("", "#"):
        at += 1
    return at


def _ends(file: tree.File) -> dict[int, int]:
    """The last line of the longest part of the tree that begins on each line."""
    position = file.source.position
    ends: dict[int, int] = {}
    stack: list[Any] = list(file.items)
    while stack:
        node = stack.pop()
        span = getattr(node, "span", None)
        if isinstance(span, Span):
            first, last = position(span.start)[0], position(max(span.start, span.end - 1))[0]
            ends[first] = max(last, ends.get(first, last))
        stack.extend(part for part in node if isinstance(part, tuple) and not isinstance(part, Span))
    return ends
