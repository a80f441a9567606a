"""The syntax tree: what a spec says, with the place of every part. Both front ends write it.

Nodes are named tuples: immutable, compact, and cheap to define and to make. Every node ends in its span. Where a node
holds others of several kinds, their common type is `Expression`, `Action` or `Statement`: anything with a span.
"""

from typing import Any, NamedTuple, Protocol, Union

from archspec.core.source import Source, Span


class Node(Protocol):
    """What every node has. Unions of all kinds would be recursive types, which type checkers take minutes over."""

    @property
    def span(self) -> Span: ...


Expression = Node  # Constant, String, Name, Here, Attribute, Item, Slice, Apply, Unary, Binary, Compare, Choose, …
Action = Node  # Call, Combine, Residual, Group
Statement = Node  # Chain, Inputs, Task, Output, Shared, Expect, Assert, Let, Function, Default, If, For, Repeat, Doc
Definition = Node  # Version, Import, Block, Network, Variant, Let, Function, Default

# Words that open a statement; where one could stand, they are not the names of operators, blocks or labels.
OPENING = frozenset(
    {
        "input", "output", "shared", "expect", "assert", "let", "fn", "default", "if", "else", "for", "repeat",
        "residual",
    }
)  # fmt: skip

# An expression within an expression. That it is an `Expression` is left unsaid: mypy compares named tuples by their
# fields, and takes minutes over ones that contain each other in many ways.
Part = Any

# --- expressions -----------------------------------------------------------------------------------------------------


class Constant(NamedTuple):
    """A number, `true`, `false` or `none`."""

    value: Any
    span: Span


class String(NamedTuple):
    """A string; parts in braces are expressions: `"denselayer{i + 1}"`."""

    parts: tuple[Any, ...]
    span: Span


class Name(NamedTuple):
    """A name, or `in`: the input of the block."""

    id: str
    span: Span


class Here(NamedTuple):
    """`.channels`: an attribute of the value that enters this step."""

    attribute: str
    span: Span


class Attribute(NamedTuple):
    base: Part
    attribute: str
    span: Span


class Item(NamedTuple):
    base: Part
    index: Part
    span: Span


class Slice(NamedTuple):
    """`list[start:stop]`; either end may be left out."""

    base: Part
    start: Part | None
    stop: Part | None
    span: Span


class Argument(NamedTuple):
    name: str | None
    value: Part
    span: Span


class Apply(NamedTuple):
    """A function, operator or block applied to arguments: a number for a function, a partly applied maker otherwise."""

    function: Part
    arguments: tuple[Argument, ...]
    span: Span


class Unary(NamedTuple):
    """`-`, `+` or `not`."""

    operator: str
    operand: Part
    span: Span


class Binary(NamedTuple):
    """Arithmetic, `and` and `or`."""

    operator: str
    left: Part
    right: Part
    span: Span


class Compare(NamedTuple):
    """`a < b <= c`: operators stand between the operands."""

    operands: tuple[Part, ...]
    operators: tuple[str, ...]
    span: Span


class Choose(NamedTuple):
    """`value if condition else other`."""

    value: Part
    condition: Part
    other: Part
    span: Span


class List(NamedTuple):
    items: tuple[Part, ...]
    span: Span


class Comprehension(NamedTuple):
    """`[item for target in source if condition]`."""

    item: Part
    targets: tuple["Target", ...]
    source: Part
    condition: Part | None
    span: Span


class Target(NamedTuple):
    """A name to bind, or a list of targets to take a list apart; `_` binds nothing."""

    name: str | None
    parts: tuple["Target", ...]
    span: Span


# --- steps -----------------------------------------------------------------------------------------------------------


class Call(NamedTuple):
    """An operator, block or parameter used as a step: `conv(64, 3)`. Without parentheses `arguments` is none."""

    name: Name
    arguments: tuple[Argument, ...] | None
    span: Span


class Combine(NamedTuple):
    """An operator over branches that all start from the same value: `concat { ... }`."""

    name: Name
    arguments: tuple[Argument, ...] | None
    body: "Body"
    span: Span


class Residual(NamedTuple):
    """`residual { ... } skip { ... }`: the sum of both; without `skip`, of the body and the value as it was."""

    body: "Body"
    skip: Union["Body", None]
    span: Span


class Group(NamedTuple):
    """Steps in braces: a submodule where a label names it, else just these steps."""

    body: "Body"
    span: Span


class Label(NamedTuple):
    """The name of a value and of the module that makes it; `_` takes the next number."""

    name: String
    span: Span


class Step(NamedTuple):
    labels: tuple[Label, ...]
    action: Action
    span: Span


class Reading(NamedTuple):
    """An earlier value, read in parentheses: `deep`, `backbone.c512`, `branches[0]`."""

    expression: Expression
    span: Span


class Chain(NamedTuple):
    """`(a, b) -> concat -> out: conv(8, 1)`; `source` is none where the chain goes on from the value at hand."""

    source: tuple[Reading, ...] | None
    steps: tuple[Step, ...]
    span: Span


# --- statements ------------------------------------------------------------------------------------------------------


class InputPort(NamedTuple):
    name: str
    shape: List | None
    span: Span


class Inputs(NamedTuple):
    ports: tuple[InputPort, ...]
    span: Span


class Task(NamedTuple):
    """`task classification(classes=10)`: what the network is for."""

    kind: Name
    arguments: tuple[Argument, ...]
    span: Span


class Output(NamedTuple):
    """`output aux: Head(10)`: taps the value at hand and does not advance it."""

    chain: Chain
    span: Span


class Shared(NamedTuple):
    """One set of weights, used by its name at several places."""

    name: str
    action: Action
    span: Span


class Expect(NamedTuple):
    """A promise about the shape at hand; `_` stands for any size."""

    shape: Expression
    span: Span


class Assert(NamedTuple):
    condition: Expression
    message: str
    span: Span


class Let(NamedTuple):
    targets: tuple[Target, ...]
    value: Expression
    span: Span


class Function(NamedTuple):
    name: str
    parameters: tuple["Parameter", ...]
    value: Expression
    span: Span


class Default(NamedTuple):
    """`default conv(bias=false)`: holds to the end of the body it stands in."""

    name: Name
    arguments: tuple[Argument, ...]
    span: Span


class If(NamedTuple):
    """`if … { } else if … { } else { }`, flattened: the first branch whose condition holds."""

    branches: tuple[tuple[Expression, "Body"], ...]
    otherwise: Union["Body", None]
    span: Span


class For(NamedTuple):
    targets: tuple[Target, ...]
    source: Expression
    body: "Body"
    span: Span


class Repeat(NamedTuple):
    count: Expression  # type: ignore[assignment]
    name: str | None
    body: "Body"
    span: Span


class Doc(NamedTuple):
    text: str
    span: Span


class Body(NamedTuple):
    statements: tuple[Statement, ...]
    span: Span


# --- the file --------------------------------------------------------------------------------------------------------


class Parameter(NamedTuple):
    name: str
    default: Expression | None
    span: Span


class Block(NamedTuple):
    name: str
    parameters: tuple[Parameter, ...]
    body: Body
    name_span: Span
    span: Span


class Network(NamedTuple):
    name: str
    parameters: tuple[Parameter, ...]
    body: Body
    name_span: Span
    span: Span


class Variant(NamedTuple):
    """`network resnet50 = ResNet(Bottleneck, [3, 4, 6, 3])`."""

    name: str
    value: Expression
    name_span: Span
    span: Span


class Import(NamedTuple):
    """`from "blocks.arch" import Bottleneck, Stage`."""

    path: str
    path_span: Span
    names: tuple[Name, ...]
    span: Span


class Version(NamedTuple):
    """`archspec 1`, the version of the language, as it is written."""

    text: str
    span: Span


class File(NamedTuple):
    """A spec file. `broken` names the definitions that were lost to a syntax error."""

    source: Source
    items: tuple[Definition, ...]
    broken: frozenset[str] = frozenset()
