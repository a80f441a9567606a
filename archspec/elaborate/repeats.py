"""`repeat n { … }`: iterations that change nothing but themselves become one node, whatever their number."""

from typing import TYPE_CHECKING, Any

from archspec.core.diagnostic import Label
from archspec.core.number import derived, origin, symbols
from archspec.core.source import Span
from archspec.design import Indexed, Node, Port, Repeat
from archspec.elaborate import rules
from archspec.elaborate.evaluate import names_in
from archspec.elaborate.graph import GraphBuilder
from archspec.elaborate.report import Poison
from archspec.elaborate.scope import Frame
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


def repeat(run: "Elaborator", node: tree.Repeat, frame: Frame, builder: GraphBuilder) -> None:
    """Elaborate iterations one by one until one leaves the shape it met; all the rest are then equal to it.

    An iteration has a graph of its own, to be folded or for what it names. One that will differ from the next and
    names nothing goes straight into the graph around, as one of a `for` does.
    """
    count = run.evaluate.integer(node.count, frame, 0, "the count")
    if count > run.limits.repeats:
        raise run.report.error(rules.TOO_LARGE, f"{int(count)} iterations", node.count.span)
    alike = _alike(node)
    apart = alike or _names_something(node.body)
    for at in range(count):
        if builder.current is None:
            _iteration(run, node, frame, builder, at)  # for the errors that do not depend on what is broken
            raise Poison("repeat")
        run.budget.spend(1, node.span)
        before = run.budget.layers
        if not apart:
            _straight(run, node, frame, builder, at)
            _check_layers(run, node, count, at, before)
            continue
        inner = _iteration(run, node, frame, builder, at)
        if inner.current is None or inner.broken or inner.failures:
            if run.drafting is not None:
                builder.splice(inner, builder.current)
            raise Poison("repeat")
        entered, left = builder.current_shapes(), inner.current_shapes()
        if alike and entered == left and not inner.outputs and inner.shared_uses == 0 and len(inner.current) == 1:
            if not inner.nodes:
                return  # an iteration that does nothing
            names = _names(run, node, frame, inner, at, count)
            single = at == count - 1 and not symbols(origin(count))  # no loop where there is nothing to loop over
            if names is not None and not single:
                _fold(builder, inner, node, names, derived(count - at, "-", count, at) if at else count)
                builder.tapped = False
                return
        _check_layers(run, node, count, at, before)
        _register(run, inner, builder)
        here = builder.splice(inner, builder.current)
        builder.current = tuple(here[value] for value in inner.current)
        builder.tapped = inner.tapped


def _check_layers(run: "Elaborator", node: tree.Repeat, count: int, at: int, before: int) -> None:
    """Iterations that all differ are refused before they are all made. Raises `Poison`."""
    made = max(1, run.budget.layers - before)
    if made * (count - at - 1) + run.budget.layers > run.limits.distinct_layers:
        message = f"{int(count)} different iterations of {made} layers"
        help = "iterations that do the same to the same shape may be any number"
        raise run.report.error(rules.TOO_LARGE, message, node.count.span, help=help)


def _iteration(run: "Elaborator", node: tree.Repeat, frame: Frame, builder: GraphBuilder, at: int) -> GraphBuilder:
    inner = GraphBuilder("repeat", node.span, builder)
    inner.enter(builder.current)
    run.body(node.body, _counting(node, frame, inner, at), inner)
    return inner


def _straight(run: "Elaborator", node: tree.Repeat, frame: Frame, builder: GraphBuilder, at: int) -> None:
    """An iteration in the graph around. Raises `Poison` where it is broken."""
    run.body(node.body, _counting(node, frame, builder, at), builder)
    if builder.current is None or builder.broken:
        raise Poison("repeat")


def _counting(node: tree.Repeat, frame: Frame, builder: GraphBuilder, at: int) -> Frame:
    """The names in an iteration."""
    inner = frame.inner(builder)
    if node.name is not None:
        inner.names[node.name] = at
    return inner


def _names_something(node: Any) -> bool:
    """Whether a body names values, children or outputs: what an iteration names is its own affair."""
    if isinstance(node, tree.Label | tree.Output | tree.Shared):
        return True
    return isinstance(node, tuple) and any(_names_something(part) for part in node if isinstance(part, tuple))


def _alike(node: tree.Repeat) -> bool:
    """Whether the iterations can differ in nothing but labels: the counter stands nowhere else."""
    return node.name is None or not any(name == node.name for name in names_in(_without_labels(node.body)))


def _without_labels(node: Any) -> Any:
    if isinstance(node, tree.Step):
        return (_without_labels(node.action),)
    if isinstance(node, tree.Repeat) and node.body is not None:
        return (node.count, _without_labels(node.body))
    if isinstance(node, tuple):
        if isinstance(node, tree.Name):
            return node
        return tuple(_without_labels(part) for part in node if isinstance(part, tuple) and not isinstance(part, Span))
    return ()


def _names(
    run: "Elaborator", node: tree.Repeat, frame: Frame, inner: GraphBuilder, at: int, count: int
) -> dict[str, Indexed] | None:
    """The labels of an iteration as functions of the counter; none where they are not that simple."""
    made: dict[str, Indexed] = {}
    last = count - 1
    for label, text in inner.child_labels:
        if at == last:
            return None  # a single iteration: nothing to fold
        if text in made:
            return None
        indexed = _indexed(run, node, label, frame, at, last)
        if indexed is None:
            if not any(name == node.name for name in names_in(label.name)):
                message = f"`{text}` would name a module in each of {int(count)} iterations"
                help = f'number it: `repeat {node.count.span.text} as i` and `"{text}{{i}}"`'
                raise run.report.error(rules.DUPLICATE, message, label.span, help=help)
            return None
        made[text] = indexed
    if any(isinstance(child, Repeat) and _has_labels(child) for child in inner.nodes):
        return None
    return made


def _has_labels(node: Repeat) -> bool:
    for child in node.body.nodes:
        if isinstance(child, Repeat):
            if _has_labels(child):
                return True
        elif isinstance(child.name, Indexed):
            return True
    return False


def _indexed(
    run: "Elaborator", node: tree.Repeat, label: tree.Label, frame: Frame, at: int, last: int
) -> Indexed | None:
    """`"encoder_layer_{i + 1}"` as prefix, first number and step."""
    parts = label.name.parts
    varying = [k for k, part in enumerate(parts) if not isinstance(part, str) and node.name in set(names_in(part))]
    if len(varying) != 1 or node.name is None:
        return None
    numbers = []
    for iteration in (at, at + 1, last):
        names = frame.inner()
        names.names[node.name] = iteration
        value = run.evaluate.value(parts[varying[0]], names)
        if isinstance(value, bool) or not isinstance(value, int):
            return None
        numbers.append(int(value))
    step = numbers[1] - numbers[0]
    if step == 0 or numbers[0] < 0 or numbers[2] != numbers[0] + step * (last - at):
        return None
    around = ["", ""]
    for k, part in enumerate(parts):
        if k != varying[0]:
            text = part if isinstance(part, str) else run.evaluate._part(part, frame)
            around[k > varying[0]] += text
    return Indexed(around[0], numbers[0], (step,), around[1])


def _fold(builder: GraphBuilder, inner: GraphBuilder, node: tree.Repeat, names: dict[str, Indexed], count: int) -> None:
    assert inner.current is not None and builder.current is not None
    nodes: list[Node] = []
    for child in inner.nodes:
        if not isinstance(child, Repeat) and isinstance(child.name, str) and child.name in names:
            nodes.append(child._replace(name=names[child.name]))
        else:
            nodes.append(child)
    body = inner.graph(tuple(nodes), (Port("output", inner.current[0]),))
    entering = (*builder.current, *inner.captured)
    result = builder.value(inner.shapes[inner.current[0]], node.span)
    builder.nodes.append(Repeat(count, body, entering, (result,), node.span, builder.phase))
    builder.numbers += inner.numbers * count
    builder.decisions.extend(inner.decisions)
    builder.current = (result,)


def _register(run: "Elaborator", inner: GraphBuilder, builder: GraphBuilder) -> None:
    """The labels of an iteration that stands for itself name children of the module around."""
    if builder.kind == "repeat":
        builder.child_labels.extend(inner.child_labels)
        return
    children = builder.module.children
    for label, text in inner.child_labels:
        if text in children:
            help = 'number it: `repeat … as i` and `"name{i}"`'
            first = Label(children[text], "first used here") if children[text] != label.span else None
            labels = (Label(label.span), first) if first else (Label(label.span),)
            message = f"a second module is called `{text}`"
            run.report.add(rules.DUPLICATE, message, labels, help=help)
        children[text] = label.span
