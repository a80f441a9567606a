"""Branches and residuals: several ways from one value, and where they meet again."""

from typing import TYPE_CHECKING

from archspec.core.diagnostic import Edit, Fix, Label
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.elaborate import control, rules, steps
from archspec.elaborate.disagreement import Branch, disagreement
from archspec.elaborate.graph import GraphBuilder
from archspec.elaborate.operators import apply_operator
from archspec.elaborate.report import Poison
from archspec.elaborate.scope import MISSING, POISONED, Frame
from archspec.elaborate.trace import traces
from archspec.elaborate.values import NO_ARGUMENTS, Arguments, OperatorMaker, described
from archspec.ops import OPERATORS
from archspec.ops.base import DoesNotFit
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


def combine(run: "Elaborator", node: tree.Combine, frame: Frame, builder: GraphBuilder) -> None:
    """`concat { … }`: every statement is a branch from the value at hand, then they are joined."""
    found = frame.lookup(node.name.id)
    if found is POISONED:
        raise Poison(node.name.id)
    if found is MISSING:
        raise steps.unknown_step(run, node.name, frame, builder, joins=True)
    if type(found) is not OperatorMaker:
        message = f"`{node.name.id}` is {described(found)}: only operators join branches"
        raise run.report.error(rules.NOT_A_STEP, message, node.name.span)
    if found.operator.ports.most == 1:
        message = f"`{node.name.id}` takes one value: it joins no branches"
        raise run.report.error(rules.PORTS, message, node.name.span, help="`concat`, `add`, `mul` and `sub` join")
    given = NO_ARGUMENTS if node.arguments is None else run.evaluate.arguments(node.arguments, frame)
    start = builder.current
    branches: list[Branch] = []
    _branches(run, node.body, frame.inner(), builder, start, branches)
    entered = builder.shapes[start[0]] if start else None
    join(run, found, given, branches, builder, node.span, node.name.span, entered)


def _branches(
    run: "Elaborator",
    body: tree.Body,
    frame: Frame,
    builder: GraphBuilder,
    start: tuple[int, ...] | None,
    made: list[Branch],
) -> None:
    """The branches of a body; those of its `if`, `for` and `repeat` among them."""
    for statement in body.statements:
        builder.current = start
        if isinstance(statement, tree.Chain):
            made.append(_branch(run, statement, frame, builder))
        elif isinstance(statement, tree.If):
            taken = control.choose(run, statement, frame, builder)
            if taken is not None:
                _branches(run, taken, frame.inner(), builder, start, made)
        elif isinstance(statement, tree.For):
            for inner in control.iterations(run, statement, frame):
                _branches(run, statement.body, inner, builder, start, made)
        elif isinstance(statement, tree.Repeat):
            for inner in control.repetitions(run, statement, frame):
                _branches(run, statement.body, inner, builder, start, made)
        elif isinstance(statement, tree.Let | tree.Function | tree.Default):
            run.statement(statement, frame, builder)
        else:
            word = type(statement).__name__.lower()
            message = f"`{word}` is no branch"
            run.report.error(rules.MISPLACED, message, statement.span, help="one line is one branch")
            made.append(Branch(None, statement.span, []))


def _branch(run: "Elaborator", node: tree.Chain, frame: Frame, builder: GraphBuilder) -> Branch:
    if node.source is None and len(node.steps) > 1 and node.steps[0].labels:
        label = node.steps[0].labels[0]
        text = node.span.text
        fix = Fix("put the branch in braces", (Edit(node.span, f"{label.span.text}: {{ {_without_label(node)} }}"),))
        message = f"`{label.span.text}` would name the first step of this branch only"
        help = f"to name the branch, put it in braces; to name the step, write `{{ {text} }}`"
        run.report.add(rules.BAD_LABEL, message, (Label(label.span),), help=help, fix=fix)
    before = len(builder.nodes)
    steps.chain(run, node, frame, builder)
    current = builder.current
    value: int | None = None
    if current is not None:
        if len(current) == 1:
            value = current[0]
        else:
            message = f"this branch gives {len(current)} values"
            run.report.error(rules.PORTS, message, node.span, help="read one of them by its name")
    return Branch(value, node.span, list(builder.nodes[before:]))


def _without_label(node: tree.Chain) -> str:
    first = node.steps[0]
    source = node.span.source.text
    return source[first.action.span.start : node.span.end]


def residual(run: "Elaborator", node: tree.Residual, frame: Frame, builder: GraphBuilder) -> None:
    """`residual { … } skip { … }`: the sum of the body and the skip; an empty skip is the value itself."""
    start = builder.current
    made: list[Branch] = []
    for body in (node.body, node.skip):
        builder.current = start
        before = len(builder.nodes)
        if body is not None:
            run.body(body, frame.inner(), builder)
        current = builder.current
        span = node.span if body is None else body.span
        value = current[0] if current is not None and len(current) == 1 else None
        if current is not None and len(current) != 1:
            run.report.error(rules.PORTS, f"a residual adds single values, here are {len(current)}", span)
        made.append(Branch(value, span, list(builder.nodes[before:])))
    if start and node.skip is None:
        made[1].span = builder.makers[start[0]]
    join(run, OperatorMaker(OPERATORS["add"]), NO_ARGUMENTS, made, builder, node.span, node.span, None, residual=True)


def join(
    run: "Elaborator",
    maker: OperatorMaker,
    given: Arguments,
    branches: list[Branch],
    builder: GraphBuilder,
    span: Span,
    name_span: Span,
    entered: Shape | None,
    residual: bool = False,
) -> None:
    """Join branches by an operator. One cause, one message: it points at the branch that differs."""
    if any(branch.value is None for branch in branches):
        raise Poison(maker.name)
    if not branches:
        message = f"`{maker.name}` has no branches"
        raise run.report.error(rules.PORTS, message, span, help="one line is one branch")
    values = tuple(branch.value for branch in branches if branch.value is not None)
    if len(values) == 1 and maker.operator.ports.least <= 1 and maker.name in ("concat", "add", "mul"):
        builder.current = values  # one branch (others were left out by conditions): nothing to join
        return
    builder.current = values
    shapes = tuple([builder.shapes[at] for at in values])

    def refused(error: DoesNotFit) -> Poison:
        odd, other = _culprit(error, shapes, entered, residual)
        notes = traces(builder, (values[odd], values[other]), run.entered)
        return disagreement(run, maker.name, error, branches, shapes, odd, other, residual, notes)

    apply_operator(run, maker, given, builder, span, name_span, refused=refused)


def _culprit(error: DoesNotFit, shapes: tuple[Shape, ...], entered: Shape | None, residual: bool) -> tuple[int, int]:
    """The branch to blame, and one to hold against it: of two, the one that changed the size of what entered."""
    if residual:
        return 0, 1
    odd = error.inputs[0]
    others = [at for at in range(len(shapes)) if at not in error.inputs]
    other = others[0] if others else (0 if odd else 1)
    if len(shapes) == 2 and entered is not None and shapes[odd].spatial == entered.spatial:
        return other, odd
    return odd, other
