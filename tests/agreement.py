"""What a design promises about its module, held against the module itself: torch is the oracle."""

from collections import Counter
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import archspec
from archspec.analysis import flat

BATCH = 2


def entries(design: archspec.Design) -> dict[str, tuple[int, ...]]:
    """The `state_dict` a design promises: keys and shapes."""
    found: dict[str, tuple[int, ...]] = {}
    for row in flat.rows(design.module):
        for key, shape in {**row.layer.weights, **row.layer.buffers}.items():
            found[row.layer.key(row.path, key)] = tuple(int(size) for size in shape)
    return found


def inputs(design: archspec.Design, device: str) -> list[torch.Tensor]:
    return [torch.rand(BATCH, *(int(size) for size in shape), device=device) for shape in design.inputs.values()]


def outputs(design: archspec.Design, made: Any, mode: str = "eval") -> dict[str, torch.Tensor]:
    """What a forward pass returned, by the names of the outputs."""
    if isinstance(made, dict):
        return made
    names = [p.name for p in design.module.graph.outputs if p.phase in ("always", mode)]
    return {names[0]: made}


def agree(design: archspec.Design, model: nn.Module) -> None:
    """Keys, shapes of weights and of every layer, totals, MACs and outputs: all as the design says."""
    state = {key: tuple(tensor.shape) for key, tensor in model.state_dict().items()}
    assert entries(design) == state
    assert design.parameters == sum(tensor.numel() for tensor in model.parameters())
    assert design.buffers == sum(tensor.numel() for tensor in model.buffers())

    model = model.to("meta").eval()
    seen: dict[str, list[Any]] = {}
    hooks = [
        module.register_forward_hook(lambda _m, _i, out, name=name: seen.setdefault(name, []).append(out))
        for name, module in model.named_modules()
    ]
    with FlopCounterMode(display=False) as counter:
        made = model(*inputs(design, "meta"))
    for hook in hooks:
        hook.remove()
    if counter.get_total_flops() != 2 * BATCH * design.macs:  # some work may be done once for a whole batch
        with FlopCounterMode(display=False) as counter:
            model(*(one[:1] for one in inputs(design, "meta")))
        assert counter.get_total_flops() == 2 * design.macs

    uses = Counter(row.path for row in flat.rows(design.module) if row.is_module and row.runs)
    made_modules = dict(model.named_modules())
    for row in flat.rows(design.module):
        if not row.is_module:
            continue
        assert row.path in made_modules
        if row.runs:
            assert len(seen[row.path]) == uses[row.path]
            shapes = {tuple(out.shape[1:]) for out in seen[row.path]}
            assert tuple(int(size) for size in row.layer.output) in shapes
    found = {name: tuple(out.shape[1:]) for name, out in outputs(design, made).items()}
    assert found == {name: tuple(int(size) for size in shape) for name, shape in design.outputs.items()}


def runs(design: archspec.Design, model: nn.Module) -> None:
    """Forward and backward on random numbers, in training mode: every parameter that runs gets a gradient."""
    model.train()
    given = [tensor.requires_grad_() for tensor in inputs(design, "cpu")]
    made = outputs(design, model(*given), "train")
    sum((out.float() ** 2).mean() for out in made.values()).backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert torch.isfinite(parameter.grad).all(), name
