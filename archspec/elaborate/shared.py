"""Shared layers: one set of weights, used at several places of a module."""

from typing import TYPE_CHECKING, Any

from archspec.core.diagnostic import Label
from archspec.design import Instance, Module
from archspec.elaborate import operators, rules
from archspec.elaborate.graph import GraphBuilder
from archspec.elaborate.values import NO_ARGUMENTS, OperatorMaker, SharedLayer
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


def use_shared(run: "Elaborator", shared: SharedLayer, node: tree.Call, builder: GraphBuilder) -> tuple[str, ...]:
    """A shared layer as a step; returns the names of its outputs where it has several. Raises `Poison`."""
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
        operators.apply_operator(
            run, shared.maker, NO_ARGUMENTS, builder, node.span, node.name.span, reused=reused, shared_name=shared.name
        )
    else:
        names = run.instance(shared.maker, NO_ARGUMENTS, label, builder, node.span, shared=True, reused=reused)
    if len(builder.nodes) == before:
        return names
    used: Any = builder.nodes[-1]
    weights = _weights_of(used)
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


def _weights_of(node: Any) -> dict[str, tuple[int, ...]]:
    """The weights of a layer or instance, by their names in it."""
    if isinstance(node, Instance):
        return _module_weights(node.module)
    return {key: tuple(int(size) for size in shape) for key, shape in node.layer.weights.items()}


def _module_weights(module: Module) -> dict[str, tuple[int, ...]]:
    from archspec.design import nodes

    found: dict[str, tuple[int, ...]] = {}
    for node in nodes(module.graph):
        for key, shape in _weights_of(node).items():
            found[f"{node.name}.{key}"] = shape
    return found
