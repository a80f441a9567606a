"""Control: which body an `if` takes, and the frames of the iterations of `for` and `repeat`."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archspec.design import ALWAYS, EVAL, TRAIN, Decision
from archspec.elaborate import rules
from archspec.elaborate.graph import GraphBuilder
from archspec.elaborate.scope import Frame
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


def choose(run: "Elaborator", node: tree.If, frame: Frame, builder: GraphBuilder) -> tree.Body | None:
    """The body an `if` takes where its conditions do not depend on the mode. Raises `Poison`."""
    for at, (condition, body) in enumerate(node.branches):
        training, evaluation = holds_in(run, condition, frame, builder)
        if training != evaluation:
            message = "a branch that would be there in one mode only"
            raise run.report.error(rules.TRAINING, message, condition.span)
        if training:
            builder.decisions.append(_decision(run, node, at, frame))
            return body
    builder.decisions.append(_decision(run, node, len(node.branches), frame))
    return node.otherwise


def if_(run: "Elaborator", node: tree.If, frame: Frame, builder: GraphBuilder) -> None:
    """Run the bodies that an `if` takes, each in the modes in which it takes it."""
    undecided = {TRAIN, EVAL}  # the modes in which no branch has been taken yet
    tapped: set[str] = set()
    for at, (condition, body) in enumerate(node.branches):
        training, evaluation = holds_in(run, condition, frame, builder)
        holds = {mode for mode, value in ((TRAIN, training), (EVAL, evaluation)) if value} & undecided
        if holds:
            if len(holds) == 2:
                builder.decisions.append(_decision(run, node, at, frame))
            tapped |= _in_modes(run, holds, body, frame, builder)
            undecided -= holds
        if not undecided:
            break
    if len(undecided) == 2:
        builder.decisions.append(_decision(run, node, len(node.branches), frame))
    if node.otherwise is not None and undecided:
        tapped |= _in_modes(run, undecided, node.otherwise, frame, builder)
    if tapped == {TRAIN, EVAL}:
        builder.tapped = True


def holds_in(run: "Elaborator", node: tree.Expression, frame: Frame, builder: GraphBuilder) -> tuple[bool, bool]:
    """A condition in training and in evaluation."""
    evaluate = run.evaluate
    outer = evaluate.training, evaluate.read_training
    try:
        evaluate.training, evaluate.read_training = builder.phase != EVAL, False
        first = evaluate.condition(node, frame)
        if not evaluate.read_training or builder.phase != ALWAYS:
            return first, first
        evaluate.training = False
        return first, evaluate.condition(node, frame)
    finally:
        evaluate.training, evaluate.read_training = outer


def _decision(run: "Elaborator", node: tree.If, taken: int, frame: Frame) -> Decision:
    training, run.evaluate.training = run.evaluate.training, True
    try:
        remembered = run.evaluate.remembered(node.branches[0][0], frame)
    finally:
        run.evaluate.training = training
    return Decision(node.span, taken, remembered if len(node.branches) == 1 else None)


def _in_modes(run: "Elaborator", modes: set[str], body: tree.Body, frame: Frame, builder: GraphBuilder) -> set[str]:
    """Run a body in both modes, or as a part of one of them only. Returns the modes in which it ends in an `output`."""
    if len(modes) == 2:
        run.body(body, frame.inner(), builder)
        return set()
    phase, before, outer = builder.phase, builder.current, builder.tapped
    builder.phase, builder.tapped = next(iter(modes)), False
    try:
        run.body(body, frame.inner(), builder)
    finally:
        builder.phase = phase
        tapped, builder.tapped = builder.tapped, outer
    if builder.current is not None and builder.current != before and not tapped:
        help = "end the `if` with an `output`: what exists in one mode only is tapped"
        message = "this would change the value at hand in one mode only"
        run.report.error(rules.TRAINING, message, body.span, help=help)
    builder.current = before
    return modes if tapped else set()


def iterations(run: "Elaborator", node: tree.For, frame: Frame) -> Iterator[Frame]:
    for item in run.evaluate.items(node.source, frame):
        run.budget.spend(1, node.span)
        inner = frame.inner()
        run.evaluate.bind(node.targets, item, inner, node.source)
        yield inner


def repetitions(run: "Elaborator", node: tree.Repeat, frame: Frame) -> Iterator[Frame]:
    """The iterations of a `repeat` among branches, which are all different branches."""
    count = run.evaluate.integer(node.count, frame, 0, "the count")
    if count > run.limits.distinct_layers:
        message = f"{count:,} branches; the limit is {run.limits.distinct_layers:,}"
        raise run.report.error(rules.TOO_LARGE, message, node.count.span)
    for at in range(count):
        run.budget.spend(1, node.span)
        inner = frame.inner()
        if node.name is not None:
            inner.names[node.name] = at
        yield inner


def for_(run: "Elaborator", node: tree.For, frame: Frame, builder: GraphBuilder) -> None:
    """Run the body of a `for` once for each entry of its list."""
    for inner in iterations(run, node, frame):
        run.body(node.body, inner, builder)
