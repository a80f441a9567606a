"""Help that is written in the text form, as YAML: the code in it is read, and written as a spec in YAML has it."""

import re
from typing import Any

from archspec.core.source import Source
from archspec.syntax import tree
from archspec.syntax.parser import BadExpression, parse, parse_expression
from archspec.syntax.yaml_events import Node
from archspec.syntax.yaml_layout import mapping, on_one_line, text
from archspec.syntax.yaml_names import Names, Vocabulary
from archspec.syntax.yaml_writer import Writer

_CODE = re.compile(r"`([^`\n]+)`")
_NAMED = re.compile(r"([A-Za-z_]\w*) ?= ?(?!=)(.+)")
_OPENS = re.compile(r"(?:repeat|for)\b(?!.*\{)")  # what goes on with a body, which help leaves out
_HOLDS_MORE = re.compile(r"[ (]")  # than a name, as in `a`, `in.channels`, `FILE:NETWORK`
_REST = "the_rest"  # stands for `…` while code is read


def in_yaml(help: str, vocabulary: Vocabulary) -> str:
    """The help with its code in YAML; what is no step, statement or argument of the text form stays as it is."""
    return _CODE.sub(lambda match: f"`{_code(match[1], vocabulary)}`", help)


def _code(code: str, vocabulary: Vocabulary) -> str:
    read = code.replace("…", _REST)
    named = _NAMED.fullmatch(read)
    if named is None and not _HOLDS_MORE.search(code):
        return code
    writer = Writer(Names(vocabulary))
    node = _argument(named[1], named[2], writer) if named else _statement(read, writer)
    return code if node is None else on_one_line(node).replace(f"${_REST}", "…").replace(_REST, "…")


def _argument(name: str, value: str, writer: Writer) -> Node | None:
    """`loss=cross_entropy`: a word is one, not what has that name."""
    try:
        made = parse_expression(Source("", value))
    except BadExpression:
        return None
    return mapping((name, text(made.id) if isinstance(made, tree.Name) else writer.value(made)))


def _statement(code: str, writer: Writer) -> Node | None:
    file, problems = parse(Source("", f"block help {{\n{code}{f' {{ {_REST} }}' if _OPENS.match(code) else ''}\n}}"))
    if problems or len(file.items) != 1 or not isinstance(file.items[0], tree.Block):
        return None
    statements = file.items[0].body.statements
    if len(statements) != 1 or isinstance(statements[0], tree.Doc):
        return None
    call = _call(statements[0])
    if call is not None and (call.arguments is None or writer.names.operator(call.name.id) is None):
        initialiser = call.arguments is not None and writer.names.known(call.name.id)
        return text(f"${code}") if initialiser else None  # else a name alone, or a function of an expression
    return writer.statements(statements).items[0]


def _call(statement: Any) -> tree.Call | None:
    """The call that is all of a statement."""
    if not isinstance(statement, tree.Chain) or statement.source is not None or len(statement.steps) != 1:
        return None
    step = statement.steps[0]
    return step.action if isinstance(step.action, tree.Call) and not step.labels else None
