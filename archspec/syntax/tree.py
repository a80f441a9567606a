"""The syntax tree: what a spec says, with the place of every part. Both front ends write it.

Nodes are named tuples: immutable, compact, and cheap to define and to make. Every node ends in its span.
"""

from typing import Any, NamedTuple, Union

from archspec.core.source import Source, Span

# --- expressions -----------------------------------------------------------------------------------------------------


class Constant(NamedTuple):
    """A number, `true`, `false` or `none`."""

    value: Any
    span: Span


class String(NamedTuple):
    """A string; parts in braces are expressions: `"denselayer{i + 1}"`."""

    parts: tuple[Union[str, "Expression"], ...]
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
    base: "Expression"
    attribute: str
    span: Span


class Item(NamedTuple):
    base: "Expression"
    index: "Expression"
    span: Span


class Slice(NamedTuple):
    """`list[start:stop]`; either end may be left out."""

    base: "Expression"
    start: Union["Expression", None]
    stop: Union["Expression", None]
    span: Span


class Argument(NamedTuple):
    name: str | None
    value: "Expression"
    span: Span


class Apply(NamedTuple):
    """A function, operator or block applied to arguments: a number for a function, a partly applied maker otherwise."""

    function: "Expression"
    arguments: tuple[Argument, ...]
    span: Span


class Unary(NamedTuple):
    """`-`, `+` or `not`."""

    operator: str
    operand: "Expression"
    span: Span


class Binary(NamedTuple):
    """Arithmetic, `and` and `or`."""

    operator: str
    left: "Expression"
    right: "Expression"
    span: Span


class Compare(NamedTuple):
    """`a < b <= c`: operators stand between the operands."""

    operands: tuple["Expression", ...]
    operators: tuple[str, ...]
    span: Span


class Choose(NamedTuple):
    """`value if condition else other`."""

    value: "Expression"
    condition: "Expression"
    other: "Expression"
    span: Span


class List(NamedTuple):
    items: tuple["Expression", ...]
    span: Span


class Comprehension(NamedTuple):
    """`[item for target in source if condition]`."""

    item: "Expression"
    targets: tuple["Target", ...]
    source: "Expression"
    condition: Union["Expression", None]
    span: Span


class Target(NamedTuple):
    """A name to bind, or a list of targets to take a list apart; `_` binds nothing."""

    name: str | None
    parts: tuple["Target", ...]
    span: Span


Expression = (
    Constant | String | Name | Here | Attribute | Item | Slice | Apply | Unary | Binary | Compare | Choose | List
    | Comprehension
)  # fmt: skip

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


Action = Call | Combine | Residual | Group


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
    count: Expression
    name: str | None
    body: "Body"
    span: Span


class Doc(NamedTuple):
    text: str
    span: Span


Statement = Chain | Inputs | Output | Shared | Expect | Assert | Let | Function | Default | If | For | Repeat | Doc


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


Definition = Import | Block | Network | Variant | Let | Function | Default


class File(NamedTuple):
    """A spec file. `broken` names the definitions that were lost to a syntax error."""

    source: Source
    items: tuple[Definition, ...]
    broken: frozenset[str] = frozenset()
