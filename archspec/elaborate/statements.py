"""Statements: each reports its own errors, and leaves what it names known or known to be broken."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from archspec.core.diagnostic import Label
from archspec.core.number import LARGEST, Literal, Symbol, origin, plain, remember, size
from archspec.design import Port
from archspec.elaborate import control, inputs, promises, repeats, rules, steps, tasks
from archspec.elaborate.children import child_name
from archspec.elaborate.graph import GraphBuilder
from archspec.elaborate.report import Poison
from archspec.elaborate.scope import MISSING, POISONED, Frame
from archspec.elaborate.values import (
    NO_ARGUMENTS,
    Arguments,
    BlockMaker,
    Given,
    OperatorMaker,
    SharedLayer,
    UserFunction,
    described,
)
from archspec.ops import OPERATORS
from archspec.ops.base import BadArgument, Operator, accepted
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


def run_statements(run: "Elaborator", body: tree.Body, frame: Frame, builder: GraphBuilder, top: bool) -> None:
    """Run the statements of a body in order; each reports its own errors. Raises `Poison` where they nest too deep."""
    if run.nested >= run.limits.nesting:
        raise run.budget.too_deep(f"blocks and bodies are nested more than {run.nested} deep", body.span)
    run.nested += 1
    try:
        _run_statements(run, body, frame, builder, top)
    finally:
        run.nested -= 1


def _run_statements(run: "Elaborator", body: tree.Body, frame: Frame, builder: GraphBuilder, top: bool) -> None:
    for at, statement in enumerate(body.statements):
        if isinstance(statement, tree.Doc):
            if not (top and at == 0):
                message = "a documentation string that does not stand first"
                run.report.error(rules.MISPLACED, message, statement.span)
        elif isinstance(statement, tree.Inputs):
            _inputs(run, statement, frame, builder, top)
        else:
            run_statement(run, statement, frame, builder)


def _inputs(run: "Elaborator", node: tree.Inputs, frame: Frame, builder: GraphBuilder, top: bool) -> None:
    if not top or builder.nodes:
        message = "`input` stands before the steps of a block or network"
        run.report.error(rules.MISPLACED, message, node.span)
    elif not run.active:
        inputs.declare(run, node, frame, builder)


def run_statement(run: "Elaborator", node: tree.Statement, frame: Frame, builder: GraphBuilder) -> None:
    """One statement. Its errors are reported here; what it would have named is then known to be broken."""
    try:
        _STATEMENTS[type(node)](run, node, frame, builder)
    except Poison:
        if isinstance(node, tree.Let):
            _poison(node.targets, frame)
        elif isinstance(node, tree.Default):
            frame.names[node.name.id] = POISONED  # what depends on the default stays silent
        elif isinstance(node, tree.For | tree.If | tree.Repeat | tree.Chain):
            builder.current = None
            builder.broken = True
            builder.lost_labels.extend(_labels_in(node))


def _let(run: "Elaborator", node: tree.Let, frame: Frame, builder: GraphBuilder) -> None:
    value = run.evaluate.value(node.value, frame)
    if len(node.targets) == 1 and node.targets[0].name is not None:
        name = node.targets[0].name
        definition = origin(value)
        if size(definition) >= LARGEST:
            value = plain(value)
        elif type(definition) is not Literal:
            value = remember(value, Symbol(name, definition))
        frame.names[name] = value
    else:
        run.evaluate.bind(node.targets, value, frame, node.value)


def _function(run: "Elaborator", node: tree.Function, frame: Frame, builder: GraphBuilder) -> None:
    frame.names[node.name] = UserFunction(node, frame.file, frame)


def _default(run: "Elaborator", node: tree.Default, frame: Frame, builder: GraphBuilder) -> None:
    name, arguments = default_arguments(run, node, frame)
    frame.defaults[name] = frame.defaults.get(name, NO_ARGUMENTS).joined(arguments)


def default_arguments(run: "Elaborator", node: tree.Default, frame: Frame) -> tuple[str, Arguments]:
    found = frame.lookup(node.name.id)
    if type(found) is not OperatorMaker:
        if found is POISONED:
            raise Poison(node.name.id)
        known = f"`{node.name.id}` is {described(found)}, not an operator"
        message = f"no operator is called `{node.name.id}`" if found is MISSING else known
        help = run.budget.closest(node.name.id, list(OPERATORS)) if found is MISSING else ""
        raise run.report.error(rules.UNKNOWN_NAME, message, node.name.span, help=help)
    arguments = run.evaluate.arguments(node.arguments, frame)
    if arguments.positional:
        message = "a default is given by name"
        raise run.report.error(rules.ARGUMENT, message, arguments.positional[0].span)
    operator = found.operator
    broken: Poison | None = None
    for name, given in arguments.named:
        try:
            _check_default(run, operator, name, given)
        except Poison as poison:
            broken = poison
    if broken is not None:
        raise broken
    return node.name.id, arguments


def _check_default(run: "Elaborator", operator: type[Operator], name: str, given: Given) -> None:
    declared = operator.parameters.get(name)
    kind = operator.others if declared is None else declared.kind
    if kind is None:
        message = f"`{operator.name}` has no parameter `{name}`"
        help = run.budget.closest(name, list(operator.parameters))
        raise run.report.error(rules.ARGUMENT, message, given.span, help=help)
    run.evaluate.check_plain(name, given, kind)
    try:
        accepted(name, kind, given.value)
    except BadArgument as error:
        raise run.report.error(rules.ARGUMENT, error.message, given.span, help=error.help) from None


def _output(run: "Elaborator", node: tree.Output, frame: Frame, builder: GraphBuilder) -> None:
    """Tap the value at hand: run the chain, name its result, and go on from where it was."""
    before = builder.current
    last = node.chain.steps[-1] if node.chain.steps else None
    name = "output"
    if last is not None and last.labels:
        name = run.evaluate.string(last.labels[0].name, frame)
    elif last is None and node.chain.source is not None and len(node.chain.source) == 1:
        expression = node.chain.source[0].expression
        name = expression.id if isinstance(expression, tree.Name) else getattr(expression, "attribute", "output")
    steps.chain(run, node.chain, frame, builder)
    made, builder.current = builder.current, before
    if builder.nodes or made is not None:
        builder.tapped = True
    if name in builder.output_spans:
        first = Label(builder.output_spans[name], "first here")
        run.report.add(rules.DUPLICATE, f"a second output is called `{name}`", (Label(node.span), first))
        return
    builder.output_spans[name] = node.span
    if made is None:
        return
    if len(made) != 1:
        message = f"an output is one value, here are {len(made)}"
        run.report.error(rules.PORTS, message, node.span)
        return
    builder.outputs.append(Port(name, made[0], builder.phase))


def _shared(run: "Elaborator", node: tree.Shared, frame: Frame, builder: GraphBuilder) -> None:
    action = node.action
    if not isinstance(action, tree.Call):
        message = "`shared` names an operator or a block"
        frame.names[node.name] = POISONED
        raise run.report.error(rules.NOT_A_STEP, message, action.span, help="put the steps in a block")
    frame.names[node.name] = POISONED
    found = frame.file.lookup(action.name.id) if action.name.id == node.name else frame.lookup(action.name.id)
    if found is POISONED:
        raise Poison(node.name)
    if found is MISSING:
        raise steps.unknown_step(run, action.name, frame, builder)
    if type(found) is not OperatorMaker and type(found) is not BlockMaker:
        message = f"`{action.name.id}` is {described(found)}, not an operator or block"
        raise run.report.error(rules.NOT_A_STEP, message, action.name.span)
    if action.arguments is not None:
        arguments = found.arguments.joined(run.evaluate.arguments(action.arguments, frame))
        found = found._replace(arguments=arguments)
    label = tree.Label(tree.String((node.name,), node.span), node.span)
    child_name(run, (label, node.name), builder)
    frame.names[node.name] = SharedLayer(node.name, found, builder, node.span)


def _expect(run: "Elaborator", node: tree.Expect, frame: Frame, builder: GraphBuilder) -> None:
    if run.promising:
        promises.check_expect(run, node, frame, builder)


def _assert(run: "Elaborator", node: tree.Assert, frame: Frame, builder: GraphBuilder) -> None:
    if run.promising:
        run.waiting.append((node, frame))


def _poison(targets: tuple[tree.Target, ...], frame: Frame) -> None:
    for target in targets:
        if target.name is not None:
            frame.names[target.name] = POISONED
        _poison(target.parts, frame)


def _labels_in(node: Any) -> Iterator[tuple[str, ...]]:
    """The labels in a statement: each as its text, or as the texts around its expressions."""
    if isinstance(node, tree.Label):
        texts = [part if isinstance(part, str) else "" for part in node.name.parts]
        yield (texts[0],) if len(texts) == 1 and node.name.parts[0] == texts[0] else (texts[0], texts[-1])
    elif isinstance(node, tuple):
        for part in node:
            if isinstance(part, tuple):
                yield from _labels_in(part)


_STATEMENTS: dict[type, Any] = {
    tree.Chain: steps.chain,
    tree.Let: _let,
    tree.Function: _function,
    tree.Default: _default,
    tree.Task: tasks.declare,
    tree.Output: _output,
    tree.Shared: _shared,
    tree.Expect: _expect,
    tree.Assert: _assert,
    tree.If: control.if_,
    tree.For: control.for_,
    tree.Repeat: repeats.repeat,
}
