"""Branches and residuals: several ways from one value, and where they meet again."""

from typing import TYPE_CHECKING, Any

from archspec.core.diagnostic import RULES, Edit, Fix, Label
from archspec.core.geometry import NoRoom, Sliding
from archspec.core.layer import Layer
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.elaborate import control, rules, steps
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


class Branch:
    """What one branch made: its value (none where broken), its place, and the layers on its way."""

    __slots__ = ("nodes", "span", "value")

    def __init__(self, value: int | None, span: Span, nodes: list[Any]) -> None:
        self.value = value
        self.span = span
        self.nodes = nodes


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
        return _disagreement(run, maker.name, error, branches, shapes, odd, other, residual, notes)

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


def _disagreement(
    run: "Elaborator",
    join: str,
    error: DoesNotFit,
    branches: list[Branch],
    shapes: tuple[Shape, ...],
    odd: int,
    other: int,
    residual: bool,
    sizes: tuple[str, ...],
) -> Poison:
    names = ("the body", "the skip") if residual else None
    culprit, target = branches[odd], shapes[other]
    what = names[odd] if names else "this branch"
    that = names[other] if names else "this one"
    labels: tuple[Label, ...] = (
        Label(culprit.span, f"{what} is {shapes[odd]}"),
        Label(branches[other].span, f"{that} is {target}"),
    )
    notes = () if residual and shapes[odd].spatial == target.spatial else sizes  # the labels show the shapes
    help, fix = error.help, None
    closing = None
    if join == "concat" or _width(shapes[odd]) == _width(target):  # else a stride of 1 would not be all there is to do
        closing = _closing_stride(culprit, shapes[odd], target)
        if closing is None and residual:
            closing = _closing_stride(branches[other], target, shapes[odd])
    if closing is not None:
        layer_span, layer, change, formulas = closing
        notes = (*notes, *formulas)
        help = f"`{change}` in `{_short(layer_span.text)}` closes it"
        labels = (*labels, Label(layer_span, "this stride")) if layer_span != culprit.span else labels
        edit = stride_edit(layer_span, layer)
        if edit is not None:
            fix = Fix("take every position", (edit,))
    elif residual and shapes[0].channel_axis is not None and shapes[1].channel_axis is not None:
        projection = _projection(shapes[0], shapes[1])
        if projection:
            help = f"a projection in the skip closes it: `skip {{ {projection} }}`"
            edit = _projecting(branches, projection)
            fix = None if edit is None else Fix("project the skip", (edit,))
    poison = run.report.add(RULES[error.rule], error.message, labels, notes, help, fix)
    poison.culprits = (odd,)
    return poison


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 48 else text[:47] + "…"


def _width(shape: Shape) -> int:
    return 0 if shape.channel_axis is None else int(shape.channels)


def _projection(body: Shape, skip: Shape) -> str:
    """The 1×1 convolution that brings the skip to the body's shape; nothing where none does."""
    if body.rank != skip.rank or not body.spatial or body.channels == skip.channels:
        return ""
    stride = ""
    if body.spatial != skip.spatial:
        ratios = {-(-b // a) for a, b in zip(body.spatial, skip.spatial, strict=True) if a}
        if len(ratios) != 1:
            return ""
        ratio = int(ratios.pop())
        if any(-(-b // ratio) != a for a, b in zip(body.spatial, skip.spatial, strict=True)):
            return ""
        stride = f", stride={ratio}"
    return f"conv({int(body.channels)}, 1{stride})"


def _projecting(branches: list[Branch], projection: str) -> Edit | None:
    """The edit that puts a projection into the skip of a residual: behind its last step, or as the whole of it."""
    body, skip = (branch.span for branch in branches)
    if not body.text.endswith("}"):
        return None  # in YAML
    following = body.source.text[body.end :].lstrip()
    if not following.startswith("skip"):
        return Edit(Span(body.source, body.end, body.end), f" skip {{ {projection} }}")
    if not branches[1].nodes or not skip.text.endswith("}"):
        return None
    end = skip.end - 1 - len(skip.text[:-1]) + len(skip.text[:-1].rstrip())
    return Edit(Span(skip.source, end, end), f" -> {projection}")


def _closing_stride(branch: Branch, shape: Shape, target: Shape) -> tuple[Span, Layer, str, tuple[str, ...]] | None:
    """The layer of a branch whose stride, set to 1, would give the spatial sizes of the target."""
    if len(shape.spatial) != len(target.spatial) or shape.spatial == target.spatial:
        return None
    layers = [node for node in branch.nodes if hasattr(node, "layer") and node.layer.windows]
    if any(not isinstance(w, Sliding) for node in layers for w in node.layer.windows):
        return None
    for at, changed in enumerate(layers):
        if all(window.stride == 1 for window in changed.layer.windows):
            continue
        sizes = changed.layer.inputs[0].spatial
        windows = tuple(window._replace(stride=1) for window in changed.layer.windows)
        try:
            sizes = tuple(w.output(size) for w, size in zip(windows, sizes, strict=True))
            for later in layers[at + 1 :]:
                sizes = tuple(w.output(size) for w, size in zip(later.layer.windows, sizes, strict=True))
        except NoRoom:
            continue
        if sizes == target.spatial:
            entering = changed.layer.inputs[0].spatial
            pairs = zip(changed.layer.windows, windows, entering, strict=True)
            formulas = tuple(
                dict.fromkeys(f"{old.formula(size)}; with stride 1: {new.formula(size)}" for old, new, size in pairs)
            )
            return changed.span, changed.layer, "stride=1", formulas
    return None


def stride_edit(span: Span, layer: Layer) -> Edit | None:
    """The edit that sets the stride of a call to 1."""
    import re

    text = span.text
    match = re.search(r"\bstride\s*=\s*(\d+|\[[^\]]*\])", text)
    if match:
        return Edit(Span(span.source, span.start + match.start(1), span.start + match.end(1)), "1")
    if text.endswith(")") and layer.op in ("maxpool", "avgpool", "l2pool"):
        return Edit(Span(span.source, span.end - 1, span.end - 1), ", stride=1")
    return None
