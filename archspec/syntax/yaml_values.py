"""Expressions and values of a spec in YAML.

Where a string could be meant - an argument, a default, a `let` - a plain string is one, and `$` marks an expression.
Where none could - a condition, a count, a shape - the text is an expression, and the mark may be left out.
"""

import re
from collections.abc import Callable
from typing import Any

from archspec.core.diagnostic import Diagnostic, Edit, Fix
from archspec.core.limits import Limits
from archspec.core.source import Source, Span
from archspec.syntax import tree
from archspec.syntax.errors import BAD_STRING, TOO_MUCH
from archspec.syntax.parser import BadExpression, parse_expression
from archspec.syntax.yaml_errors import FORM, STRING, Malformed, bad
from archspec.syntax.yaml_events import Mapping, Node, Scalar, Sequence
from archspec.syntax.yaml_names import NAME, Names
from archspec.syntax.yaml_scalars import Place, resolve

_WITHIN_ITEM = re.compile(r"[^,\[\]{}\n]*+")  # what is left of an item within brackets
_PIECE = re.compile(r"\{\{|\}\}|[{}]|[^{}]+")

Takes = Callable[[str], bool]


def no_text(text: str) -> bool:
    """Nothing but numbers, lists and expressions."""
    return False


class Values:
    """Reads values in the scope of `names`; `depth` counts the lists and bodies around, as brackets count in text."""

    def __init__(self, source: Source, names: Names, limits: Limits) -> None:
        self.source = source
        self.names = names
        self.limits = limits
        self.depth = 0

    def deeper(self, span: Span) -> None:
        """One list or body further in; whoever calls steps out again. Raises `Malformed` beyond the limit."""
        if self.depth >= self.limits.nesting:
            place = Span(span.source, span.start, span.start + 1)
            raise bad(TOO_MUCH, f"lists and bodies are nested more than {self.limits.nesting} deep", place)
        self.depth += 1

    # --- where a string could be meant ---

    def value(self, node: Node, takes: Takes = no_text) -> tree.Expression:
        """An argument or a default. `takes` tells the strings that may stand here though something has their name."""
        if isinstance(node, Scalar):
            found = resolve(node)
            if not isinstance(found, str):
                return _constant(found, node)
            if found.startswith("$"):
                return self.expression(found[1:], Place(node, 1))
            if NAME.fullmatch(found) and self.names.known(found) and not takes(found):
                raise Malformed(slip(found, node.span))
            return self.string(node)
        if isinstance(node, Sequence):
            return self._list(node, self.value)
        help = "write `$name(…)`, or quote text that has braces"
        raise bad(FORM, "a mapping where a value is expected", head(node), help)

    def _list(self, node: Sequence, read: Callable[[Node], tree.Expression]) -> tree.List:
        self.deeper(node.span)
        try:
            made = tree.List(tuple([read(item) for item in node.items]), node.span)
        finally:
            self.depth -= 1
        if _depth(made) > self.limits.expression_depth:
            raise bad(TOO_MUCH, f"an expression nested more than {self.limits.expression_depth} deep", node.span)
        return made

    def string(self, node: Scalar) -> tree.String:
        """A text; what stands in braces is an expression."""
        self.short(node)
        return self.interpolated(node.text, Place(node), node.span)

    def interpolated(self, text: str, place: Place, span: Span) -> tree.String:
        """As `string`, for a part of a scalar."""
        plain = "{" not in text and "}" not in text
        return tree.String((text,) if plain else self._parts(text, place), span)

    def _parts(self, text: str, place: Place) -> tuple[str | tree.Expression, ...]:
        parts: list[Any] = []
        at = 0
        while at < len(text):
            match = _PIECE.match(text, at)
            assert match is not None
            piece = match[0]
            if piece in ("{", "}"):
                close = text.find("}", at)
                if piece == "}" or close < 0:
                    other = "{" if piece == "}" else "}"
                    help = f"doubled, `{piece}{piece}`, it stands for itself"
                    raise bad(BAD_STRING, f"a `{piece}` without its `{other}`", place.span(at, at + 1), help)
                parts.append(self.expression(text[at + 1 : close], place.shifted(at + 1)))
                at = close + 1
                continue
            if piece in ("{{", "}}"):
                piece = piece[0]
            if parts and isinstance(parts[-1], str):
                parts[-1] += piece
            else:
                parts.append(piece)
            at = match.end()
        return tuple(parts)

    # --- where none could ---

    def formula(self, node: Node, what: str) -> tree.Expression:
        """A condition, a count, a shape: an expression, or a list of them."""
        if isinstance(node, Sequence):
            return self._list(node, lambda item: self.formula(item, what))
        if isinstance(node, Mapping):
            raise bad(FORM, f"a mapping where {what} is expected", head(node), "quote an expression that has braces")
        found = resolve(node)
        if not isinstance(found, str):
            return _constant(found, node)
        marked = found.startswith("$")
        try:
            return self.expression(found[1:] if marked else found, Place(node, int(marked)))
        except Malformed as error:
            if error.diagnostic.span.text == "," and what in _LISTS and _is_expression(f"[{found}]", self.limits):
                help = f"a list stands in brackets: `[{shortened(found)}]`"
                raise Malformed(error.diagnostic._replace(help=help)) from None
            raise

    def expression(self, text: str, place: Place) -> tree.Expression:
        """The expression of a text that stands somewhere in the file."""
        text = text.rstrip()
        if not text:
            raise bad(FORM, "an expression is missing", place.span(0, 1))
        if NAME.fullmatch(text) and len(text) <= self.limits.identifier and text not in _NO_NAMES:
            return tree.Name(text, place.span(0, len(text)))
        try:
            if place.offsets is None:  # read where it stands
                return parse_expression(self.source, place.start, place.start + len(text), self.limits)
            made: tree.Expression = moved(parse_expression(Source(self.source.name, text), limits=self.limits), place)
            return made
        except BadExpression as error:
            found = error.diagnostic
            labels = found.labels if place.offsets is None else moved(found.labels, place)
            cut = "" if place.offsets is not None else _cut(self.source.text, place.start, len(text))
            help = f"within brackets, YAML parts text at commas: put it in quotes, {cut}" if cut else found.help
            raise Malformed(found._replace(labels=labels, help=help)) from None

    # --- texts and names ---

    def text(self, node: Node | None, what: str, span: Span) -> str:
        """A text as it is: braces stand for themselves."""
        if not isinstance(node, Scalar) or (not node.style and not node.text):
            raise bad(FORM, f"{what} is expected", span if node is None or is_empty(node) else head(node))
        self.short(node)
        return node.text

    def name(self, node: Node | None, what: str, span: Span) -> str:
        """A name. Raises `Malformed`."""
        text = self.text(node, what, span)
        assert node is not None
        if not NAME.fullmatch(text):
            help = "names are ASCII letters, digits and underscores"
            raise bad(FORM, f"`{shortened(text)}` is no name", node.span, help)
        return self.short_name(text, node.span)

    def short_name(self, name: str, span: Span) -> str:
        """A name within the limit. Raises `Malformed`."""
        if len(name) > self.limits.identifier:
            raise bad(TOO_MUCH, f"a name of {len(name)} characters; the limit is {self.limits.identifier}", span)
        return name

    def short(self, node: Scalar) -> None:
        """Refuse a text beyond the limit."""
        if len(node.text) > self.limits.string:
            place = Span(node.span.source, node.span.start, node.span.start + 1)
            raise bad(TOO_MUCH, f"a string of {len(node.text)} characters; the limit is {self.limits.string}", place)


def _is_expression(text: str, limits: Limits) -> bool:
    try:
        parse_expression(Source("", text), limits=limits)
    except BadExpression:
        return False
    return True


def _cut(text: str, start: int, length: int) -> str:
    """An expression that YAML ends at a comma within its parentheses, `[$max(n, 8), 3]`: in quotes; else nothing."""
    if not text[start + length :].lstrip().startswith(","):
        return ""
    depth = 0
    for at in range(start, min(len(text), start + length + _REACH)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if not depth and text[at] == ")" and at > start + length:
            behind = _WITHIN_ITEM.match(text, at + 1)
            whole = text[start - (text[start - 1] == "$") : behind.end() if behind else at + 1].rstrip()
            quote = "'" if '"' in whole else '"'
            return f"`{quote}{whole}{quote}`"
    return ""


_LISTS = ("a value", "a shape", "a list")  # what may be one
_REACH = 200  # characters behind what cannot be read that are looked at
_NO_NAMES = frozenset({"true", "false", "none", "in", "or", "and", "not", "if", "else", "for"})


def moved(root: Any, place: Place) -> Any:
    """The same tree with its spans moved to their place in the file. It is not recursive: trees may be deep."""
    order = [root]
    for node in order:
        if type(node) is not Span:
            order.extend([child for child in node if isinstance(child, tuple)])
    made: dict[int, Any] = {}
    for node in reversed(order):
        if type(node) is Span:
            made[id(node)] = place.span(node.start, node.end)
        else:
            children = [made[id(child)] if isinstance(child, tuple) else child for child in node]
            made[id(node)] = tuple.__new__(type(node), children)
    return made[id(root)]


def _depth(root: Any) -> int:
    """How deep the nodes of an expression are nested."""
    depth, level = 0, [root]
    while level:
        depth += 1
        inner: list[Any] = []
        stack = list(level)
        while stack:
            for child in stack.pop():
                if isinstance(child, tuple) and type(child) is not Span:
                    (inner if hasattr(child, "span") else stack).append(child)
        level = inner
    return depth


def _constant(value: Any, node: Scalar) -> tree.Constant | tree.Unary:
    """A number with a sign is an operator and its operand, as in text."""
    sign, span = node.text[:1], node.span
    if sign in ("-", "+"):
        return tree.Unary(sign, tree.Constant(abs(value), Span(span.source, span.start + 1, span.end)), span)
    return tree.Constant(value, span)


def slip(text: str, span: Span) -> Diagnostic:
    """The diagnostic for a plain string that reads like a name."""
    meant = "null" if text in ("none", "None") else f"${text}"
    help = f"write `{meant}`; should the string be meant, `'$\"{text}\"'`"
    fix = Fix(f"write `{meant}`", (Edit(span, meant),))
    found = bad(STRING, f"`{text}` is a plain string here, not what has that name", span, help).diagnostic
    return found._replace(fix=fix)


def is_empty(node: Node) -> bool:
    """Whether nothing is written where a node would stand."""
    return isinstance(node, Scalar) and not node.style and not node.text


def head(node: Node) -> Span:
    """Where to point for a node that may be long: its first key, its first character."""
    if isinstance(node, Mapping) and node.pairs:
        return node.pairs[0][0].span
    if isinstance(node, Scalar):
        return node.span
    return Span(node.span.source, node.span.start, node.span.start + 1)


def shortened(text: str) -> str:
    """The beginning of a text, for a message."""
    text = " ".join(text.split())
    return text if len(text) <= 32 else text[:31] + "…"
