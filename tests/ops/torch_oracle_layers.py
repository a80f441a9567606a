"""What torch says of layers with weights that are no convolution."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from archspec.core.shape import Shape


class ByMoving(nn.Module):
    """A module that works on the last axis, applied to the first."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        moved = x.permute(0, *range(2, x.dim()), 1)
        made: torch.Tensor = self.module(moved)
        return made.permute(0, x.dim() - 1, *range(1, x.dim() - 1))


class First(nn.Module):
    """The first result of a module that has several."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        made: torch.Tensor = self.module(x)[0]
        return made


class Value(nn.Module):
    """A learned tensor for a batch of two."""

    def __init__(self, shape: tuple[int, ...], batch: bool) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.zeros(1, *shape) if batch else torch.zeros(shape))
        self.shape = shape

    def forward(self) -> torch.Tensor:
        return self.value.reshape(1, *self.shape).repeat(2, *[1] * len(self.shape))


class Unshared(nn.Module):
    """A convolution that takes another kernel at every position."""

    def __init__(self, op: Any, x: Shape, like: tuple[int, ...]) -> None:
        super().__init__()
        axes = len(x) - 1
        self.kernel, self.stride = (_each(one, axes) for one in (op.kernel, op.stride))
        self.pads = self._pads(op, x, axes)
        self.sizes = like[1:]
        self.weight = nn.Parameter(torch.zeros(*self.sizes, op.out, x[0], *self.kernel))
        self.bias = nn.Parameter(torch.zeros(op.out, *self.sizes)) if op.bias else None

    def _pads(self, op: Any, x: Shape, axes: int) -> list[int]:
        pads = []
        for size, kernel, step, one in zip(x.sizes[1:], self.kernel, self.stride, _each(op.padding, axes), strict=True):
            if one == "same":
                total = 0
                while (size + total - kernel) // step + 1 < -(-size // step):
                    total += 1
                one = (total // 2, total - total // 2)
            before, after = one if isinstance(one, tuple) else (0, 0) if one == "valid" else (one, one)
            pads = [before, after, *pads]
        return pads

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.pad(x, self.pads)
        y = x.new_zeros(len(x), *self.weight.shape[len(self.sizes) :][:1], *self.sizes)
        for at in torch.cartesian_prod(*map(torch.arange, self.sizes)).reshape(-1, len(self.sizes)).tolist():
            window = tuple(
                slice(step * one, step * one + kernel)
                for one, step, kernel in zip(at, self.stride, self.kernel, strict=True)
            )
            weight = self.weight[tuple(at)]
            seen = x[(slice(None), slice(None), *window)]
            y[(slice(None), slice(None), *at)] = seen.flatten(1) @ weight.flatten(1).T
        return y if self.bias is None else y + self.bias


def _each(value: Any, axes: int) -> tuple[Any, ...]:
    if isinstance(value, tuple) and len(value) != axes:
        raise ValueError("one for each axis")
    return value if isinstance(value, tuple) else (value,) * axes


def _unshared(op: Any, x: Shape) -> nn.Module:
    kind = getattr(nn, f"Conv{len(x) - 1}d")
    pads = [one if isinstance(one, tuple) else (one, one) for one in _each(op.padding, len(x) - 1)]
    same = op.padding in ("same", "valid")
    stride = 1 if op.padding == "same" else op.stride
    conv = kind(x[0], op.out, op.kernel, stride, op.padding if same else 0)
    probe = torch.zeros(1, *x) if same else F.pad(torch.zeros(1, *x), [s for p in reversed(pads) for s in p])
    sizes = list(conv(probe).shape[1:])  # torch says whether a window fits
    if op.padding == "same":
        sizes[1:] = [-(-size // step) for size, step in zip(x.sizes[1:], _each(op.stride, len(x) - 1), strict=True)]
    return Unshared(op, x, tuple(sizes))


def _instancenorm(op: Any, x: Shape) -> nn.Module:
    if not 2 <= len(x) <= 4:
        raise ValueError("torch has no such module")
    kind = [nn.InstanceNorm1d, nn.InstanceNorm2d, nn.InstanceNorm3d][len(x) - 2]
    return kind(x[0], op.eps, op.momentum, op.affine, op.track_running_stats)


def _last(op: Any, x: Shape) -> tuple[int, ...]:
    """The last axes, of which the first may be the batch."""
    if op.axes > len(x) + 1:
        raise ValueError("there are not as many")
    return (2, *x)[-op.axes :]


def _layernorm(op: Any, x: Shape) -> nn.Module:
    options = {"eps": op.eps, "elementwise_affine": op.elementwise_affine, "bias": op.bias}
    if op.axis is None:
        return nn.LayerNorm(_last(op, x), **options)
    if op.axes != 1:
        raise ValueError("one or the other")
    if op.axis in (0, -len(x)) and len(x) > 1:
        return ByMoving(nn.LayerNorm(x[0], **options))
    if op.axis not in (-1, len(x) - 1):
        raise ValueError("torch normalises last axes")
    return nn.LayerNorm(x[-1], **options)


def _recurrent(kind: type[nn.RNNBase]) -> Callable[[Any, Shape], nn.Module]:
    def made(op: Any, x: Shape) -> nn.Module:
        module = kind(
            x[-1], op.out, op.layers, op.bias, batch_first=True, dropout=op.dropout, bidirectional=op.bidirectional
        )
        return First(module)

    return made


LAYERS: dict[str, Callable[..., nn.Module]] = {
    "embedding": lambda op, x: nn.Embedding(op.entries, op.out),
    "groupnorm": lambda op, x: nn.GroupNorm(op.groups, x[0], op.eps, op.affine),
    "gru": _recurrent(nn.GRU),
    "instancenorm": _instancenorm,
    "layernorm": _layernorm,
    "locally_connected": _unshared,
    "lstm": _recurrent(nn.LSTM),
    "parameter": lambda op: Value(op.shape, op.batch),
    "rmsnorm": lambda op, x: nn.RMSNorm(_last(op, x), op.eps, op.elementwise_affine),
}
