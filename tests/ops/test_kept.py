"""What operators say they keep for the backward pass, against what torch's graph holds."""

from collections import Counter

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from operator_strategies import Case, cases
from saved import Saved, saved_by
from torch_building import built

from archspec.core.kept import BOOL, WIDTHS, Kept
from archspec.core.layer import Layer
from archspec.core.shape import Shape
from archspec.ops import OPERATORS, DoesNotFit, Operator

BATCH = 3
EXAMPLES = 16
FLOOR = 1
# Kernels of the CPU keep other things than those of CUDA, of which the operators speak. Here is what they keep.
MOVED = {"attention", "window_attention", "relative_attention"}  # move axes about, and copy unless an axis is of size 1
RESERVED = {"lstm", "gru"}  # as much as the library reserves: an approximation, for which torch has no figure

pytestmark = [
    pytest.mark.filterwarnings("ignore:Using padding='same'"),
    pytest.mark.filterwarnings("ignore:dropout option adds dropout"),
]


def on_cpu(case: Case, layer: Layer, kept: Kept) -> int:
    """The bytes of an operator's own memory, as the CPU has it."""
    total = 0
    for one in kept.own:
        width = WIDTHS.get(one.of, 4)
        if one.of == BOOL:  # on CUDA a kernel draws the mask itself; here it is made of numbers
            width = 4
        total += width * (BATCH * one.each + one.shared)
    more = 0
    if case.op.name == "logsigmoid":  # keeps exp(-|x|) too
        more = layer.output.elements
    if case.op.name == "rmsnorm" and layer.weights:  # has no kernel of its own: keeps the value before the scale too
        more = layer.output.elements
    return total + 4 * BATCH * more


def told(case: Case, layer: Layer, inputs: list[torch.Tensor], outputs_are_inputs: bool) -> Saved:
    kept = case.op.kept(layer)
    positions = range(len(inputs)) if kept.inputs is None else kept.inputs
    if kept.same or outputs_are_inputs:
        return Saved(frozenset(positions), frozenset(positions), {})
    outputs = range(len(layer.outputs)) if kept.outputs else ()
    return Saved(frozenset(positions), frozenset(outputs), {"all": on_cpu(case, layer, kept)})


def compare(case: Case) -> Layer | None:
    """The layer, or none where it does not fit."""
    if case.op.name == "attention" and case.op.dropout:  # type: ignore[attr-defined]  # CPU has no kernel that drops
        case = case._replace(op=type(case.op)(case.op.heads, bias=case.op.bias))  # type: ignore[attr-defined]
    try:
        layer = case.op.layer(*case.inputs)
    except DoesNotFit:
        return None
    if case.op.name in MOVED and any(size == 1 for x in case.inputs for size in x):
        return None
    torch.manual_seed(0)
    if case.op.name == "embedding":
        tensors = [torch.randint(case.op.entries, (BATCH, *x)) for x in case.inputs]  # type: ignore[attr-defined]
    else:  # no leaves: those would be kept as what gradients add up in
        tensors = [torch.rand(BATCH, *x).requires_grad_() * 1 for x in case.inputs]
    module = built(layer.call).train()
    saved = saved_by(module, tensors)
    expected = told(case, layer, tensors, layer.view)
    assert saved.inputs == expected.inputs, "inputs"
    assert saved.bytes == expected.bytes, f"own memory {saved.own}, {case.op.kept(layer)}"
    if not (layer.view or case.op.kept(layer).same):
        assert saved.outputs == expected.outputs, "outputs"
    return layer


@pytest.mark.parametrize("name", sorted(set(OPERATORS) - RESERVED))
def test_keeps_what_torch_keeps(name: str) -> None:
    counts: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(OPERATORS[name]))
    def agree(case: Case) -> None:
        layer = compare(case)
        if layer is not None:
            counts[name] += 1

    agree()
    assert counts[name] >= FLOOR


@pytest.mark.parametrize("name", sorted(RESERVED))
def test_recurrent_operators_keep_about_their_gates(name: str) -> None:
    """Within what cuDNN and the CPU's library differ by: more than the states, less than ten times the gates."""
    op = OPERATORS[name](64)
    layer = op.layer(Shape((20, 32), "tf"))
    own = sum(one.each for one in op.kept(layer).own)
    gates = 4 if name == "lstm" else 3
    assert gates * layer.output.elements <= own <= 10 * gates * layer.output.elements


def test_what_is_not_declared_counts_as_all_there_is() -> None:
    class Unknown(Operator):
        def layer(self, x: Shape) -> Layer:
            raise NotImplementedError

    layer = OPERATORS["relu"]().layer(Shape((4,)))
    assert Unknown().kept(layer) == Kept(inputs=None, outputs=True)
