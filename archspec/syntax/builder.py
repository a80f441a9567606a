"""From grammar rules to the syntax tree: one method a rule, called by the parser as it reduces.

Positions come from tokens alone. Children of a rule are its tokens and nodes in order; a part left out is none.
"""

import re
from collections.abc import Callable
from typing import Any

from archspec.core.limits import DEFAULT_LIMITS, Limits
from archspec.core.source import Source, Span
from archspec.syntax import tree
from archspec.syntax.lexer import Token, TooMuch

_UNITS = {"K": 10**3, "M": 10**6, "G": 10**9}
_EXACT = 10.0**15  # a larger number is no count that anybody writes with a unit
_CONSTANTS = {"true": True, "false": False, "none": None}
_WORDS = {"if", "else", "for", "in", "and", "or", "not"}  # of expressions: the others are names there
_INTERPOLATIONS = 10_000
_BRANCHES = 10_000  # of one `if`
_ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_PART = r"\\(.)|\{\{|\}\}|\{|\}|[^\\{}]+"  # made a pattern by the first string that needs it: start-up is a feature


class BadString(Exception):
    """A string that cannot be read, with the place within it."""

    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.span = span


def number(text: str) -> int | float:
    """The value of a number as written: `5M` is 5,000,000 and `1.5K` is 1,500."""
    unit = _UNITS.get(text[-1])
    digits = text[:-1] if unit else text
    value: int | float = int(digits) if digits.isdigit() else float(digits)
    if unit is None:
        return value
    if isinstance(value, int) or not value < _EXACT:
        return value * unit
    from decimal import Decimal  # in binary, 1.005 thousands are not quite 1,005

    scaled = Decimal(digits) * unit
    return int(scaled) if scaled == scaled.to_integral_value() else float(scaled)


class Builder:
    """Builds the tree of the source set in `source`; `expression` parses a part of it, for interpolated strings."""

    def __init__(self) -> None:
        self.source = Source("", "")
        self.limits = DEFAULT_LIMITS
        self.expression: Callable[[int, int], tree.Expression] | None = None
        self._depths: dict[int, tuple[int, Any]] = {}
        self._interpolations = 0

    # --- places ---

    def span(self, first: Any, last: Any) -> Span:
        """From the start of a token or node to the end of another."""
        start: int = first.start if type(first) is Token else first.span.start
        end: int = last.end if type(last) is Token else last.span.end
        return Span(self.source, start, end)

    def at(self, token: Any) -> Span:
        return Span(self.source, token.start, token.end)

    def _depth(self, node: Any, *parts: Any) -> Any:
        """Refuse expressions nested beyond the limit: whoever walks the tree may then recurse."""
        known = self._depths
        depth = 1 + max([known[id(part)][0] for part in parts if id(part) in known], default=0)
        if depth > self.limits.expression_depth:
            token = Token("", "", node.span.start, node.span.start + 1)
            raise TooMuch(f"an expression nested more than {self.limits.expression_depth} deep", token)
        known[id(node)] = (depth, node)  # an id stays valid while its node lives
        return node

    def begin(self, source: Source, limits: Limits = DEFAULT_LIMITS) -> None:
        self.source = source
        self.limits = limits
        self._depths = {}
        self._interpolations = 0

    # --- strings ---

    def _raw(self, token: Token) -> str:
        """The text of a string that takes no expressions: braces stand for themselves."""
        if "\\" not in token:
            return token[1:-1]
        return re.sub(r"\\(.)", lambda match: self._escape(match[1], token, match.start()), token[1:-1])

    def _escape(self, character: str, token: Token, offset: int) -> str:
        if character not in _ESCAPES:
            start = token.start + 1 + offset
            raise BadString(f"`\\{character}` is no escape", Span(self.source, start, start + 2))
        return _ESCAPES[character]

    def _string(self, token: Token) -> tree.String:
        text = token[1:-1]
        span = self.at(token)
        if "{" not in text and "\\" not in text and "}" not in text:
            return tree.String((text,), span)
        part = re.compile(_PART)
        parts: list[Any] = []
        at = 0
        while at < len(text):
            match = part.match(text, at)
            assert match is not None
            piece = match[0]
            if match[1] is not None:
                parts.append(self._escape(match[1], token, at))
            elif piece in ("{{", "}}"):
                parts.append(piece[0])
            elif piece == "}":
                start = span.start + 1 + at
                raise BadString("a `}` without its `{`", Span(self.source, start, start + 1))
            elif piece == "{":
                close = text.find("}", at)
                start = span.start + 1 + at
                if close < 0:
                    raise BadString("a `{` without its `}`", Span(self.source, start, start + 1))
                parts.append(self._interpolated(start + 1, span.start + 1 + close))
                at = close + 1
                continue
            else:
                parts.append(piece)
            at = match.end()
        merged: list[Any] = []
        for part in parts:
            if isinstance(part, str) and merged and isinstance(merged[-1], str):
                merged[-1] += part
            else:
                merged.append(part)
        return tree.String(tuple(merged), span)

    def _interpolated(self, start: int, end: int) -> Any:
        """The expression between the braces of a string."""
        text = self.source.text[start:end]
        if text.isascii() and text.isidentifier() and text not in _WORDS:
            return self.name([Token("NAME", text, start, end)])
        self._interpolations += 1
        if self._interpolations > _INTERPOLATIONS:  # each is a run of the parser
            token = Token("", "", start, end)
            raise TooMuch(f"more than {_INTERPOLATIONS:,} expressions in strings", token)
        assert self.expression is not None
        return self.expression(start, end)

    # --- the file ---

    def start(self, children: list[Any]) -> tree.File:
        return tree.File(self.source, tuple(child for child in children if child is not None))

    def version(self, children: list[Any]) -> tree.Version:
        keyword, number = children
        return tree.Version(str(number), self.span(keyword, number))

    def import_(self, children: list[Any]) -> tree.Import:
        keyword, path, *names = children
        imported = tuple(tree.Name(str(name), self.at(name)) for name in names)
        return tree.Import(self._raw(path), self.at(path), imported, self.span(keyword, names[-1]))

    def block(self, children: list[Any]) -> tree.Block:
        keyword, name, parameters, body = children
        return tree.Block(str(name), parameters or (), body, self.at(name), self.span(keyword, body))

    def network(self, children: list[Any]) -> tree.Network:
        keyword, name, parameters, body = children
        return tree.Network(str(name), parameters or (), body, self.at(name), self.span(keyword, body))

    def variant(self, children: list[Any]) -> tree.Variant:
        keyword, name, value = children
        return tree.Variant(str(name), value, self.at(name), self.span(keyword, value))

    def parameters(self, children: list[Any]) -> tuple[tree.Parameter, ...]:
        return tuple(child for child in children[1:-1] if child is not None)

    def parameter(self, children: list[Any]) -> tree.Parameter:
        name, default = children
        return tree.Parameter(str(name), default, self.span(name, default or name))

    # --- statements ---

    def body(self, children: list[Any]) -> tree.Body:
        statements = tuple(child for child in children[1:-1] if child is not None)
        return tree.Body(statements, self.span(children[0], children[-1]))

    def doc(self, children: list[Any]) -> tree.Doc:
        return tree.Doc(self._raw(children[0]), self.at(children[0]))

    def inputs(self, children: list[Any]) -> tree.Inputs:
        return tree.Inputs(tuple(children[1:]), self.span(children[0], children[-1]))

    def port(self, children: list[Any]) -> tree.InputPort:
        name, shape = children
        return tree.InputPort(str(name), shape, self.span(name, shape or name))

    def task(self, children: list[Any]) -> tree.Task:
        keyword, name, (arguments, close) = children
        return tree.Task(tree.Name(str(name), self.at(name)), arguments, self.span(keyword, close))

    def output(self, children: list[Any]) -> tree.Output:
        return tree.Output(children[1], self.span(*children))

    def shared(self, children: list[Any]) -> tree.Shared:
        keyword, name, action = children
        return tree.Shared(str(name), action, self.span(keyword, action))

    def expect(self, children: list[Any]) -> tree.Expect:
        return tree.Expect(children[1], self.span(*children))

    def assert_(self, children: list[Any]) -> tree.Assert:
        keyword, condition, message = children
        text = self._raw(message) if message is not None else ""
        return tree.Assert(condition, text, self.span(keyword, message or condition))

    def let(self, children: list[Any]) -> tree.Let:
        keyword, targets, value = children
        return tree.Let(targets, value, self.span(keyword, value))

    def function(self, children: list[Any]) -> tree.Function:
        keyword, name, parameters, value = children
        return tree.Function(str(name), parameters, value, self.span(keyword, value))

    def default(self, children: list[Any]) -> tree.Default:
        keyword, name, (arguments, close) = children
        return tree.Default(tree.Name(str(name), self.at(name)), arguments, self.span(keyword, close))

    def if_(self, children: list[Any]) -> tree.If:
        keyword, condition, body, otherwise = children
        branches: tuple[tuple[tree.Expression, tree.Body], ...] = ((condition, body),)
        if isinstance(otherwise, tree.If):
            branches += otherwise.branches
            if len(branches) > _BRANCHES:
                raise TooMuch(f"an `if` with more than {_BRANCHES:,} branches", keyword)
            last: tree.Body | None = otherwise.otherwise
        else:
            last = otherwise
        return tree.If(branches, last, self.span(keyword, otherwise or body))

    def for_(self, children: list[Any]) -> tree.For:
        keyword, targets, source, body = children
        return tree.For(targets, source, body, self.span(keyword, body))

    def repeat(self, children: list[Any]) -> tree.Repeat:
        keyword, count, name, body = children
        return tree.Repeat(count, None if name is None else str(name), body, self.span(keyword, body))

    def targets(self, children: list[Any]) -> tuple[tree.Target, ...]:
        return tuple(children)

    def target(self, children: list[Any]) -> tree.Target:
        if len(children) == 1:
            name = str(children[0])
            return tree.Target(None if name == "_" else name, (), self.at(children[0]))
        return tree.Target(None, children[1], self.span(children[0], children[-1]))

    # --- steps ---

    def chain(self, children: list[Any]) -> tree.Chain:
        first, *steps = children
        if type(first) is tree.Step:
            return tree.Chain(None, tuple(children), self.span(first, children[-1]))
        readings, open_, close = first
        end = steps[-1] if steps else close
        return tree.Chain(readings, tuple(steps), self.span(open_, end))

    def values(self, children: list[Any]) -> Any:
        return tuple(children[1:-1]), children[0], children[-1]

    def reading(self, children: list[Any]) -> tree.Reading:
        name, *rest = children
        made: Any = tree.Name(str(name), self.at(name))
        for kind, value, end in rest:
            span = Span(self.source, made.span.start, end)
            made = tree.Attribute(made, value, span) if kind == "dot" else tree.Item(made, value, span)
            self._depth(made, made.base)
        return tree.Reading(made, made.span)

    def dot(self, children: list[Any]) -> tuple[str, str, int]:
        return "dot", str(children[0]), children[0].end

    def bracket(self, children: list[Any]) -> tuple[str, tree.Expression, int]:
        return "bracket", children[0], children[1].end

    def step(self, children: list[Any]) -> tree.Step:
        labels, action = children
        return tree.Step(labels or (), action, self.span(labels[0] if labels else action, action))

    def labels(self, children: list[Any]) -> tuple[tree.Label, ...]:
        return tuple(children)

    def label(self, children: list[Any]) -> tree.Label:
        token = children[0]
        name = tree.String((str(token),), self.at(token)) if token.kind == "NAME" else self._string(token)
        return tree.Label(name, self.at(token))

    def call(self, children: list[Any]) -> tree.Call:
        name, args = children
        arguments, close = args or (None, name)
        return tree.Call(tree.Name(str(name), self.at(name)), arguments, self.span(name, close))

    def combine(self, children: list[Any]) -> tree.Combine:
        name, args, body = children
        arguments = args[0] if args else None
        return tree.Combine(tree.Name(str(name), self.at(name)), arguments, body, self.span(name, body))

    def residual(self, children: list[Any]) -> tree.Residual:
        keyword, body, skip = children
        return tree.Residual(body, skip, self.span(keyword, skip or body))

    def group(self, children: list[Any]) -> tree.Group:
        return tree.Group(children[0], children[0].span)

    def args(self, children: list[Any]) -> tuple[tuple[tree.Argument, ...], Token]:
        return tuple(child for child in children[1:-1] if child is not None), children[-1]

    def arg(self, children: list[Any]) -> tree.Argument:
        name, value = children
        return tree.Argument(None if name is None else str(name), value, self.span(name or value, value))

    # --- expressions ---

    def number(self, children: list[Any]) -> tree.Constant:
        return tree.Constant(number(children[0]), self.at(children[0]))

    def string(self, children: list[Any]) -> tree.String:
        return self._string(children[0])

    def name(self, children: list[Any]) -> tree.Name | tree.Constant:
        token = children[0]
        if token in _CONSTANTS:
            return tree.Constant(_CONSTANTS[token], self.at(token))
        return tree.Name(str(token), self.at(token))

    def here(self, children: list[Any]) -> tree.Here:
        return tree.Here(str(children[1]), self.span(*children))

    def grouped(self, children: list[Any]) -> Any:
        """An expression in parentheses is itself, and its place holds them."""
        open_, inner, close = children
        made = inner._replace(span=self.span(open_, close))
        if id(inner) in self._depths:
            self._depths[id(made)] = (self._depths[id(inner)][0], made)
        return made

    def attribute(self, children: list[Any]) -> Any:
        base, name = children
        return self._depth(tree.Attribute(base, str(name), self.span(base, name)), base)

    def item(self, children: list[Any]) -> Any:
        base, index, close = children
        return self._depth(tree.Item(base, index, self.span(base, close)), base, index)

    def slice(self, children: list[Any]) -> Any:
        base, start, _, stop, close = children
        return self._depth(tree.Slice(base, start, stop, self.span(base, close)), base, start, stop)

    def apply(self, children: list[Any]) -> Any:
        function, (arguments, close) = children
        node = tree.Apply(function, arguments, self.span(function, close))
        return self._depth(node, function, *(argument.value for argument in arguments))

    def unary(self, children: list[Any]) -> Any:
        operator, operand = children
        return self._depth(tree.Unary(str(operator), operand, self.span(operator, operand)), operand)

    def binary(self, children: list[Any]) -> Any:
        left, operator, right = children
        return self._depth(tree.Binary(str(operator), left, right, self.span(left, right)), left, right)

    def compare(self, children: list[Any]) -> Any:
        operands = tuple(children[::2])
        operators = tuple(str(token) for token in children[1::2])
        return self._depth(tree.Compare(operands, operators, self.span(operands[0], operands[-1])), *operands)

    def choose(self, children: list[Any]) -> Any:
        value, condition, other = children
        return self._depth(tree.Choose(value, condition, other, self.span(value, other)), *children)

    def list_(self, children: list[Any]) -> Any:
        items = tuple(child for child in children[1:-1] if child is not None)
        return self._depth(tree.List(items, self.span(children[0], children[-1])), *items)

    def comprehension(self, children: list[Any]) -> Any:
        open_, item, targets, source, condition, close = children
        node = tree.Comprehension(item, targets, source, condition, self.span(open_, close))
        return self._depth(node, item, source, condition)


# rules that are words of Python's
setattr(Builder, "import", Builder.import_)
setattr(Builder, "assert", Builder.assert_)
setattr(Builder, "if", Builder.if_)
setattr(Builder, "for", Builder.for_)
