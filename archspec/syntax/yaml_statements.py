"""Statements of a spec in YAML: what stands in a list of layers beside steps, and before it in a definition."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from archspec.core.source import Span
from archspec.syntax import tree
from archspec.syntax.yaml_bindings import bound, signature, targets
from archspec.syntax.yaml_errors import FORM, bad
from archspec.syntax.yaml_events import Mapping, Node, Scalar, Sequence
from archspec.syntax.yaml_names import NAME
from archspec.syntax.yaml_steps import action, arguments, chain
from archspec.syntax.yaml_values import head, is_empty, shortened

if TYPE_CHECKING:
    from archspec.syntax.yaml_reader import Reader

Statements = list[tree.Statement]


def _pairs(node: Node, key: Scalar, example: str) -> tuple[tuple[Scalar, Node], ...]:
    if not isinstance(node, Mapping) or not node.pairs:
        place = key.span if is_empty(node) else head(node)
        raise bad(FORM, f"`{key.text}` wants a mapping", place, f"such as `{example}`")
    return node.pairs


# --- sections: they may also stand as keys of a definition, before its layers ---


def doc(run: "Reader", key: Scalar, node: Node) -> Statements:
    return [tree.Doc(run.text(node, "a text", key.span), node.span)]


def inputs(run: "Reader", key: Scalar, node: Node) -> Statements:
    """`{image: [3, 224, 224]}`, or `[deep, lateral]` where a block leaves the shapes open."""
    items: list[tuple[Scalar, Node | None]] = []
    if isinstance(node, Mapping):
        items += node.pairs
    else:
        for item in node.items if isinstance(node, Sequence) else (node,):
            if isinstance(item, Mapping):
                items += item.pairs
            elif isinstance(item, Scalar):
                items.append((item, None))
            else:
                raise bad(FORM, "an input has a name", head(item), "`{image: [3, 224, 224]}`")
    if not items:
        raise bad(FORM, "`input` names no input", node.span, "`{image: [3, 224, 224]}`")
    ports = tuple([_port(run, name, shape) for name, shape in items])
    return [tree.Inputs(ports, key.span.to(node.span))]


def _port(run: "Reader", key: Scalar, node: Node | None) -> tree.InputPort:
    name = run.name(key, "an input", key.span)
    if node is None or is_empty(node):
        return tree.InputPort(name, None, key.span)
    shape = run.formula(node, "a shape")
    if not isinstance(shape, tree.List | tree.Comprehension):
        raise bad(FORM, "a shape is a list", head(node), f"such as `{name}: [3, 224, 224]`")
    return tree.InputPort(name, shape, key.span.to(node.span))  # type: ignore[arg-type]  # a comprehension is one too


def lets(run: "Reader", key: Scalar, node: Node) -> Statements:
    found: Statements = []
    for name, value in _pairs(node, key, "let: {width: $planes * 2}"):
        made = targets(run, name)
        found.append(tree.Let(made, run.value(value), name.span.to(value.span)))
        run.names.bind(bound(made))
    return found


def functions(run: "Reader", key: Scalar, node: Node) -> Statements:
    found: Statements = []
    for name, value in _pairs(node, key, "fn: {half(n): n // 2}"):
        named, parameters = signature(run, name)
        span = name.span.to(value.span)
        found.append(tree.Function(named, parameters, run.formula(value, "an expression"), span))
    return found


def defaults(run: "Reader", key: Scalar, node: Node) -> Statements:
    found: Statements = []
    for operator, given in _pairs(node, key, "default: {conv: {bias: false}}"):
        name = tree.Name(run.name(operator, "an operator", operator.span), operator.span)
        found.append(tree.Default(name, arguments(run, operator, given), operator.span.to(given.span)))
    return found


def tasks(run: "Reader", key: Scalar, node: Node) -> Statements:
    """`{classification: {classes: 10}}`: kinds of tasks with their arguments."""
    pairs = _pairs(node, key, "task: {classification: {classes: 10}}")
    return [_task(run, kind, given, kind.span.to(given.span)) for kind, given in pairs]


def _task(run: "Reader", kind: Scalar, given: Node, span: Span) -> tree.Task:
    name = tree.Name(run.name(kind, "a kind of task", kind.span), kind.span)
    made = arguments(run, kind, given)
    return tree.Task(name, tuple(one._replace(value=_word(one.value)) for one in made), span)


def _word(value: tree.Expression) -> tree.Expression:
    """A word without quotes is a name, as in text: `loss: cross_entropy`."""
    if isinstance(value, tree.String) and value.parts == (value.span.text,) and NAME.fullmatch(value.span.text):
        return tree.Name(value.span.text, value.span)
    return value


SECTIONS: dict[str, Callable[["Reader", Scalar, Node], Statements]] = {
    "doc": doc,
    "input": inputs,
    "let": lets,
    "fn": functions,
    "default": defaults,
    "task": tasks,
}

# --- what stands among the layers alone ---


def _shared(run: "Reader", node: Mapping) -> Statements:
    fields = run.fields(node, "shared")
    found: Statements = []
    for key, value in _pairs(fields["shared"], node.pairs[0][0], "shared: {twin: {Twin: 4096}}"):
        name = run.name(key, "a name", key.span)
        found.append(tree.Shared(name, action(run, value, key), key.span.to(value.span)))
        run.names.bind([name])
    return found


def _expect(run: "Reader", node: Mapping) -> Statements:
    return [tree.Expect(run.formula(run.fields(node, "expect")["expect"], "a shape"), node.span)]


def _assert(run: "Reader", node: Mapping) -> Statements:
    fields = run.fields(node, "assert", (), ("message",))
    condition = run.formula(fields["assert"], "a condition")
    message = run.text(fields["message"], "a message", node.span) if "message" in fields else ""
    return [tree.Assert(condition, message, node.span)]


def _task_among_layers(run: "Reader", node: Mapping) -> Statements:
    fields = run.fields(node, "task", ("with",))
    kind = fields["task"]
    if not isinstance(kind, Scalar):
        raise bad(FORM, "a kind of task is expected", head(kind), "`{task: classification, with: {classes: 10}}`")
    return [_task(run, kind, fields["with"], node.span)]


def _output(run: "Reader", node: Mapping) -> Statements:
    return [tree.Output(chain(run, run.fields(node, "output")["output"]), node.span)]


def _if(run: "Reader", node: Mapping) -> Statements:
    fields = run.fields(node, "if", ("then",), ("elif", "else"))
    branches = [(run.formula(fields["if"], "a condition"), run.body(fields["then"]))]
    others = fields.get("elif")
    if others is not None and not isinstance(others, Sequence):
        raise bad(FORM, "`elif` wants a list", head(others), "`elif: [{if: n > 1, then: […]}]`")
    for other in () if others is None else others.items:
        if not isinstance(other, Mapping):
            raise bad(FORM, "a condition with its layers is expected", head(other), "`{if: n > 1, then: […]}`")
        inner = run.fields(other, "if", ("then",))
        branches.append((run.formula(inner["if"], "a condition"), run.body(inner["then"])))
    otherwise = run.body(fields["else"]) if "else" in fields else None
    return [tree.If(tuple(branches), otherwise, node.span)]


def _for(run: "Reader", node: Mapping) -> Statements:
    whole = node.get("for")
    if isinstance(whole, Scalar) and node.get("in") is None:
        name, word, over = whole.text.partition(" in ")
        if word:
            help = f"these are two keys: `for: {name.strip()}`, and `in: {shortened(over)}`"
            raise bad(FORM, "`for` needs `in`", whole.span, help)
    fields = run.fields(node, "for", ("in", "body"))
    source = run.formula(fields["in"], "a list")
    given = fields["for"]
    if not isinstance(given, Scalar):  # `[channels, depth]` is a list in YAML, too
        given = Scalar(given.span.text, "", given.span)
    made = targets(run, given)
    run.names.bind(bound(made))
    return [tree.For(made, source, run.body(fields["body"]), node.span)]


def _repeat(run: "Reader", node: Mapping) -> Statements:
    fields = run.fields(node, "repeat", ("body",), ("as",))
    count = run.formula(fields["repeat"], "a count")
    name = run.name(fields["as"], "a name", node.span) if "as" in fields else None
    if name is not None:
        run.names.bind([name])
    return [tree.Repeat(count, name, run.body(fields["body"]), node.span)]


def _section(word: str) -> Callable[["Reader", Mapping], Statements]:
    def read(run: "Reader", node: Mapping) -> Statements:
        key = next(key for key, _ in node.pairs if key.text == word)
        return SECTIONS[word](run, key, run.fields(node, word)[word])

    return read


STATEMENTS: dict[str, Callable[["Reader", Mapping], Statements]] = {
    **{word: _section(word) for word in SECTIONS if word != "task"},  # which is a label among layers
    "task": _task_among_layers,
    "shared": _shared,
    "expect": _expect,
    "assert": _assert,
    "output": _output,
    "if": _if,
    "for": _for,
    "repeat": _repeat,
}
