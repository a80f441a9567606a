"""Steps: operators, blocks, shared layers and groups applied to the values at hand."""

from typing import TYPE_CHECKING, Any

from archspec.core.diagnostic import RULES, Fix, Label
from archspec.core.diagnostic import Edit as TextEdit
from archspec.core.edits import preceded_by
from archspec.core.module_names import is_reserved
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.design import TRAIN, Instance, Module
from archspec.elaborate import rules
from archspec.elaborate.evaluate import blamed
from archspec.elaborate.graph import GraphBuilder, Labelled
from archspec.elaborate.naming import AUTO
from archspec.elaborate.report import Poison
from archspec.elaborate.scope import MISSING, POISONED, Frame
from archspec.elaborate.trace import traces
from archspec.elaborate.values import Arguments, BlockMaker, OperatorMaker, SharedLayer, described
from archspec.ops.base import BadArgument, DoesNotFit, Operator, Ports
from archspec.ops.foreign import layer_of
from archspec.ops.plugins import called
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


def chain(run: "Elaborator", node: tree.Chain, frame: Frame, builder: GraphBuilder) -> None:
    """Run a chain; the value at hand goes on through it. A broken step breaks what follows, in silence."""
    if node.source is not None:
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
        labels = [(label, _label(run, label, frame)) for label in node.labels]
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


def child_name(run: "Elaborator", label: tuple[tree.Label, str] | None, builder: GraphBuilder) -> Any:
    """The name a step's module gets: its label, or the next number."""
    if label is None or label[1] == "_":
        return AUTO
    node, name = label
    module = builder.module
    if is_reserved(name):
        message = f"`{name}` is an attribute of `torch.nn.Module`"
        run.report.error(rules.RESERVED, message, node.span, help=f"choose another name, such as `{name}_`")
    elif builder.kind == "repeat":
        builder.child_labels.append((node, name))  # checked when the iterations are put together
    elif name in module.children:
        first = Label(module.children[name], "first used here")
        help = "names are paths in the `state_dict`: each stands once in a module"
        run.report.add(rules.DUPLICATE, f"a second module is called `{name}`", (Label(node.span), first), help=help)
    else:
        module.children[name] = node.span
    return name


def call(
    run: "Elaborator",
    node: tree.Call,
    label: tuple[tree.Label, str] | None,
    frame: Frame,
    builder: GraphBuilder,
) -> tuple[str, ...]:
    """An operator, block, shared layer or parameter as a step."""
    found = frame.lookup(node.name.id)
    given = Arguments() if node.arguments is None else run.evaluate.arguments(node.arguments, frame)
    if found is POISONED:
        raise Poison(node.name.id)
    if found is MISSING:
        raise unknown_step(run, node.name, frame, builder)
    if isinstance(found, SharedLayer):
        return _use_shared(run, found, node, builder)
    if type(found) is OperatorMaker:
        name = label[1] if label else ""
        apply_operator(run, found, given, builder, node.span, node.name.span, label, name)
        return ()
    if type(found) is BlockMaker:
        lexical = frame.local(node.name.id) is MISSING
        return run.instance(found, given, label, builder, node.span, lexical=lexical)
    message = f"`{node.name.id}` is {described(found)}, not an operator or block"
    raise run.report.error(rules.NOT_A_STEP, message, node.name.span)


def unknown_step(run: "Elaborator", name: tree.Name, frame: Frame, builder: GraphBuilder) -> Poison:
    if name.id == "in" or builder.find(name.id) is not None:
        help = f"read it in parentheses: `({name.id}) -> …`"
        return run.report.error(rules.UNKNOWN_NAME, f"`{name.id}` is a value, not a step", name.span, help=help)
    help = run.budget.closest(name.id, frame.steps())
    fix = None
    if help.startswith("did you mean `"):
        right = help.removeprefix("did you mean `").removesuffix("`?")
        fix = Fix(f"write `{right}`", (TextEdit(name.span, right),))
    message = f"no operator or block is called `{name.id}`"
    return run.report.add(rules.UNKNOWN_NAME, message, (Label(name.span),), help=help, fix=fix)


def make_operator(run: "Elaborator", maker: OperatorMaker, given: Arguments, span: Span) -> tuple[Operator, Arguments]:
    """The operator with its arguments bound, and the arguments with their places."""
    arguments = maker.arguments.joined(given)
    everything = by_name(maker, arguments)
    if maker.defaults.named:
        taken = {name for name, _ in everything.named}
        filled = tuple((name, one) for name, one in maker.defaults.named if name not in taken)
        everything = Arguments(everything.positional, everything.named + filled)
    placed = len(arguments.positional)
    for name, one in everything.named:
        declared = maker.operator.parameters.get(name)
        if declared is not None:
            run.evaluate.check_plain(name, one, declared.kind.words)
    try:
        operator: Operator = called(
            maker.operator,
            maker.operator,
            *(one.value for one in everything.positional),
            **{name: one.value for name, one in everything.named[placed:]},
        )
    except BadArgument as error:
        place = blamed(error, everything, span)
        raise run.report.error(rules.ARGUMENT, error.message, place, help=error.help) from None
    return operator, everything


def by_name(maker: OperatorMaker, arguments: Arguments) -> Arguments:
    """Arguments with the names of the positional ones beside their places."""
    named = tuple(zip(maker.operator.parameters, arguments.positional, strict=False))
    return Arguments(arguments.positional, named + arguments.named)


def apply_operator(
    run: "Elaborator",
    maker: OperatorMaker,
    given: Arguments,
    builder: GraphBuilder,
    span: Span,
    name_span: Span,
    label: tuple[tree.Label, str] | None,
    label_name: str,
    input_spans: tuple[Span, ...] = (),
    reused: bool = False,
    shared_name: str = "",
) -> None:
    """Apply an operator to the values at hand. Raises `Poison` where it cannot be."""
    operator, arguments = make_operator(run, maker, given, span)
    if builder.current is None:
        if label is not None:
            builder.module.children.setdefault(label[1], label[0].span)
        raise Poison(maker.name)
    ports = maker.operator.ports
    inputs = () if ports == Ports(0, 0) else builder.current
    _check_ports(run, maker.name, ports, len(inputs), span)
    shapes = tuple(builder.shapes[at] for at in inputs)
    try:
        layer = layer_of(operator, shapes)
        _check_sizes(layer.outputs, run)
    except DoesNotFit as error:
        raise does_not_fit(run, error, builder, inputs, arguments, span, name_span, input_spans) from None
    run.budget.add_layers(1, span)
    name: Any = None
    if layer.is_module or layer.is_parameter:
        name = shared_name or child_name(run, label, builder)
        if name is AUTO and layer.is_parameter:
            message = f"`{maker.name}` has no name"
            help = "its label is its key in the `state_dict`: `name: parameter(…)`"
            raise run.report.error(rules.BAD_LABEL, message, span, help=help)
        if name is AUTO:
            builder.numbers += 1
    builder.current = builder.apply(layer, operator, name, inputs, span, reused, label_name)


def _check_ports(run: "Elaborator", name: str, ports: Ports, count: int, span: Span) -> None:
    if ports.least <= count and (ports.most is None or count <= ports.most):
        return
    if ports.most is None:
        takes = f"at least {ports.least} value{'s' if ports.least != 1 else ''}"
    elif ports.least == ports.most:
        takes = f"{ports.least} value{'s' if ports.least != 1 else ''}"
    else:
        takes = f"{ports.least} to {ports.most} values"
    help = "read one of them: `(name) -> …`" if count > 1 else "read several in parentheses: `(a, b) -> …`"
    if count == 0:
        help = "nothing enters here: declare an input, `input image: [3, 224, 224]`"
    entered = f"{count} value{'s' if count != 1 else ''} enter{'s' if count == 1 else ''}"
    raise run.report.error(rules.PORTS, f"`{name}` takes {takes}, here {entered}", span, help=help)


def _check_sizes(shapes: tuple[Shape, ...], run: "Elaborator") -> None:
    limits = run.limits
    for shape in shapes:
        if shape.rank > limits.rank or any(size > limits.size for size in shape.sizes):
            raise DoesNotFit(f"the result would be {shape}, beyond the limits", rule="AS304")
        if shape.elements > limits.elements:
            raise DoesNotFit(f"the result would have {shape.elements} elements, beyond the limit", rule="AS304")


def does_not_fit(
    run: "Elaborator",
    error: DoesNotFit,
    builder: GraphBuilder,
    inputs: tuple[int, ...],
    arguments: Arguments,
    span: Span,
    name_span: Span,
    input_spans: tuple[Span, ...],
) -> Poison:
    """The diagnostic for an operator that does not take its inputs, with the places that made them."""
    shapes = [builder.shapes[at] for at in inputs]
    labels: list[Label] = []
    if error.inputs:
        places = input_spans or tuple(builder.makers[at] for at in inputs)
        blamed_first = [*error.inputs, *(at for at in range(len(inputs)) if at not in error.inputs)]
        shown: set[Span] = set()
        for at in blamed_first:
            if places[at] not in shown and len(labels) < 4:
                shown.add(places[at])
                labels.append(Label(places[at], f"this is {shapes[at]}"))
        if not input_spans:
            labels.insert(0, Label(name_span))
    else:
        given = dict(arguments.named).get(error.at)
        labels.append(Label(given.span if given else span))
        if len(inputs) == 1:
            labels.append(Label(builder.makers[inputs[0]], f"the input is {shapes[0]}, made here"))
    fix = None
    if error.rule == "AS405" and name_span.text == "linear":
        edit = preceded_by(name_span, "flatten")
        fix = None if edit is None else Fix("flatten it first", (edit,))
    spatial = {shape.spatial for shape in shapes}
    sizes = traces(builder, inputs, run.entered) if error.rule == "AS401" and len(spatial) > 1 else ()
    poison = run.report.add(RULES[error.rule], error.message, labels, (*error.notes, *sizes), error.help, fix)
    poison.culprits = tuple(error.inputs)
    return poison


def _use_shared(run: "Elaborator", shared: SharedLayer, node: tree.Call, builder: GraphBuilder) -> tuple[str, ...]:
    if node.arguments is not None:
        message = f"`{shared.name}` is shared: its arguments stand where it is declared"
        raise run.report.add(rules.ARGUMENT, message, (Label(node.span), Label(shared.span, "declared here")))
    if builder.module is not shared.owner:
        message = f"`{shared.name}` is shared within the module that declares it, not in those inside"
        raise run.report.add(rules.NOT_A_STEP, message, (Label(node.span), Label(shared.span, "declared here")))
    reused = shared.first_use is not None
    before = len(builder.nodes)
    label = (tree.Label(tree.String((shared.name,), shared.span), shared.span), shared.name)
    names: tuple[str, ...] = ()
    if isinstance(shared.maker, OperatorMaker):
        apply_operator(
            run, shared.maker, Arguments(), builder, node.span, node.name.span, None, "",
            reused=reused, shared_name=shared.name,
        )  # fmt: skip
    else:
        names = run.instance(shared.maker, Arguments(), label, builder, node.span, shared=True, reused=reused)
    if len(builder.nodes) == before:
        return names
    used: Any = builder.nodes[-1]
    weights = weights_of(used)
    if shared.first_use is None:
        shared.first_use, shared.weights = node.span, weights
        builder.shared_uses += 1
    elif shared.weights != weights:
        key = next(k for k in {**shared.weights, **weights} if shared.weights.get(k) != weights.get(k))
        first, now = (" × ".join(map(str, w.get(key, ()))) for w in (shared.weights, weights))
        message = f"`{shared.name}` would need two shapes of `{key}`: {first} and {now}"
        labels = (Label(node.span, f"here {now}"), Label(shared.first_use, f"first used here, with {first}"))
        raise run.report.add(rules.SHARED_DIFFERS, message, labels)
    return names


def weights_of(node: Any) -> dict[str, tuple[int, ...]]:
    """The weights of a layer or instance, by their names in it."""
    if isinstance(node, Instance):
        return _module_weights(node.module)
    return {key: tuple(int(size) for size in shape) for key, shape in node.layer.weights.items()}


def _module_weights(module: Module) -> dict[str, tuple[int, ...]]:
    from archspec.design import nodes

    found: dict[str, tuple[int, ...]] = {}
    for node in nodes(module.graph):
        for key, shape in weights_of(node).items():
            found[f"{node.name}.{key}"] = shape
    return found
