"""Steps: operators, blocks, shared layers and groups applied to the values at hand."""

from typing import TYPE_CHECKING, Any

from archspec.core.diagnostic import Edit as TextEdit
from archspec.core.diagnostic import Fix, Label
from archspec.design import TRAIN
from archspec.elaborate import rules
from archspec.elaborate.graph import GraphBuilder, Labelled
from archspec.elaborate.operators import apply_operator
from archspec.elaborate.report import Poison
from archspec.elaborate.scope import MISSING, POISONED, Frame
from archspec.elaborate.shared import use_shared
from archspec.elaborate.values import NO_ARGUMENTS, BlockMaker, OperatorMaker, SharedLayer, described
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


def chain(run: "Elaborator", node: tree.Chain, frame: Frame, builder: GraphBuilder) -> None:
    """Run a chain; the value at hand goes on through it. A broken step breaks what follows, in silence."""
    if node.source is not None:
        builder.tapped = False  # what is read goes on, or leaves as the output
        try:
            builder.current = read(run, node.source, frame, builder)
        except Poison:
            builder.current = None
            builder.broken = True
    for one in node.steps:
        step(run, one, frame, builder)


def read(run: "Elaborator", readings: tuple[tree.Reading, ...], frame: Frame, builder: GraphBuilder) -> tuple[int, ...]:
    """The values that are read in parentheses, brought into this graph."""
    values: list[int] = []
    broken: Poison | None = None
    for reading in readings:
        try:
            values.extend(_read_one(run, reading, frame, builder))
        except Poison as poison:
            broken = poison
    if broken is not None:
        raise broken
    return tuple(values)


def _read_one(run: "Elaborator", reading: tree.Reading, frame: Frame, builder: GraphBuilder) -> tuple[int, ...]:
    node: Any = reading.expression
    parts: list[Any] = []
    while not isinstance(node, tree.Name):
        parts.append(node)
        node = node.base
    found = builder.block_inputs() if node.id == "in" else builder.find(node.id)
    if found is None:
        if frame.lookup(node.id) is POISONED or builder.is_lost(node.id):
            raise Poison(node.id)
        readable = builder.readable()
        help = run.budget.closest(node.id, readable)
        if frame.local(node.id) is not MISSING and not help:
            help = f"`{node.id}` is {described(frame.local(node.id))}, not a value of the graph"
        raise run.report.error(rules.UNKNOWN_VALUE, f"no value here is called `{node.id}`", node.span, help=help)
    labelled = found.labelled
    if labelled.values is None:
        raise Poison(node.id)
    values, names = labelled.values, labelled.names
    for part in reversed(parts):
        values, names = _part(run, part, values, names, frame)
    if not parts:
        values = _main(values, names)
    for value in values:
        if not builder.exists(value, found.builder):
            mode = "training" if found.builder.phases[value] == TRAIN else "evaluation"
            labels = (Label(reading.span), Label(found.builder.makers[value], "made here"))
            help = "read it in an `if` of the same condition"
            raise run.report.add(rules.TRAINING, f"`{reading.span.text}` exists in {mode} only", labels, help=help)
    return tuple(builder.bring(value, found.builder) for value in values)


def _main(values: tuple[int, ...], names: tuple[str, ...]) -> tuple[int, ...]:
    """Of several outputs the one that is read without a name, where there is one."""
    return (values[names.index("output")],) if len(values) > 1 and "output" in names else values


def _part(
    run: "Elaborator", part: Any, values: tuple[int, ...], names: tuple[str, ...], frame: Frame
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """One output of several: `backbone.c512`, `parts[0]`."""
    if isinstance(part, tree.Attribute):
        if part.attribute in names:
            return (values[names.index(part.attribute)],), ()
        known = [name for name in names if name]
        help = run.budget.closest(part.attribute, known) or (
            f"it has {', '.join(f'`{n}`' for n in known)}" if known else ""
        )
        message = f"`{part.base.span.text}` has no output `{part.attribute}`"
        raise run.report.error(rules.UNKNOWN_VALUE, message, part.span, help=help)
    index = run.evaluate.integer(part.index, frame, -(2**31), "the index")
    if not -len(values) <= index < len(values):
        message = f"index {int(index)} of {len(values)} value{'s' if len(values) != 1 else ''}"
        raise run.report.error(rules.UNKNOWN_VALUE, message, part.span)
    return (values[index],), ()


def step(run: "Elaborator", node: tree.Step, frame: Frame, builder: GraphBuilder) -> None:
    """One step: apply it, then bind its labels."""
    try:
        labels = [(label, _label(run, label, frame)) for label in node.labels] if node.labels else []
    except Poison:
        labels = []
        builder.current = None
        builder.broken = True
    names: tuple[str, ...] = ()
    try:
        names = _act(run, node, labels, frame, builder)
    except Poison as poison:
        if run.drafting is not None:
            run.drafting.failed(_word(node), node.action.span, builder, poison)
        builder.current = None
        builder.broken = True
    builder.tapped = False
    if labels or names:
        _bind(run, node, labels, names, builder)


def _word(node: tree.Step) -> str:
    """What the text calls a step."""
    action = node.action
    return action.name.id if isinstance(action, tree.Call | tree.Combine) else type(action).__name__.lower()


def _act(
    run: "Elaborator", node: tree.Step, labels: list[tuple[tree.Label, str]], frame: Frame, builder: GraphBuilder
) -> tuple[str, ...]:
    """Apply a step to the value at hand; returns the names of the outputs where it has several."""
    action = node.action
    label = labels[0] if len(labels) == 1 else None
    if isinstance(action, tree.Call):
        return call(run, action, label, frame, builder)
    if isinstance(action, tree.Group):
        if label is None:
            run.body(action.body, frame.inner(), builder)
            return ()
        return run.group(action, label, frame, builder)
    from archspec.elaborate import branches  # which runs steps in turn

    if isinstance(action, tree.Residual):
        branches.residual(run, action, frame, builder)
    elif isinstance(action, tree.Combine):
        branches.combine(run, action, frame, builder)
    return ()


def _bind(
    run: "Elaborator",
    node: tree.Step,
    labels: list[tuple[tree.Label, str]],
    names: tuple[str, ...],
    builder: GraphBuilder,
) -> None:
    current = builder.current
    if len(labels) <= 1:
        if labels and labels[0][1] != "_":
            builder.labels[labels[0][1]] = Labelled(current, names)
        if current is not None:
            builder.current = _main(current, names)
        return
    if current is not None and len(current) != len(labels):
        made = f"{len(current)} value{'s' if len(current) != 1 else ''}"
        span = labels[0][0].span.to(labels[-1][0].span)
        run.report.error(rules.BAD_LABEL, f"{len(labels)} labels for {made}", span, label=f"the step gives {made}")
        current = builder.current = None
    for at, (_, name) in enumerate(labels):
        if name != "_":
            builder.labels[name] = Labelled(None if current is None else (current[at],))


def _label(run: "Elaborator", node: tree.Label, frame: Frame) -> str:
    """The text of a label, which is fit for a path. Raises `Poison`."""
    text = run.evaluate.string(node.name, frame)
    if text == "in":
        message = "`in` is the input of the block, and no label"
        raise run.report.error(rules.BAD_LABEL, message, node.span, help="choose another name")
    if not text or "." in text or not (text.isascii() and text.isprintable()) or len(text) > run.limits.identifier:
        help = f"a label is 1 to {run.limits.identifier} ASCII characters, and no dot among them"
        raise run.report.error(rules.BAD_LABEL, f"`{text}` cannot be a label", node.span, help=help)
    return text


def call(
    run: "Elaborator",
    node: tree.Call,
    label: tuple[tree.Label, str] | None,
    frame: Frame,
    builder: GraphBuilder,
) -> tuple[str, ...]:
    """An operator, block, shared layer or parameter as a step."""
    found = frame.lookup(node.name.id)
    unknown = unknown_step(run, node.name, frame, builder) if found is MISSING else None
    given = NO_ARGUMENTS if node.arguments is None else run.evaluate.arguments(node.arguments, frame)
    if unknown is not None:
        raise unknown
    if found is POISONED:
        raise Poison(node.name.id)
    if isinstance(found, SharedLayer):
        return use_shared(run, found, node, builder)
    if type(found) is OperatorMaker:
        apply_operator(run, found, given, builder, node.span, node.name.span, label)
        return ()
    if type(found) is BlockMaker:
        lexical = frame.local(node.name.id) is MISSING
        return run.instance(found, given, label, builder, node.span, lexical=lexical)
    if label is not None and _could_be_argument(label, node.name, frame):
        from archspec.syntax.yaml_values import slip

        said = slip(node.name.id, node.name.span)
        raise run.report.add(said.rule, said.message, said.labels, help=said.help, fix=said.fix)
    message = f"`{node.name.id}` is {described(found)}, not an operator or block"
    raise run.report.error(rules.NOT_A_STEP, message, node.name.span)


def _could_be_argument(label: tuple[tree.Label, str], name: tree.Name, frame: Frame) -> bool:
    """Whether a label and its step are the key and the value `linear: classes` in YAML.

    An operator is a label where a parameter stands behind it, as that may hold an operator; here it does not.
    """
    key, text = label
    source = name.span.source
    between = source.text[key.span.end : name.span.start].strip()
    named = frame.lookup(text)
    return source.is_yaml and between == ":" and type(named) is OperatorMaker and bool(named.operator.parameters)


def unknown_step(
    run: "Elaborator", name: tree.Name, frame: Frame, builder: GraphBuilder, joins: bool = False
) -> Poison:
    """The diagnostic for a step that nothing is called like; `joins` says that it stands before branches."""
    if name.id == "in" or builder.find(name.id) is not None:
        help = f"read it: `({name.id}) -> …`"
        return run.report.error(rules.UNKNOWN_NAME, f"`{name.id}` is a value, not a step", name.span, help=help)
    from archspec.ops.elsewhere import from_elsewhere  # which only errors need

    message = f"no operator or block is called `{name.id}`"
    known = frame.joins() if joins else frame.steps()
    right = from_elsewhere(name.id) if not joins else ""
    right = right or run.budget.nearest(name.id, known)
    if right:
        fix = Fix(f"write `{right}`", (TextEdit(name.span, right),))
        help = f"did you mean `{right}`?"
        return run.report.add(rules.UNKNOWN_NAME, message, (Label(name.span),), help=help, fix=fix)
    help = f"a part with a name is written `{name.id}: {{ … }}`" if joins else ""
    return run.report.error(rules.UNKNOWN_NAME, message, name.span, help=help)
