"""Syntax tree to text: what the text says again when it is read.

The tree may come from text, from YAML, or from nowhere. It holds no comments, and of the author's layout only how
numbers are written; for the layout of a text, see `format`.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from archspec.syntax import tree

_NUMBER = re.compile(r"(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)([KMG]?)", re.ASCII)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9}
_WORDS = {True: "true", False: "false", None: "none"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)

# How tightly an expression holds together; an operand that holds less tightly than its place asks for gets parentheses.
_CHOOSE, _OR, _AND, _NOT, _COMPARE, _SUM, _TERM, _SIGN, _POWER, _POSTFIX = range(10)
_LEVELS = {"or": _OR, "and": _AND, "+": _SUM, "-": _SUM, "*": _TERM, "/": _TERM, "//": _TERM, "%": _TERM}


def print_expression(expression: tree.Expression) -> str:
    """An expression on one line, with no more parentheses than it needs."""
    return _at(expression, _CHOOSE)


def print_string(node: tree.String) -> str:
    """A string in its quotes; parts in braces are expressions, and other braces are doubled."""
    return f'"{"".join(map(_part, node.parts))}"'


def print_file(file: tree.File) -> str:
    """A file in canonical layout."""
    from archspec.syntax.layout import arrange

    parts: list[str] = []
    for place, item in enumerate(file.items):
        if place and type(item) is not type(file.items[place - 1]):
            parts.append("")
        parts.append(_statement(item))
    return arrange("\n".join(parts))


# --- expressions -----------------------------------------------------------------------------------------------------


def _at(expression: tree.Expression, level: int) -> str:
    """An expression as an operand that has to hold together as tightly as `level`."""
    text, own = _EXPRESSIONS[type(expression)](expression)
    return text if own >= level else f"({text})"


def _constant(node: tree.Constant) -> tuple[str, int]:
    value = node.value
    if value is None or value is True or value is False:
        return _WORDS[value], _POSTFIX
    written = node.span.text
    match = _NUMBER.fullmatch(written)
    if match and _value(match[1], match[2]) == value:
        return written, _POSTFIX
    text = repr(value).replace("inf", "1e999")
    return text, _SIGN if text.startswith("-") else _POSTFIX


def _value(digits: str, unit: str) -> int | float:
    return (int(digits) if digits.isdigit() else float(digits)) * _UNITS[unit]


def _string(node: tree.String) -> tuple[str, int]:
    return print_string(node), _POSTFIX


def _name(node: tree.Name) -> tuple[str, int]:
    return node.id, _POSTFIX


def _here(node: tree.Here) -> tuple[str, int]:
    return f".{node.attribute}", _POSTFIX


def _attribute(node: tree.Attribute) -> tuple[str, int]:
    base = _at(node.base, _POSTFIX)
    if isinstance(node.base, tree.Constant) and base[0].isdigit():
        base = f"({base})"  # `5.x` would be no number
    return f"{base}.{node.attribute}", _POSTFIX


def _item(node: tree.Item) -> tuple[str, int]:
    return f"{_at(node.base, _POSTFIX)}[{_at(node.index, _CHOOSE)}]", _POSTFIX


def _slice(node: tree.Slice) -> tuple[str, int]:
    start = "" if node.start is None else _at(node.start, _CHOOSE)
    stop = "" if node.stop is None else _at(node.stop, _CHOOSE)
    return f"{_at(node.base, _POSTFIX)}[{start}:{stop}]", _POSTFIX


def _apply(node: tree.Apply) -> tuple[str, int]:
    return _at(node.function, _POSTFIX) + _arguments(node.arguments), _POSTFIX


def _unary(node: tree.Unary) -> tuple[str, int]:
    if node.operator == "not":
        return f"not {_at(node.operand, _NOT)}", _NOT
    return f"{node.operator}{_at(node.operand, _SIGN)}", _SIGN


def _binary(node: tree.Binary) -> tuple[str, int]:
    if node.operator == "**":
        return f"{_at(node.left, _POSTFIX)} ** {_at(node.right, _SIGN)}", _POWER
    level = _LEVELS[node.operator]
    return f"{_at(node.left, level)} {node.operator} {_at(node.right, level + 1)}", level


def _compare(node: tree.Compare) -> tuple[str, int]:
    first, *others = (_at(operand, _SUM) for operand in node.operands)
    return first + "".join(f" {op} {operand}" for op, operand in zip(node.operators, others, strict=True)), _COMPARE


def _choose(node: tree.Choose) -> tuple[str, int]:
    value, condition = _at(node.value, _OR), _at(node.condition, _OR)
    return f"{value} if {condition} else {_at(node.other, _CHOOSE)}", _CHOOSE


def _list(node: tree.List) -> tuple[str, int]:
    return f"[{_joined(print_expression(item) for item in node.items)}]", _POSTFIX


def _comprehension(node: tree.Comprehension) -> tuple[str, int]:
    condition = "" if node.condition is None else f" if {_at(node.condition, _OR)}"
    bound = f"for {_targets(node.targets)} in {_at(node.source, _OR)}"
    return f"[{_at(node.item, _CHOOSE)} {bound}{condition}]", _POSTFIX


_EXPRESSIONS: dict[type, Callable[[Any], tuple[str, int]]] = {
    tree.Constant: _constant, tree.String: _string, tree.Name: _name, tree.Here: _here, tree.Attribute: _attribute,
    tree.Item: _item, tree.Slice: _slice, tree.Apply: _apply, tree.Unary: _unary, tree.Binary: _binary,
    tree.Compare: _compare, tree.Choose: _choose, tree.List: _list, tree.Comprehension: _comprehension,
}  # fmt: skip


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _part(part: Any) -> str:
    if isinstance(part, str):
        return _escaped(part).replace("{", "{{").replace("}", "}}")
    return f"{{{_at(part, _CHOOSE)}}}"


def _escaped(text: str) -> str:
    return "".join(_ESCAPES.get(character, character) for character in text)


def _raw(text: str) -> str:
    """A string in which braces stand for themselves."""
    return f'"{_escaped(text)}"'


def _arguments(arguments: tuple[tree.Argument, ...] | None) -> str:
    if arguments is None:
        return ""
    parts = (("" if one.name is None else f"{one.name}=") + print_expression(one.value) for one in arguments)
    return f"({_joined(parts)})"


def _targets(targets: tuple[tree.Target, ...]) -> str:
    return _joined(f"[{_targets(one.parts)}]" if one.parts else one.name or "_" for one in targets)


# --- steps -----------------------------------------------------------------------------------------------------------


def _action(action: Any) -> str:
    if isinstance(action, tree.Group):
        return _body(action.body, short=True)
    if isinstance(action, tree.Residual):
        skip = "" if action.skip is None else f" skip {_body(action.skip)}"
        return f"residual {_body(action.body)}{skip}"
    called = action.name.id + _arguments(action.arguments)
    return f"{called} {_body(action.body)}" if isinstance(action, tree.Combine) else called


def _label(label: tree.Label) -> str:
    parts = label.name.parts
    text = parts[0] if len(parts) == 1 else None
    plain = isinstance(text, str) and _IDENTIFIER.fullmatch(text) and text not in tree.OPENING
    return str(text) if plain else print_string(label.name)


def _step(step: tree.Step) -> str:
    labels = f"{_joined(map(_label, step.labels))}: " if step.labels else ""
    return labels + _action(step.action)


def _chain(chain: tree.Chain) -> str:
    source = [] if chain.source is None else [f"({_joined(_at(one.expression, _POSTFIX) for one in chain.source)})"]
    return " -> ".join(source + [_step(step) for step in chain.steps])


# --- statements and definitions --------------------------------------------------------------------------------------


def _body(body: tree.Body, short: bool = False) -> str:
    """Statements in braces. A `short` body stands on one line if it holds one statement that does."""
    statements = body.statements
    texts = [_statement(one) for one in statements]
    if short and len(texts) == 1 and "\n" not in texts[0]:
        return f"{{ {texts[0]} }}"
    lines = ["{"]
    for place, text in enumerate(texts):
        if place and _sets_apart(statements[place - 1], statements[place]):
            lines.append("")
        lines.append(text)
    return "\n".join([*lines, "}"])


def _sets_apart(before: tree.Statement, after: tree.Statement) -> bool:
    """Whether a blank line stands between: what a body is, and what it is given and for, come before what it does."""
    if isinstance(before, tree.Inputs | tree.Task):
        return not isinstance(after, tree.Inputs | tree.Task)
    return isinstance(before, tree.Doc) and not isinstance(after, tree.Doc)


def _statement(statement: tree.Statement | tree.Definition) -> str:
    return _STATEMENTS[type(statement)](statement)


def _inputs(node: tree.Inputs) -> str:
    ports = (one.name if one.shape is None else f"{one.name}: {_at(one.shape, _POSTFIX)}" for one in node.ports)
    return f"input {_joined(ports)}"


def _assert(node: tree.Assert) -> str:
    message = f", {_raw(node.message)}" if node.message else ""
    return f"assert {print_expression(node.condition)}{message}"


def _if(node: tree.If) -> str:
    short = len(node.branches) == 1 and node.otherwise is None
    branches = " else ".join(f"if {print_expression(one)} {_body(body, short)}" for one, body in node.branches)
    return branches if node.otherwise is None else f"{branches} else {_body(node.otherwise)}"


def _for(node: tree.For) -> str:
    return f"for {_targets(node.targets)} in {print_expression(node.source)} {_body(node.body, short=True)}"


def _repeat(node: tree.Repeat) -> str:
    name = "" if node.name is None else f" as {node.name}"
    return f"repeat {print_expression(node.count)}{name} {_body(node.body, short=True)}"


def _parameters(parameters: tuple[tree.Parameter, ...]) -> str:
    parts = (one.name if one.default is None else f"{one.name} = {print_expression(one.default)}" for one in parameters)
    return f"({_joined(parts)})"


def _function(node: tree.Function) -> str:
    return f"fn {node.name}{_parameters(node.parameters)} = {print_expression(node.value)}"


def _block(node: tree.Block | tree.Network) -> str:
    word = "block" if isinstance(node, tree.Block) else "network"
    parameters = _parameters(node.parameters) if node.parameters else ""
    return f"{word} {node.name}{parameters} {_body(node.body)}"


def _import(node: tree.Import) -> str:
    return f"from {_raw(node.path)} import {_joined(name.id for name in node.names)}"


_STATEMENTS: dict[type, Callable[[Any], str]] = {
    tree.Chain: _chain,
    tree.Inputs: _inputs,
    tree.Task: lambda node: f"task {node.kind.id}{_arguments(node.arguments)}",
    tree.Output: lambda node: f"output {_chain(node.chain)}",
    tree.Shared: lambda node: f"shared {node.name}: {_action(node.action)}",
    tree.Expect: lambda node: f"expect {print_expression(node.shape)}",
    tree.Assert: _assert,
    tree.Let: lambda node: f"let {_targets(node.targets)} = {print_expression(node.value)}",
    tree.Function: _function,
    tree.Default: lambda node: f"default {node.name.id}{_arguments(node.arguments)}",
    tree.If: _if,
    tree.For: _for,
    tree.Repeat: _repeat,
    tree.Doc: lambda node: _raw(node.text),
    tree.Block: _block,
    tree.Network: _block,
    tree.Variant: lambda node: f"network {node.name} = {print_expression(node.value)}",
    tree.Import: _import,
    tree.Version: lambda node: f"archspec {node.text}",
}
