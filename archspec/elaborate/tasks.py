"""Tasks: what a network declares itself to be for, and whether its outputs fit that."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from archspec.core.diagnostic import Diagnostic, Edit, Fix, Label
from archspec.core.edits import followed_by
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.design import Declared, Module
from archspec.elaborate import rules
from archspec.elaborate.evaluate import blamed
from archspec.elaborate.graph import GraphBuilder
from archspec.elaborate.scope import MISSING, Frame
from archspec.ops.base import BadArgument
from archspec.ops.kinds import Choice
from archspec.ops.tasks import (
    TASKS,
    Classification,
    Labelling,
    Regression,
    Segmentation,
    Task,
)
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.analysis.head import Place
    from archspec.elaborate.elaborator import Elaborator


class Waiting(NamedTuple):
    """A task whose network is not finished yet."""

    task: Task
    span: Span
    places: Mapping[str, Span]


def declare(run: "Elaborator", node: tree.Task, frame: Frame, builder: GraphBuilder) -> None:
    """`task classification(classes=10)`. Raises `Poison`."""
    if run.active or builder.kind != "module":
        message = "a task stands in a network itself"
        raise run.report.error(rules.MISPLACED, message, node.span, help="blocks and groups are parts of it")
    kind = TASKS.get(node.kind.id)
    if kind is None:
        help = run.budget.closest(node.kind.id, list(TASKS)) or f"there are {', '.join(f'`{one}`' for one in TASKS)}"
        raise run.report.error(rules.UNKNOWN_NAME, f"no task is called `{node.kind.id}`", node.kind.span, help=help)
    inner = frame.inner()
    inner.names.update(dict(_words(kind, node.arguments, frame)))
    arguments = run.evaluate.arguments(node.arguments, inner)
    placed = tuple(zip(kind.parameters, arguments.positional, strict=False))
    for name, given in (*placed, *arguments.named):
        if name in kind.parameters:
            run.evaluate.check_plain(name, given, kind.parameters[name].kind)
    try:
        task = kind(*(one.value for one in arguments.positional), **{name: one.value for name, one in arguments.named})
    except BadArgument as error:
        place = blamed(error, arguments._replace(named=(*placed, *arguments.named)), node.span)
        raise run.report.error(rules.ARGUMENT, error.message, place, help=error.help) from None
    places = {name: given.span for name, given in (*placed, *arguments.named)}
    run.tasks.append(Waiting(task, node.span, places))


def _words(kind: type[Task], arguments: tuple[tree.Argument, ...], frame: Frame) -> Iterator[tuple[str, str]]:
    """Names that stand for themselves: those that nothing has, where one of a few words is wanted."""
    for name, argument in zip(kind.parameters, arguments, strict=False):
        declared = kind.parameters.get(argument.name or name)
        wanted = getattr(declared.kind, "of", declared.kind) if declared is not None else None
        value = argument.value
        if isinstance(value, tree.Name) and isinstance(wanted, Choice) and frame.lookup(value.id) is MISSING:
            yield value.id, value.id


def checked(run: "Elaborator", module: Module) -> tuple[Declared, ...]:
    """The tasks of a finished network, each with its output; what does not fit is reported."""
    made: dict[int, Declared] = {}
    for one in run.tasks:
        port = _port(run, one, module)
        if port is None:
            continue
        if port in made:
            labels = (Label(one.span), Label(made[port].span, "first here"))
            run.report.add(rules.DUPLICATE, "a second task for one output", labels, help='`output="…"` names another')
            continue
        made[port] = declared = Declared(one.task, port, one.span, one.places)
        if isinstance(one.task, Labelling):
            _targets(run, declared, one.task, module.output_shapes[port])
        if run.promising:
            _head(run, declared, module)
    return tuple(made.values())


def _port(run: "Elaborator", one: Waiting, module: Module) -> int | None:
    names = [port.name for port in module.graph.outputs]
    wanted = "output" if one.task.output is None else one.task.output
    if wanted in names:
        return names.index(wanted)
    if len(names) == 1 and one.task.output is None:
        return 0
    listed = ", ".join(f"`{name}`" for name in names)
    if one.task.output is None:
        message = f"which of the outputs {listed} is the task of?"
        run.report.error(rules.ARGUMENT, message, one.span, help=f'name it: `output="{names[0]}"`')
    else:
        help = run.budget.closest(wanted, names) or f"there is {listed}"
        run.report.error(rules.ARGUMENT, f"no output is called `{wanted}`", one.places["output"], help=help)
    return None


def _targets(run: "Elaborator", declared: Declared, task: Labelling, shape: Shape) -> None:
    if task.targets is None or task.fits(task.targets, _width(shape)):
        return
    labels = (Label(declared.at("targets"), "the targets"), Label(declared.at("loss"), f"`{task.loss}`"))
    takes = " or ".join(f"`{one}`" for one in task.taken.targets)
    message = f"`{task.loss}` takes no `{task.targets}` targets"
    help = f"it takes {takes}"
    if task.targets == "one_hot" and "probabilities" in task.taken.targets:
        help += "; one-hot vectors of floating-point numbers are `probabilities`"
    run.report.add(rules.TASK_TARGETS, message, labels, help=help)


def _head(run: "Elaborator", declared: Declared, module: Module) -> None:
    """Whether the output has the shape that the task wants."""
    task, shape = declared.task, module.output_shapes[declared.port]
    if isinstance(task, Classification) and len(shape.sizes) != 1:
        _no_vector(run, declared, module, shape)
    elif isinstance(task, Segmentation) and not shape.spatial:
        message = f"the output is {shape}; a segmentation wants a map of scores"
        _report(run, declared, module, message, help="keep the axes of the image: no `flatten`, no global pooling")
    elif isinstance(task, Labelling) and _width(shape) not in task.widths():
        _wrong_width(run, declared, module, task, _width(shape))
    elif isinstance(task, Segmentation):
        _map(run, declared, module, task, shape)
    elif isinstance(task, Regression) and task.outputs is not None and shape.elements != task.outputs:
        message = f"{shape.elements} numbers leave, the task declares {task.outputs}"
        _report(run, declared, module, message, at="outputs", help=f"the output is {shape}")


def _no_vector(run: "Elaborator", declared: Declared, module: Module, shape: Shape) -> None:
    message = f"the output is {shape}; a classification wants one vector of scores"
    pooled = bool(shape.spatial) and any(size > 1 for size in shape.spatial)
    steps = ("global_avgpool", "flatten") if pooled else ("flatten",)
    last = _last(module, declared.port)
    fix = None
    if shape.spatial and last is not None:
        edit = followed_by(last, *steps)
        fix = None if edit is None else Fix("pool what is left" if pooled else "flatten what is left", (edit,))
    help = f"end in `{' -> '.join(steps)}`" if shape.spatial else "take one position, or average over them"
    _report(run, declared, module, message, help=help, fix=fix)


def _wrong_width(run: "Elaborator", declared: Declared, module: Module, task: Labelling, width: int) -> None:
    message = f"the head gives {width} score{'s' if width != 1 else ''} for {task.classes} classes"
    place = _culprit(module, declared.port)
    fix = None
    if place is not None:
        from archspec.core.written import written  # which only fixes need

        call, operator = written(place.node.span), place.node.operator
        out = call.given("out", list(operator.parameters)) if call and call.name == operator.name else None
        if out is not None and out.text == str(width):
            given = declared.at("classes").text.rpartition("=")[2].rpartition(": ")[2].strip()
            classes = given if not place.trail and re.fullmatch(r"\$?[A-Za-z_]\w*", given) else str(task.classes)
            fix = Fix("give one score for each class", (Edit(out, classes),))
    single = "; one score is enough for two classes with a binary loss" if task.classes == 2 else ""
    _report(run, declared, module, message, at="classes", help=f"one for each class{single}", fix=fix)


def _map(run: "Elaborator", declared: Declared, module: Module, task: Segmentation, shape: Shape) -> None:
    entering = module.input_shapes[0].spatial
    wanted = tuple(-(-int(size) // task.stride) for size in entering)
    found = tuple(int(size) for size in shape.spatial)
    if wanted and len(wanted) == len(found) and wanted != found:
        made, asked = (" × ".join(map(str, sizes)) for sizes in (found, wanted))
        message = f"the map of scores is {made}, the task wants {asked}"
        stride = -(-int(entering[0]) // found[0])
        help = f"upsample it, or declare how many pixels of the input one position stands for: `stride={stride}`"
        _report(run, declared, module, message, at="stride", help=help)


def _report(
    run: "Elaborator",
    declared: Declared,
    module: Module,
    message: str,
    at: str = "",
    help: str = "",
    fix: Fix | None = None,
) -> None:
    place = _culprit(module, declared.port)
    task = Label(declared.at(at), "declared here")
    networks = (run.report.network,)
    if place is None:
        made = Diagnostic(rules.TASK_HEAD, message, (task,), (), help, fix, networks=networks)
    else:
        labels = (Label(place.node.span, f"{place.node.layer.output} leaves"), task)
        made = Diagnostic(rules.TASK_HEAD, message, labels, (), help, fix, place.trail, networks, place.path)
    run.report.take(made)


def _culprit(module: Module, port: int) -> "Place | None":
    """The layer that gives the output its width."""
    from archspec.analysis.head import backwards

    for place in backwards(module, module.graph.outputs[port].value):
        layer = place.node.layer
        if len(layer.inputs) != 1 or layer.products or _width(layer.output) != _width(layer.inputs[0]):
            return place
    return None


def _width(shape: Shape) -> int:
    return 0 if shape.channel_axis is None else int(shape.channels)


def _last(module: Module, port: int) -> Span | None:
    """The step of the network itself whose value leaves, where that is the last there is."""
    value = module.graph.outputs[port].value
    node = module.graph.nodes[-1] if module.graph.nodes else None
    return node.span if node is not None and node.outputs == (value,) else None
