"""What torch says: each operator written once more, from its manual page, without a look at the layer it makes.

`reference(op, inputs)` is a torch module; where torch refuses the arguments, making or applying it raises.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F
from torch_oracle_attention import ATTENTION
from torch_oracle_axes import AXES
from torch_oracle_layers import LAYERS

from archspec.core.shape import Shape
from archspec.ops import Operator


class Apply(nn.Module):
    """A function as a module."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, *inputs: torch.Tensor) -> Any:
        return self.function(*inputs)


def reference(op: Operator, inputs: tuple[Shape, ...]) -> nn.Module:
    if op.name in _MODULES:
        return _MODULES[op.name](op, inputs[0])
    if op.name in LAYERS:
        return LAYERS[op.name](op, *inputs)
    if op.name in ATTENTION:
        return ATTENTION[op.name](op, *inputs)
    return Apply((AXES[op.name] if op.name in AXES else _FUNCTIONS[op.name])(op))


def _by_rank(kind: str, x: Shape) -> Any:
    return getattr(nn, f"{kind}{len(x) - 1}d")


def _tuple(value: Any, axes: int) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,) * axes


def _single(value: Any) -> Any:
    """`nn.LPPool1d` takes no list of one."""
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _pads(op: Any, x: Shape, stride: Any, dilation: Any) -> list[tuple[int, int]]:
    """(before, after) for each axis; "same" from its definition: the smallest padding that gives ⌈size / stride⌉."""
    axes = len(x) - 1
    if op.padding != "same":
        padding = 0 if op.padding == "valid" else op.padding
        return [one if isinstance(one, tuple) else (one, one) for one in _tuple(padding, axes)]
    pads = []
    windows = zip(x.sizes[1:], *(_tuple(one, axes) for one in (op.kernel, stride, dilation)), strict=True)
    for size, kernel, step, gap in windows:
        total = 0
        while (size + total - gap * (kernel - 1) - 1) // step + 1 < -(-size // step):
            total += 1
        pads.append((total // 2, total - total // 2))
    return pads


class PadFirst(nn.Module):
    """Torch's module behind an explicit padding."""

    def __init__(
        self, module: nn.Module, pads: list[tuple[int, int]], mode: str, fill: float, mean: bool = False
    ) -> None:
        super().__init__()
        self.module = module
        self.pads = [side for pair in reversed(pads) for side in pair]
        self.mode, self.fill, self.mean = mode, fill, mean

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.mode != "constant":
            made: torch.Tensor = self.module(F.pad(x, self.pads, mode=self.mode))
            return made
        y: torch.Tensor = self.module(F.pad(x, self.pads, value=self.fill))
        return y / self.module(F.pad(torch.ones_like(x), self.pads)) if self.mean else y


def _unequal(pads: list[tuple[int, int]]) -> bool:
    return any(before != after for before, after in pads)


def _conv(op: Any, x: Shape, out: int, groups: int) -> nn.Module:
    pads = _pads(op, x, op.stride, op.dilation)
    same = tuple(before for before, _ in pads)
    uneven = op.padding == "same" or _unequal(pads)
    module = _by_rank("Conv", x)(
        x[0], out, op.kernel, op.stride, 0 if uneven else same, op.dilation, groups, op.bias,
        "zeros" if uneven else op.padding_mode,
    )  # fmt: skip
    if uneven:
        return PadFirst(module, pads, "constant" if op.padding_mode == "zeros" else op.padding_mode, 0.0)
    return module


def _conv_transpose(op: Any, x: Shape) -> nn.Module:
    kind: type[nn.Module] = _by_rank("ConvTranspose", x)
    return kind(x[0], op.out, op.kernel, op.stride, op.padding, op.output_padding, op.groups, op.bias, op.dilation)


def _pool(op: Any, x: Shape, kind: str) -> nn.Module:
    dilation = getattr(op, "dilation", 1)
    pads = _pads(op, x, op.kernel if op.stride is None else op.stride, dilation)
    uneven = op.padding == "same" or _unequal(pads)
    if uneven and op.padding != "same" and op.ceil_mode:
        raise ValueError("torch's rule for ceil_mode knows one padding for both sides")
    for kernel, pair in zip(_tuple(op.kernel, len(pads)), pads, strict=True):
        if uneven and op.padding != "same" and 2 * max(pair) > kernel:
            raise ValueError("pad should be at most half of the kernel")
    padding = 0 if uneven else tuple(before for before, _ in pads)
    ceil = op.ceil_mode and op.padding != "same"
    if kind == "MaxPool":
        module = _by_rank(kind, x)(op.kernel, op.stride, padding, dilation, False, ceil)
        return PadFirst(module, pads, "constant", float("-inf")) if uneven else module
    module = _by_rank(kind, x)(op.kernel, op.stride, padding, ceil, op.count_include_pad)
    return PadFirst(module, pads, "constant", 0.0, mean=not op.count_include_pad) if uneven else module


def _upsample(op: Any, x: Shape) -> nn.Module:
    if op.size is None and op.scale is None:
        raise ValueError("torch notices when the module is applied")
    align = op.align_corners or None
    return nn.Upsample(op.size, op.scale, op.mode, align)


def _prelu(op: Any, x: Shape) -> nn.Module:
    return nn.PReLU(x[0] if op.per_channel else 1, op.init)


def _batchnorm(op: Any, x: Shape) -> nn.Module:
    kind = [nn.BatchNorm1d, nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d][len(x) - 1]
    return kind(x[0], op.eps, op.momentum, op.affine, op.track_running_stats)


def _dim(axis: int) -> int:
    return axis if axis < 0 else axis + 1


_MODULES: dict[str, Callable[[Any, Shape], nn.Module]] = {
    "conv": lambda op, x: _conv(op, x, op.out, op.groups),
    "depthwise": lambda op, x: _conv(op, x, x[0] * op.multiplier, x[0]),
    "conv_transpose": _conv_transpose,
    "maxpool": lambda op, x: _pool(op, x, "MaxPool"),
    "avgpool": lambda op, x: _pool(op, x, "AvgPool"),
    "l2pool": lambda op, x: _by_rank("LPPool", x)(2, _single(op.kernel), _single(op.stride), op.ceil_mode),
    "adaptive_avgpool": lambda op, x: _by_rank("AdaptiveAvgPool", x)(op.out),
    "adaptive_maxpool": lambda op, x: _by_rank("AdaptiveMaxPool", x)(op.out),
    "linear": lambda op, x: nn.Linear(x[-1], op.out, op.bias),
    "batchnorm": _batchnorm,
    "local_response_norm": lambda op, x: nn.LocalResponseNorm(op.size, op.alpha, op.beta, op.k),
    "prelu": _prelu,
    "upsample": _upsample,
    "rrelu": lambda op, x: nn.RReLU(op.lower, op.upper),
    "dropout": lambda op, x: nn.Dropout(op.p),
    "alpha_dropout": lambda op, x: nn.AlphaDropout(op.p),
    "spatial_dropout": lambda op, x: _by_rank("Dropout", x)(op.p),
}

_FUNCTIONS: dict[str, Callable[[Any], Callable[..., Any]]] = {
    "identity": lambda op: lambda x: x,
    "flatten": lambda op: lambda x: torch.flatten(x, _dim(op.start), _dim(op.end)),
    "concat": lambda op: lambda *xs: torch.cat(xs, _dim(op.axis)),
    "add": lambda op: lambda x, *ys: sum(ys, start=x),
    "mul": lambda op: lambda x, *ys: _folded(torch.mul, x, ys),
    "sub": lambda op: lambda x, *ys: _folded(torch.sub, x, ys),
    "chunk": lambda op: lambda x: _as_many(op.chunks, torch.chunk(x, op.chunks, _dim(op.axis))),
    "split": lambda op: lambda x: x.split(op.sizes, _dim(op.axis)),
    "global_avgpool": lambda op: lambda x: x.mean(tuple(range(2, x.dim())), keepdim=True),
    "global_maxpool": lambda op: lambda x: x.amax(tuple(range(2, x.dim())), keepdim=True),
    "softmax": lambda op: lambda x: F.softmax(x, _dim(op.axis)),
    "log_softmax": lambda op: lambda x: F.log_softmax(x, _dim(op.axis)),
    "softmin": lambda op: lambda x: F.softmin(x, _dim(op.axis)),
    "stack": lambda op: lambda *xs: torch.stack(xs, _dim(op.axis)),
    "scale": lambda op: lambda x: op.by * x,
    "stochastic_depth": lambda op: lambda x: x,
    "glu": lambda op: lambda x: F.glu(x, _dim(op.axis)),
    "relu": lambda op: F.relu,
    "relu6": lambda op: F.relu6,
    "leaky_relu": lambda op: lambda x: F.leaky_relu(x, op.negative_slope),
    "elu": lambda op: lambda x: F.elu(x, op.alpha),
    "selu": lambda op: F.selu,
    "celu": lambda op: lambda x: F.celu(x, op.alpha),
    "gelu": lambda op: lambda x: F.gelu(x, approximate=op.approximate),
    "silu": lambda op: F.silu,
    "mish": lambda op: F.mish,
    "sigmoid": lambda op: torch.sigmoid,
    "logsigmoid": lambda op: F.logsigmoid,
    "tanh": lambda op: torch.tanh,
    "tanhshrink": lambda op: F.tanhshrink,
    "hardswish": lambda op: F.hardswish,
    "hardsigmoid": lambda op: F.hardsigmoid,
    "hardtanh": lambda op: nn.Hardtanh(op.min_val, op.max_val),
    "hardshrink": lambda op: lambda x: F.hardshrink(x, op.lambd),
    "softshrink": lambda op: lambda x: F.softshrink(x, op.lambd),
    "softplus": lambda op: lambda x: F.softplus(x, op.beta, op.threshold),
    "softsign": lambda op: F.softsign,
    "threshold": lambda op: lambda x: F.threshold(x, op.threshold, op.value),
    "abs": lambda op: torch.abs,
}


def _folded(function: Callable[..., torch.Tensor], x: torch.Tensor, others: tuple[torch.Tensor, ...]) -> torch.Tensor:
    for other in others:
        x = function(x, other)
    return x


def _as_many(count: int, parts: tuple[torch.Tensor, ...]) -> tuple[torch.Tensor, ...]:
    if len(parts) != count:
        raise ValueError("torch makes fewer parts in silence")
    return parts
