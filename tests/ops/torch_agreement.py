"""Whether a layer and torch say the same of a case: taken or refused, shapes, tensors, work, numbers, fields."""

from typing import Any

import torch
from operator_strategies import Case
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torch_building import built, initialise
from torch_oracle import reference

from archspec.core.geometry import Sliding
from archspec.core.layer import Layer
from archspec.core.shape import Shape
from archspec.ops import DoesNotFit

BATCH = 2
REFUSALS = (RuntimeError, ValueError, IndexError, ZeroDivisionError, AssertionError, TypeError, NotImplementedError)


# what these read shows in the gradient; of a maximum only the winner would
LINEAR = {
    "conv", "depthwise", "conv_transpose", "avgpool", "adaptive_avgpool", "global_avgpool", "upsample", "pad", "slice",
    "roll", "rearrange", "pixel_shuffle", "pixel_unshuffle", "locally_connected", "window_attention", "select", "mean",
    "sum", "permute", "reshape", "unflatten", "channel_shuffle", "linear", "scale", "chunk", "split",
}  # fmt: skip
UNCOUNTED = {"attention", "lstm", "gru"}  # on the CPU torch runs them as one function, whose work it does not count
ATTENTIVE = {"attention", "window_attention", "relative_attention"}


def compare(case: Case) -> Layer | None:
    """The layer, or none where both refuse. Raises `AssertionError` where archspec and torch disagree."""
    torch.manual_seed(0)  # the same case again fails again
    tensors = [torch.randn(BATCH, *x) for x in case.inputs]
    if case.op.name == "embedding":
        tensors = [torch.randint(case.op.entries, (BATCH, *x)) for x in case.inputs]  # type: ignore[attr-defined]
    try:
        layer = case.op.layer(*case.inputs)
    except DoesNotFit as refusal:
        check_refusal(case, tensors, refusal)
        return None
    module = built(layer.call).eval()
    initialise(module, layer)
    oracle = reference(case.op, case.inputs).eval()
    check_tensors(layer, module)
    copy_weights(module, oracle, 0.2 if case.op.name in ATTENTIVE else 1.0)  # so that no head sees one position alone
    with torch.no_grad():
        outputs = parts(module(*tensors))
        expected = parts(oracle(*tensors))
    assert [tuple(one.shape[1:]) for one in outputs] == [tuple(x) for x in layer.outputs], "output shapes"
    assert len(outputs) == len(expected)
    for ours, theirs in zip(outputs, expected, strict=True):
        assert ours.shape == theirs.shape
        assert torch.allclose(ours, theirs, rtol=1e-4, atol=1e-5, equal_nan=True), "numbers"
    mode = getattr(case.op, "padding_mode", "zeros"), getattr(case.op, "mode", "constant")
    if case.op.name in LINEAR and not layer.mixes and not {"reflect", "replicate", "circular"} & set(mode):
        check_windows(case, layer, module, tensors[0])
    if tensors and (layer.products or layer.weights):
        if case.op.name in UNCOUNTED:
            module, tensors = module.to("meta"), [one.to("meta") for one in tensors]
        # what makes the biases of windows works once for a whole batch
        check_macs(layer, module, [one[:1] for one in tensors] if case.op.name == "window_attention" else tensors)
    return layer


def check_refusal(case: Case, tensors: list[torch.Tensor], refusal: DoesNotFit) -> None:
    """Torch refuses too, or it is one of the mistakes that torch takes in silence."""
    assert refusal.at == "" or refusal.at in case.op.parameters or refusal.at in dict(getattr(case.op, "given", ()))
    assert refusal.at or refusal.inputs or case.op.name == "upsample", "nothing is to blame"
    try:
        with torch.no_grad():
            outputs = parts(reference(case.op, case.inputs).eval()(*tensors))
            if case.op.name == "instancenorm":  # with running averages it fails in training only
                reference(case.op, case.inputs)(*tensors)
    except REFUSALS:
        return
    assert stricter(case, refusal, outputs), f"torch takes {case}: {refusal.message}"


def stricter(case: Case, refusal: DoesNotFit, outputs: tuple[torch.Tensor, ...]) -> bool:
    """What archspec refuses and torch does not, all of it."""
    op, x = case.op, (case.inputs or (Shape(()),))[0]
    value = getattr(op, refusal.at, None) if refusal.at else None
    match op.name, refusal.rule, refusal.at:
        case _, "AS401", _:  # values of unequal rank, aligned at their last axes
            return len({one.rank for one in case.inputs}) > 1
        case _, "AS405", _:  # a linear layer over the width of a map, or a normalisation along it
            return x.roles[-1] == "s"
        case "roll", "AS406", "axes":  # twice along one axis
            axes = [axis % x.rank for axis in op.axes]  # type: ignore[attr-defined]
            return len(set(axes)) < len(axes) or -1 - x.rank in op.axes  # type: ignore[attr-defined]
        case "layernorm" | "rmsnorm", "AS406", "axes":  # the batch normalised too
            return value == x.rank + 1
        case "layernorm", "AS406", "axis":  # an axis in the middle, or the batch
            return value not in (0, -1, x.rank - 1, -x.rank)
        case "stack", "AS406", "axis":  # before the batch
            return value == -2 - x.rank
        case "pixel_shuffle" | "pixel_unshuffle", "AS406", _:  # slices of a volume, as if they were further images
            return x.rank != 3
        case "pad", _, "mode":  # cropping in a mode that has no pixels to add
            return True
        case "pad", "AS403", _:  # zeros in place of a map that was cropped away
            return True
        case "attention" | "lstm" | "gru" | "relative_attention", "AS406", _:  # a map taken for tokens
            return any(one.roles[-1] == "s" or one.rank == 1 for one in case.inputs)
        case "window_attention", "AS406", "":
            return x.roles != "ssc"
        case "relative_attention", _, "size":  # a bias for one position, for all of them
            return value == 1
        case "lstm" | "gru", _, "dropout":  # torch warns
            return True
        case "window_attention", _, "shift":  # beyond the next window
            return True
        case "window_attention", _, "window":  # no distances: torch divides by zero
            return op.version == 2  # type: ignore[attr-defined]
        case _, "AS406", _:  # an axis so far from the end that it is the batch
            return -1 - x.rank in (value if isinstance(value, tuple) else (value,))
        case _, "AS403", _:  # an output without elements
            return any(one.numel() == 0 for one in outputs)
    # torch would find out when the weights start
    return refusal.at in ("init", "bias_init")


def check_tensors(layer: Layer, module: nn.Module) -> None:
    """Names, order and shapes of what the `state_dict` holds."""
    held = {name: tuple(tensor.shape) for name, tensor in module.state_dict().items()}
    told = {name: tuple(map(int, shape)) for name, shape in {**layer.weights, **layer.buffers}.items()}
    assert told == held, "state_dict"
    assert list(layer.weights) == [name for name, _ in module.named_parameters()], "learned or not"
    assert list(layer.buffers) == [name for name, _ in module.named_buffers()], "order"


def copy_weights(module: nn.Module, oracle: nn.Module, spread: float) -> None:
    """Random statistics too, so that an evaluation shows them."""
    with torch.no_grad():
        learned = dict(module.named_parameters())
        for name, tensor in module.state_dict().items():
            if name in learned:
                tensor.normal_().mul_(spread)
            elif "running" in name:
                tensor.uniform_(0.5, 2.0)
        oracle.load_state_dict(dict(zip(oracle.state_dict(), module.state_dict().values(), strict=True)))


def check_macs(layer: Layer, module: nn.Module, tensors: list[torch.Tensor]) -> None:
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        module(*tensors)
    batch = len(tensors[0]) if tensors else 1
    assert 2 * batch * layer.macs == counter.get_total_flops(), "multiply-accumulates"


def check_windows(case: Case, layer: Layer, module: nn.Module, tensor: torch.Tensor) -> None:
    """The pixels that an output reads are those in which it has a gradient, along each axis.

    Taps that lie in the padding have none: there the field reaches beyond the border. Where there are no windows,
    positions see themselves.
    """
    x = layer.inputs[0]
    left = left_over(case)
    if len(left) != len(layer.output.spatial):
        return  # pixels became tokens
    positions = dict(zip(left, (int(torch.randint(0, size, ())) for size in layer.output.spatial), strict=True))
    tensor = tensor.requires_grad_()
    output = parts(module(tensor))[0]
    where: list[Any] = [slice(None)] * layer.output.rank
    for axis, position in zip(layer.output.spatial_axes, positions.values(), strict=True):
        where[axis] = position
    output[(0, *where)].sum().backward()
    assert tensor.grad is not None
    gradient = tensor.grad[0].abs()
    if not gradient.any():
        return
    seen = gradient > 1e-5 * gradient.max()
    windows = layer.windows or (Sliding(1),) * len(x.spatial)
    for axis, window, size in zip(x.spatial_axes, windows, x.spatial, strict=True):
        position = positions.get(axis, 0)
        others = [other for other in range(seen.dim()) if other != axis]
        read = [at for at, any_read in enumerate(seen.sum(others).tolist()) if any_read]
        field = window.field(size)
        low, high = field.interval(position) if field is not None else (0, size - 1)
        assert low <= read[0] <= read[-1] <= high, "reads outside its field"
        assert low < 0 or read[0] == low, "field starts too early"
        assert high >= size or read[-1] == high, "field ends too late"


def left_over(case: Case) -> list[int]:
    """The spatial axes of the input that the output still has."""
    x, op = case.inputs[0], case.op
    gone: set[int] = set()
    if case.op.name == "select":
        gone = {op.axis % x.rank}  # type: ignore[attr-defined]
    elif case.op.name in ("mean", "sum") and not op.keepdim:  # type: ignore[attr-defined]
        gone = {axis % x.rank for axis in op.axes}  # type: ignore[attr-defined]
    return [axis for axis in x.spatial_axes if axis not in gone]


def parts(made: Any) -> tuple[torch.Tensor, ...]:
    return tuple(made) if isinstance(made, tuple | list) else (made,)
