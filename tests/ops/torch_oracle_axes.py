"""What torch says of operators that move numbers: by plain indexing where torch has no function of the name."""

from collections.abc import Callable
from math import prod
from typing import Any

import torch
from torch.nn import functional as F


def dim(axis: int) -> int:
    """An axis of a sample as torch counts it."""
    return axis if axis < 0 else axis + 1


def _shuffled(op: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    def function(x: torch.Tensor) -> torch.Tensor:
        channels = x.shape[1]
        if x.dim() < 3 or channels % op.groups:
            raise ValueError("torch.channel_shuffle refuses it")
        each = channels // op.groups
        return x[:, [group * each + at for at in range(each) for group in range(op.groups)]]

    return function


def _pixels(op: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    """Output pixel (h · r + i, w · r + j) of channel c is the input's pixel (h, w) of channel c · r² + i · r + j."""

    def function(x: torch.Tensor) -> torch.Tensor:
        r = op.factor
        *front, channels, height, width = x.shape
        y = x.reshape(*front, channels // (r * r), r, r, height, width)
        n = len(front)
        apart = y.permute(*range(n + 1), n + 3, n + 1, n + 4, n + 2)
        return apart.reshape(*front, channels // (r * r), height * r, width * r)

    return function


def _unshuffled(op: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    def function(x: torch.Tensor) -> torch.Tensor:
        r = op.factor
        if x.shape[-1] % r or x.shape[-2] % r:
            raise ValueError("the factor does not divide it")
        parts = [x[..., i::r, j::r] for i in range(r) for j in range(r)]
        return torch.stack(parts, -3).flatten(-4, -3)

    return function


def _rearranged(op: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    """Axes of the smallest parts, in their new order."""
    left, right = (side.replace("(", " ( ").replace(")", " ) ").split() for side in op.pattern.split("->"))

    def function(x: torch.Tensor) -> torch.Tensor:
        sizes = dict(op.given)
        groups = _groups(left)
        if len(groups) != x.dim() - 1 or not sizes.keys() <= {name for group in groups for name in group}:
            raise ValueError("the pattern is not that of the input")
        for group, size in zip(groups, x.shape[1:], strict=True):
            missing = [name for name in group if name not in sizes]
            known = prod(sizes[name] for name in group if name in sizes)
            if len(missing) > 1 or size % known or (not missing and known != size):
                raise ValueError("the sizes do not fit")
            sizes |= dict.fromkeys(missing, size // known)
        names = [name for group in groups for name in group]
        order = [names.index(name) + 1 for group in _groups(right) for name in group]
        y = x.reshape(len(x), *(sizes[name] for name in names)).permute(0, *order)
        return y.reshape(len(x), *(prod(sizes[name] for name in group) for group in _groups(right)))

    return function


def _groups(words: list[str]) -> list[list[str]]:
    groups: list[list[str]] = []
    inside = False
    for word in words:
        if word in "()":
            inside = word == "("
            groups += [[]] if inside else []
        elif inside:
            groups[-1] += [word] if word != "1" else []
        else:
            groups.append([word] if word != "1" else [])
    return groups


def _rolled(op: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    def function(x: torch.Tensor) -> torch.Tensor:
        if len(op.shifts) != len(op.axes):
            raise ValueError("as many shifts as axes")
        for shift, axis in zip(op.shifts, op.axes, strict=True):
            size = x.shape[dim(axis)]
            x = x.index_select(dim(axis), torch.tensor([(at - shift) % size for at in range(size)]))
        return x

    return function


def _sliced(op: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    def function(x: torch.Tensor) -> torch.Tensor:
        taken = list(range(x.shape[dim(op.axis)]))[op.start : op.stop : op.step]
        return x.index_select(dim(op.axis), torch.tensor(taken, dtype=torch.long))

    return function


def _padded(op: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    def function(x: torch.Tensor) -> torch.Tensor:
        pads = op.padding if isinstance(op.padding, tuple) else (op.padding,) * (x.dim() - 2)
        if len(pads) != x.dim() - 2:
            raise ValueError("one for each axis")
        sides = [side for one in reversed(pads) for side in (one if isinstance(one, tuple) else (one, one))]
        return F.pad(x, sides, op.mode, op.value if op.mode == "constant" or op.value else None)

    return function


def _reduced(name: str) -> Callable[[Any], Callable[[torch.Tensor], torch.Tensor]]:
    def made(op: Any) -> Callable[[torch.Tensor], torch.Tensor]:
        return lambda x: getattr(torch, name)(x, [dim(axis) for axis in op.axes], keepdim=op.keepdim)

    return made


def _multiplied(op: Any) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    second = "...kj" if op.transpose else "...jk"
    return lambda a, b: torch.einsum(f"b...ij,b{second}->b...ik", a, b)


def _unflattened(op: Any) -> Callable[[torch.Tensor], torch.Tensor]:
    return lambda x: x.unflatten(dim(op.axis), op.sizes)


AXES: dict[str, Callable[[Any], Callable[..., Any]]] = {
    "channel_shuffle": _shuffled,
    "layout": lambda op: lambda x: x if len(op.axes) == x.dim() - 1 else x.squeeze(99),
    "matmul": _multiplied,
    "max": _reduced("amax"),
    "mean": _reduced("mean"),
    "pad": _padded,
    "permute": lambda op: lambda x: torch.permute(x, (0, *map(dim, op.axes))),
    "pixel_shuffle": _pixels,
    "pixel_unshuffle": _unshuffled,
    "rearrange": _rearranged,
    "reshape": lambda op: lambda x: x.reshape(len(x), *op.sizes),
    "roll": _rolled,
    "select": lambda op: lambda x: x.select(dim(op.axis), op.index),
    "slice": _sliced,
    "sum": _reduced("sum"),
    "unflatten": _unflattened,
}
