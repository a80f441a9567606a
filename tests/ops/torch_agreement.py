"""Whether a layer and torch say the same of a case: taken or refused, shapes, tensors, work, numbers, fields."""

from typing import Any

import torch
from operator_strategies import Case
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torch_building import built, initialise
from torch_oracle import reference

from archspec.core.layer import Layer
from archspec.ops import DoesNotFit

BATCH = 2
REFUSALS = (RuntimeError, ValueError, IndexError, ZeroDivisionError, AssertionError, TypeError, NotImplementedError)


# what these read shows in the gradient; of a maximum only the winner would
LINEAR = {
    "conv", "depthwise", "conv_transpose", "avgpool", "adaptive_avgpool", "global_avgpool", "upsample",
}  # fmt: skip


def compare(case: Case) -> Layer | None:
    """The layer, or none where both refuse. Raises `AssertionError` where archspec and torch disagree."""
    torch.manual_seed(0)  # the same case again fails again
    tensors = [torch.randn(BATCH, *x) for x in case.inputs]
    try:
        layer = case.op.layer(*case.inputs)
    except DoesNotFit as refusal:
        check_refusal(case, tensors, refusal)
        return None
    module = built(layer.call).eval()
    initialise(module, layer)
    oracle = reference(case.op, case.inputs).eval()
    check_tensors(layer, module)
    copy_weights(module, oracle)
    with torch.no_grad():
        outputs = parts(module(*tensors))
        expected = parts(oracle(*tensors))
    assert [tuple(one.shape[1:]) for one in outputs] == [tuple(x) for x in layer.outputs], "output shapes"
    assert len(outputs) == len(expected)
    for ours, theirs in zip(outputs, expected, strict=True):
        assert ours.shape == theirs.shape
        assert torch.allclose(ours, theirs, rtol=1e-4, atol=1e-5, equal_nan=True), "numbers"
    if layer.products or layer.weights:
        check_macs(layer, module, tensors)
    if case.op.name in LINEAR and getattr(case.op, "padding_mode", "zeros") == "zeros":
        check_windows(layer, module, tensors[0])
    return layer


def check_refusal(case: Case, tensors: list[torch.Tensor], refusal: DoesNotFit) -> None:
    """Torch refuses too, or it is one of the mistakes that torch takes in silence."""
    assert refusal.at == "" or refusal.at in case.op.parameters
    assert refusal.at or refusal.inputs or case.op.name == "upsample", "nothing is to blame"
    try:
        with torch.no_grad():
            outputs = parts(reference(case.op, case.inputs).eval()(*tensors))
    except REFUSALS:
        return
    assert stricter(case, refusal, outputs), f"torch takes {case}: {refusal.message}"


def stricter(case: Case, refusal: DoesNotFit, outputs: tuple[torch.Tensor, ...]) -> bool:
    """What archspec refuses and torch does not, all of it."""
    match refusal.rule:
        case "AS401":  # values of unequal rank, aligned at their last axes
            return len({x.rank for x in case.inputs}) > 1
        case "AS405":  # a linear layer over the width of a map
            return True
        case "AS406":  # an axis so far from the end that it is the batch
            return bool(refusal.at) and getattr(case.op, refusal.at) == -1 - case.inputs[0].rank
        case "AS403":  # an output without elements
            return any(one.numel() == 0 for one in outputs)
    # torch would find out when the weights start
    return refusal.at in ("init", "bias_init")


def check_tensors(layer: Layer, module: nn.Module) -> None:
    """Names, order and shapes of what the `state_dict` holds."""
    held = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    told = {name: tuple(map(int, shape)) for name, shape in {**layer.weights, **layer.buffers}.items()}
    assert list(told.items()) == list(held.items()), "state_dict"
    assert list(layer.weights) == [name for name, _ in module.named_parameters()], "learned or not"


def copy_weights(module: nn.Module, oracle: nn.Module) -> None:
    """Random statistics too, so that an evaluation shows them."""
    with torch.no_grad():
        for name, tensor in module.state_dict().items():
            if tensor.is_floating_point():
                (tensor.uniform_(0.5, 2.0) if "running" in name else tensor.normal_())
        oracle.load_state_dict(dict(zip(oracle.state_dict(), module.state_dict().values(), strict=True)))


def check_macs(layer: Layer, module: nn.Module, tensors: list[torch.Tensor]) -> None:
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        module(*tensors)
    assert 2 * BATCH * layer.macs == counter.get_total_flops(), "multiply-accumulates"


def check_windows(layer: Layer, module: nn.Module, tensor: torch.Tensor) -> None:
    """The pixels that an output reads are those in which it has a gradient, along each axis.

    Taps that lie in the padding have none: there the field reaches beyond the border.
    """
    positions = [int(torch.randint(0, size, ())) for size in layer.output.spatial]
    tensor = tensor.requires_grad_()
    output = module(tensor)
    output[(0, slice(None), *positions)].sum().backward()
    assert tensor.grad is not None
    gradient = tensor.grad[0].abs()
    if not gradient.any():
        return
    seen = gradient > 1e-5 * gradient.max()
    for axis, (window, size, position) in enumerate(
        zip(layer.windows, layer.inputs[0].spatial, positions, strict=True)
    ):
        others = [other for other in range(seen.dim()) if other != axis + 1]
        read = [at for at, any_read in enumerate(seen.sum(others).tolist()) if any_read]
        field = window.field(size)
        low, high = field.interval(position) if field is not None else (0, size - 1)
        assert low <= read[0] <= read[-1] <= high, "reads outside its field"
        assert low < 0 or read[0] == low, "field starts too early"
        assert high >= size or read[-1] == high, "field ends too late"


def parts(made: Any) -> tuple[torch.Tensor, ...]:
    return tuple(made) if isinstance(made, tuple | list) else (made,)
