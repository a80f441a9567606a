"""Operators as steps: their arguments bound, applied to the values at hand, and what is said where they do not fit."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from archspec.core.diagnostic import RULES, Fix, Label
from archspec.core.edits import preceded_by
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.elaborate import rules
from archspec.elaborate.children import child_name
from archspec.elaborate.evaluate import blamed
from archspec.elaborate.graph import GraphBuilder
from archspec.elaborate.inputs import declaration
from archspec.elaborate.naming import AUTO
from archspec.elaborate.report import Poison
from archspec.elaborate.trace import traces
from archspec.elaborate.values import PLAIN, Arguments, OperatorMaker, unusual
from archspec.ops.base import BadArgument, DoesNotFit, Operator, Ports
from archspec.ops.foreign import layer_of
from archspec.ops.plugins import called
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


def _arguments(maker: OperatorMaker, given: Arguments) -> Arguments:
    """All that the operator is given here, the defaults in scope among it."""
    made = maker.arguments.joined(given)
    if not maker.defaults.named:
        return made
    taken = {*[name for name, _ in made.named], *list(maker.operator.parameters)[: len(made.positional)]}
    added = [(name, one) for name, one in maker.defaults.named if name not in taken]
    return Arguments(made.positional, (*made.named, *added))


def _by_name(operator: type[Operator], arguments: Arguments) -> Arguments:
    """The arguments, those by position by name as well."""
    return arguments._replace(named=(*zip(operator.parameters, arguments.positional, strict=False), *arguments.named))


def _make_operator(run: "Elaborator", operator: type[Operator], arguments: Arguments, span: Span) -> Operator:
    """The operator with its arguments bound. Raises `Poison`."""
    values = [one.value for one in arguments.positional]
    named = {name: one.value for name, one in arguments.named}
    bare = not (values or named)
    if bare and operator in run.bare:
        return run.bare[operator]
    if [one for one in (*values, *named.values()) if type(one) not in PLAIN and unusual(one) is not None]:
        declared = operator.parameters
        for name, one in _by_name(operator, arguments).named:
            if name in declared:
                run.evaluate.check_plain(name, one, declared[name].kind)
    try:
        made: Operator = called(operator, operator, *values, **named)
    except BadArgument as error:
        place = blamed(error, _by_name(operator, arguments), span)
        raise run.report.error(rules.ARGUMENT, error.message, place, help=error.help) from None
    if bare:
        run.bare[operator] = made
    return made


def apply_operator(
    run: "Elaborator",
    maker: OperatorMaker,
    given: Arguments,
    builder: GraphBuilder,
    span: Span,
    name_span: Span,
    label: tuple[tree.Label, str] | None = None,
    refused: Callable[[DoesNotFit], Poison] | None = None,
    reused: bool = False,
    shared_name: str = "",
) -> None:
    """Apply an operator to the values at hand. Raises `Poison` where it cannot be.

    `refused` reports that it does not take them, where there is more to say than that.
    """
    arguments = _arguments(maker, given)
    operator = _make_operator(run, maker.operator, arguments, span)
    if builder.current is None:
        if label is not None:
            builder.module.children.setdefault(label[1], label[0].span)
        raise Poison(maker.name)
    least, most = ports = maker.operator.ports
    inputs = () if most == 0 else builder.current
    if len(inputs) < least or (most is not None and len(inputs) > most):
        raise _wrong_ports(run, maker.name, ports, len(inputs), span)
    shapes = tuple([builder.shapes[at] for at in inputs])
    try:
        layer = layer_of(operator, shapes)
        _check_sizes(layer.outputs, run)
    except DoesNotFit as error:
        if refused is not None and error.inputs:
            raise refused(error) from None
        named = _by_name(maker.operator, arguments)
        raise _does_not_fit(run, error, builder, inputs, named, span, name_span) from None
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
    builder.current = builder.apply(layer, operator, name, inputs, span, reused, label[1] if label else "")


def _wrong_ports(run: "Elaborator", name: str, ports: Ports, count: int, span: Span) -> Poison:
    if ports.most is None:
        takes = f"at least {ports.least} value{'s' if ports.least != 1 else ''}"
    elif ports.least == ports.most:
        takes = f"{ports.least} value{'s' if ports.least != 1 else ''}"
    else:
        takes = f"{ports.least} to {ports.most} values"
    help = "read one of them: `(name) -> …`" if count > 1 else "read several: `(a, b) -> …`"
    if count == 0:
        help = f"nothing enters here: declare an input, `{declaration(span)}`"
    entered = f"{count} value{'s' if count != 1 else ''} enter{'s' if count == 1 else ''}"
    return run.report.error(rules.PORTS, f"`{name}` takes {takes}, here {entered}", span, help=help)


def _check_sizes(shapes: tuple[Shape, ...], run: "Elaborator") -> None:
    limits = run.limits
    for shape in shapes:
        sizes = shape.sizes
        if len(sizes) > limits.rank or (sizes and max(sizes) > limits.size):
            raise DoesNotFit(f"the result would be {shape}, beyond the limits", rule="AS304")
        if shape.elements > limits.elements:
            raise DoesNotFit(f"the result would have {shape.elements} elements, beyond the limit", rule="AS304")


def _does_not_fit(
    run: "Elaborator",
    error: DoesNotFit,
    builder: GraphBuilder,
    inputs: tuple[int, ...],
    arguments: Arguments,
    span: Span,
    name_span: Span,
) -> Poison:
    """The diagnostic for an operator that does not take its inputs, with the places that made them."""
    shapes = [builder.shapes[at] for at in inputs]
    labels: list[Label] = []
    if error.inputs:
        places = [builder.makers[at] for at in inputs]
        blamed_first = [*error.inputs, *(at for at in range(len(inputs)) if at not in error.inputs)]
        shown: set[Span] = set()
        for at in blamed_first:
            if places[at] not in shown and len(labels) < 4:
                shown.add(places[at])
                labels.append(Label(places[at], f"this is {shapes[at]}"))
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
