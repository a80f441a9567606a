"""Promises: `expect` a shape, `assert` a condition on the figures of a block or network."""

from typing import TYPE_CHECKING, Any

from archspec.core.diagnostic import Label
from archspec.core.number import plain
from archspec.design import Module
from archspec.elaborate import rules
from archspec.elaborate.evaluate import names_in
from archspec.elaborate.graph import GraphBuilder
from archspec.elaborate.scope import MISSING, Frame
from archspec.elaborate.values import spelled_value
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


def check_expect(run: "Elaborator", node: tree.Expect, frame: Frame, builder: GraphBuilder) -> None:
    """`expect [64, _, 56]`: the shape of the value at hand; `_` stands for any size."""
    promised = _promised(run, node.shape, frame)
    shapes = builder.current_shapes()
    if shapes is None or builder.current is None:
        return
    if len(shapes) != 1:
        message = f"`expect` speaks of one value, here are {len(shapes)}"
        raise run.report.error(rules.PORTS, message, node.span)
    sizes = tuple(plain(size) for size in shapes[0].sizes)
    if len(sizes) == len(promised) and all(p is None or p == s for p, s in zip(promised, sizes, strict=True)):
        return
    value = builder.current[0]
    layer = builder.layers[value]
    notes: tuple[str, ...] = ()
    if layer is not None and layer.windows:
        spatial = layer.inputs[0].spatial
        formulas = (window.formula(size) for window, size in zip(layer.windows, spatial, strict=False))
        notes = tuple(dict.fromkeys(formulas))
    said = " × ".join("_" if one is None else str(one) for one in promised)
    labels = (Label(node.shape.span, "the promise"), Label(builder.makers[value], f"this is {shapes[0]}"))
    poison = run.report.add(rules.EXPECT, f"the shape is {shapes[0]}, not {said}", labels, notes)
    if run.drafting is not None:
        run.drafting.failed("expect", node.span, builder, poison)


def _promised(run: "Elaborator", node: tree.Expression, frame: Frame) -> tuple[int | None, ...]:
    if not isinstance(node, tree.List):
        return tuple(plain(run.evaluate.integer_value(v, node)) for v in run.evaluate.items(node, frame))
    made: list[int | None] = []
    for item in node.items:
        if isinstance(item, tree.Name) and item.id == "_":
            made.append(None)
        else:
            made.append(plain(run.evaluate.integer(item, frame, 0, "the size")))
    return tuple(made)


def check_assert(run: "Elaborator", node: tree.Assert, frame: Frame, module: Module) -> None:
    """`assert params < 5M, "mobile budget"`, of the module that it stands in."""
    from archspec.analysis.totals import NAMES, total_of
    from archspec.elaborate.report import Poison

    mentioned = dict.fromkeys(names_in(node.condition))
    inner = frame.inner()
    values = {name: total_of(module, name) for name in mentioned if name in NAMES and frame.local(name) is MISSING}
    inner.names.update(values)
    run.evaluate.offered = tuple(sorted(NAMES))
    try:
        if run.evaluate.condition(node.condition, inner):
            return
    except Poison:
        return
    finally:
        run.evaluate.offered = ()
    notes: tuple[str, ...] = tuple(f"{name} = {_grouped(value)}" for name, value in values.items())
    if isinstance(node.condition, tree.Compare) and len(node.condition.operands) == 2:
        left, right = node.condition.operands
        try:
            pair = [spelled_value(run.evaluate.value(one, inner)) for one in (left, right)]
            if not values:
                sides = zip((left, right), pair, strict=True)
                told = [f"{one.span.text} = {value}" for one, value in sides if not isinstance(one, tree.Constant)]
                notes = (", ".join(told),) if told else ()
        except Poison:
            pass
    message = node.message or f"`{node.condition.span.text}` does not hold"
    run.report.add(rules.ASSERT, f"broken promise: {message}", (Label(node.condition.span, ""),), notes)


def _grouped(value: Any) -> str:
    return f"{plain(value):,}" if isinstance(value, int | float) else str(value)
