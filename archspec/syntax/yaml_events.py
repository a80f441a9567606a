"""YAML text to nodes that know their place: PyYAML's event stream, composed here under limits.

An event stream is read in one pass and runs nothing. What it can say beyond lists, mappings and scalars is refused
where it stands: anchors, aliases, tags, merge keys, directives, further documents. Keys are scalars, and no mapping has
one of them twice.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, Union

from archspec.core.diagnostic import Diagnostic, Label
from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.source import Source, Span
from archspec.syntax.errors import CHARACTER, TOO_MUCH
from archspec.syntax.yaml_errors import DUPLICATE_KEY, NO_YAML, REFUSED, Malformed, bad

LEVELS = 6  # of lists and mappings that one level of the language may take
NODES = 200_000

# what YAML calls printable, less a byte order mark, which may only open a file
_UNPRINTABLE = re.compile("[^\t\n -~\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")


class Scalar(NamedTuple):
    """A text; `style` is its quote (`'` or `"`), its block indicator (`|` or `>`), or empty for plain text."""

    text: str
    style: str
    span: Span


class Sequence(NamedTuple):
    items: tuple["Node", ...]
    span: Span


class Mapping(NamedTuple):
    pairs: tuple[tuple[Scalar, "Node"], ...]
    span: Span

    def get(self, key: str) -> Union["Node", None]:
        """The value of a key, if it is there."""
        for name, value in self.pairs:
            if name.text == key:
                return value
        return None


Node = Scalar | Sequence | Mapping


def compose(source: Source, limits: Limits = DEFAULT_LIMITS) -> tuple[Node | None, tuple[Diagnostic, ...]]:
    """The root of a YAML text (none where it is empty), and the keys that it repeats or merges.

    Raises `Malformed` where the text is no YAML, uses what is refused, or goes beyond the limits.
    """
    character = _UNPRINTABLE.search(source.text)
    if character:
        span = Span(source, character.start(), character.end())
        raise bad(CHARACTER, f"the character U+{ord(character[0]):04X} cannot stand in YAML", span)
    import yaml

    # the C parser is some ten times as fast; both count characters, and neither recurses over the depth of the text
    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    composer = _Composer(source, limits)
    try:
        root = composer.root(iter(loader(source.text).get_event, None))
    except yaml.YAMLError as error:
        problem = _no_yaml(error, source)
        if "nesting depth" in str(error):  # libyaml's own limit, met by its scanner ahead of the events
            raise composer.too_deep(problem.span) from None
        raise Malformed(problem) from None
    return root, tuple(composer.problems)


class _Composer:
    """Puts events together."""

    def __init__(self, source: Source, limits: Limits) -> None:
        self.source = source
        self.deepest = LEVELS * limits.nesting
        self.documents = 0
        self.nodes = 0
        self.problems: list[Diagnostic] = []

    def root(self, events: Iterator[Any]) -> Node | None:
        """The node that all others stand in, if there is one."""
        import yaml

        scalar, mapping, sequence = yaml.ScalarEvent, yaml.MappingStartEvent, yaml.SequenceStartEvent
        ends = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
        around: list[tuple[Any, list[Node]]] = []  # the lists and mappings that are open: where each began, and …
        start: Any = None
        children: list[Node] = []  # … what it holds so far: here the innermost one, or the document
        for event in events:
            kind = type(event)
            if kind is scalar:
                self._count(event)
                span = Span(self.source, event.start_mark.index, event.end_mark.index)
                children.append(Scalar(event.value, event.style or "", span))
            elif kind is mapping or kind is sequence:
                self._count(event)
                if type(start) is mapping and len(children) % 2 == 0:
                    help = "keys are text; quote it if it is one"
                    raise bad(REFUSED, "a key that is a list or a mapping", self._first(event), help)
                if len(around) >= self.deepest:
                    raise self.too_deep(self._first(event))
                around.append((start, children))
                start, children = event, []
            elif kind in ends:
                span = self._extent(start, event, children)
                made: Node
                if type(start) is mapping:
                    made = Mapping(self._pairs(children), span)
                else:
                    made = Sequence(tuple(children), span)
                start, children = around.pop()
                children.append(made)
            elif kind is yaml.AliasEvent:
                place = Span(self.source, event.start_mark.index, event.end_mark.index)
                raise _refused("an alias", place, _NAME_IT)
            elif kind is yaml.DocumentStartEvent:
                self._document(event)
        return children[0] if children else None

    def too_deep(self, place: Span) -> Malformed:
        return bad(TOO_MUCH, f"lists and mappings are nested more than {self.deepest} deep", place)

    def _document(self, event: Any) -> None:
        self.documents += 1
        start = self.source.text.find("---", event.start_mark.index)
        if event.version or event.tags:
            start = event.start_mark.index
            end = self.source.text.find("\n", start)
            raise _refused("a directive", Span(self.source, start, end), "leave it out")
        if self.documents > 1:
            help = "several networks in one file are items of one list: `- network: …`"
            raise bad(REFUSED, "a second document", Span(self.source, start, start + 3), help)

    def _count(self, event: Any) -> None:
        """Refuse what can stand before any node, and a node too many."""
        start = event.start_mark.index
        if event.anchor is not None or event.tag is not None:
            match = re.compile(r"(?:[&!]\S*\s*)+").match(self.source.text, start)
            end = start + len(match[0].rstrip()) if match else start + 1
            what, help = ("a tag", "leave it out") if event.anchor is None else ("an anchor", _NAME_IT)
            raise _refused(what, Span(self.source, start, end), help)
        self.nodes += 1
        if self.nodes > NODES:
            raise bad(TOO_MUCH, f"more than {NODES:,} lists, mappings and scalars", self._first(event))

    def _first(self, event: Any) -> Span:
        """The first character of what begins."""
        return Span(self.source, event.start_mark.index, event.start_mark.index + 1)

    def _extent(self, start: Any, end: Any, children: list[Node]) -> Span:
        """Where a list or mapping stands, between the events of its start and end."""
        first, last = start.start_mark.index, end.end_mark.index
        if not start.flow_style:  # ends where the next thing starts: beyond the text and comments behind it
            last = first + 1
            for child in children[-2:]:
                last = max(last, child.span.end)
            if children and type(start).__name__ == "MappingStartEvent":
                first = children[0].span.start
        elif children and self.source.text[first : first + 1] not in ("{", "["):  # a pair within a list: [a, b: c]
            first, last = children[0].span.start, max([child.span.end for child in children])
        return Span(self.source, first, last)

    def _pairs(self, children: list[Any]) -> tuple[tuple[Scalar, Node], ...]:
        if len(children) == 2 and children[0].text != "<<":  # as most have
            return (tuple(children),)
        found: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if key.text == "<<" and not key.style:
                self.problems.append(_refused("a merge key", key.span, _NAME_IT).diagnostic)
            elif key.text in found:
                first = Label(found[key.text][0].span, "first here")
                help = "several in one file are items of one list: `- network: …`" if key.text in _DEFINES else ""
                message = f"a second `{_short(key.text)}` in this mapping"
                self.problems.append(bad(DUPLICATE_KEY, message, key.span, help or _ITEMS, first).diagnostic)
            else:
                found[key.text] = (key, value)
        return tuple(found.values())


_NAME_IT = "a block or a `let` names what is used twice"
_ITEMS = "steps that follow each other are items of a list: each begins with `- `"
_NO_COLON = "could not find expected ':'"
_DEFINES = ("network", "block")


def _refused(what: str, span: Span, help: str) -> Malformed:
    return bad(REFUSED, f"{what}, which specs do without", span, help)


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:23] + "…"


def _no_yaml(error: Any, source: Source) -> Diagnostic:
    """The parser's complaint in our words, at its place."""
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read")
    mark = getattr(error, "problem_mark", None)
    if _NO_COLON in problem:  # which shows far behind the text that was taken for a key
        mark = getattr(error, "context_mark", None) or mark
    at = min(mark.index if mark is not None else 0, len(source.text))
    ends = not source.text[at:].strip()
    if ends:  # point at the last character that is there
        at = max(len(source.text.rstrip()) - 1, 0)
    character = source.text[at : at + 1]
    span = Span(source, at, min(at + 1, len(source.text)))
    message, help = _words(problem, character, ends)
    labels = [Label(span)]
    context = getattr(error, "context_mark", None)
    if context is not None and context.index < at and "flow" in str(error.context) + problem:
        labels.append(Label(Span(source, context.index, context.index + 1), "opened here"))
    return Diagnostic(NO_YAML, message, tuple(labels), help=help)


def _words(problem: str, character: str, ends: bool) -> tuple[str, str]:
    if character == "\t":
        return "a tab where YAML wants spaces", "indent with spaces"
    if "mapping values are not allowed" in problem:
        return "a `:` where no key can stand", "text that holds `: ` stands in quotes; keys of one mapping line up"
    if "cannot start any token" in problem:
        return f"text cannot begin with `{character}`", "put it in quotes"
    if "',' or" in problem:
        missing = problem.rpartition("expected ")[2].replace("'", "`")
        help = "within brackets, text with a comma or a bracket stands in quotes"
        return f"a list or mapping in brackets goes on without {missing}", help
    if "block end" in problem or "'-' indicator" in problem or "expected key" in problem:
        return "this does not line up with what it belongs to", "items of a list line up, and so do keys of a mapping"
    if _NO_COLON in problem:
        return "text where a key with its `:` is expected", "each item of a list begins with `- `, steps too"
    if "document start" in problem:
        return "the text goes on where the spec has ended", "close brackets once; what is at the left margin lines up"
    if "end of stream" in problem or "end of document" in problem:
        return "the text ends within quotes or brackets", ""
    if "node content" in problem:
        return "the text ends within brackets" if ends else "a value is missing here", ""
    if "escape character" in problem:
        return "a `\\` that begins no escape of YAML", "single quotes take every character as it is"
    return f"this is no YAML: {problem}", ""
