"""What torch says of attention; of attention within windows, a computation over all pairs of positions."""

from collections.abc import Callable
from itertools import product
from typing import Any

import torch
from torch import nn

from archspec.core.shape import Shape


class Heads(nn.Module):
    """`nn.MultiheadAttention` of two or three values, or of one to itself."""

    def __init__(self, op: Any, query: Shape, key: Shape, value: Shape) -> None:
        super().__init__()
        self.inner = nn.MultiheadAttention(
            query[-1], op.heads, op.dropout, op.bias, kdim=key[-1], vdim=value[-1], batch_first=True
        )

    def forward(self, query: torch.Tensor, *others: torch.Tensor) -> torch.Tensor:
        key = others[0] if others else query
        made: torch.Tensor = self.inner(query, key, others[-1] if others else query, need_weights=True)[0]
        return made


class Swin(nn.Module):
    """Attention between all positions of a map, of which a mask leaves those within one window."""

    def __init__(self, op: Any, x: Shape) -> None:
        super().__init__()
        channels = x[-1]
        window, shift = (one if isinstance(one, tuple) else (one, one) for one in (op.window, op.shift))
        if len(window) != 2 or len(shift) != 2 or channels % op.heads:
            raise ValueError("two axes, and heads that divide the channels")
        self.op, self.window, self.shift = op, window, shift
        around = (2 * window[0] - 1) * (2 * window[1] - 1)
        if op.version == 1:
            self.table = nn.Parameter(torch.zeros(around, op.heads))
        else:
            self.scale = nn.Parameter(torch.zeros(op.heads, 1, 1))
            self.register_buffer("coordinates", torch.zeros(1, 2 * window[0] - 1, 2 * window[1] - 1, 2))
        self.register_buffer("index", torch.zeros((window[0] * window[1]) ** 2, dtype=torch.long))
        self.qkv = nn.Linear(channels, 3 * channels, bias=op.qkv_bias)
        self.proj = nn.Linear(channels, channels, bias=op.proj_bias)
        if op.version == 2:
            self.mlp = nn.Sequential(nn.Linear(2, 512), nn.ReLU(), nn.Linear(512, op.heads, bias=False))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        _, height, width, channels = x.shape
        padded = [-(-size // w) * w for size, w in zip((height, width), self.window, strict=True)]
        x = nn.functional.pad(x, (0, 0, 0, padded[1] - width, 0, padded[0] - height)).flatten(1, 2)
        shift = [0 if w >= size else s for w, s, size in zip(self.window, self.shift, padded, strict=True)]
        places = [self._place(at, padded, shift) for at in product(*map(range, padded))]
        parts = self._qkv(x, channels).chunk(3, -1)
        q, k, v = (one.unflatten(-1, (self.op.heads, -1)).transpose(1, 2) for one in parts)
        scores = self._scores(q, k) + self._biases(places)
        apart = torch.tensor([[a != b for b, _ in places] for a, _ in places])
        attended = scores.masked_fill(apart, float("-inf")).softmax(-1) @ v
        y: torch.Tensor = self.proj(attended.transpose(1, 2).flatten(2))
        return y.unflatten(1, padded)[:, :height, :width]

    def _place(self, at: tuple[int, ...], padded: list[int], shift: list[int]) -> tuple[Any, Any]:
        """The window of a position with what was never beside it kept apart, and where in the window it stands."""
        part, inside = [], []
        for one, size, window, by in zip(at, padded, self.window, shift, strict=True):
            moved = (one - by) % size
            part.append((moved // window, one < by))
            inside.append(moved % window)
        return tuple(part), tuple(inside)

    def _qkv(self, x: torch.Tensor, channels: int) -> torch.Tensor:
        made: torch.Tensor = x @ self.qkv.weight.T
        if self.qkv.bias is not None:
            bias = self.qkv.bias.detach().clone()
            if self.op.version == 2:
                bias[channels : 2 * channels] = 0
            made = made + bias
        return made

    def _scores(self, q: torch.Tensor, k: torch.Tensor) -> torch.Tensor:
        if self.op.version == 1:
            return (q / q.shape[-1] ** 0.5) @ k.transpose(-2, -1)
        q, k = (one / one.norm(dim=-1, keepdim=True).clamp(min=1e-12) for one in (q, k))
        return (q @ k.transpose(-2, -1)) * self.scale.exp().clamp(max=100)

    def _biases(self, places: list[tuple[Any, Any]]) -> torch.Tensor:
        height, width = self.window
        made = torch.zeros(self.op.heads, len(places), len(places))
        for (i, (part, a)), (j, (other, b)) in product(enumerate(places), repeat=2):
            if part == other:
                down, right = a[0] - b[0], a[1] - b[1]
                if self.op.version == 1:
                    made[:, i, j] = self.table[(down + height - 1) * (2 * width - 1) + right + width - 1]
                else:
                    far = torch.tensor([8 * down / (height - 1), 8 * right / (width - 1)])
                    near = far.sign() * (1 + far.abs()).log2() / 3  # the logarithm of 8 to the base 2
                    made[:, i, j] = 16 * self.mlp(near).sigmoid()
        return made


class Square(nn.Module):
    """Attention within groups, with a bias for each relative position in a square."""

    def __init__(self, op: Any, x: Shape) -> None:
        super().__init__()
        features, area = x[-1], op.size**2
        if features % op.heads:
            raise ValueError("heads divide the features")
        self.op = op
        self.table = nn.Parameter(torch.zeros((2 * op.size - 1) ** 2, op.heads))
        self.register_buffer("index", torch.zeros(area, area, dtype=torch.long))
        self.qkv = nn.Linear(features, 3 * features)
        self.merge = nn.Linear(features, features)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        side, features = self.op.size, x.shape[-1]
        q, k, v = (one.unflatten(-1, (self.op.heads, -1)).transpose(-3, -2) for one in self.qkv(x).chunk(3, -1))
        bias = torch.zeros(self.op.heads, side**2, side**2)
        for (i, a), (j, b) in product(enumerate(product(range(side), repeat=2)), repeat=2):
            bias[:, i, j] = self.table[(a[0] - b[0] + side - 1) * (2 * side - 1) + a[1] - b[1] + side - 1]
        scores = (q @ k.transpose(-2, -1)) / features**0.5 + bias
        y: torch.Tensor = self.merge((scores.softmax(-1) @ v).transpose(-3, -2).flatten(-2))
        return y


ATTENTION: dict[str, Callable[..., nn.Module]] = {
    "attention": lambda op, query, *others: Heads(op, query, *(others or (query,))[:1], (others or (query,))[-1]),
    "relative_attention": Square,
    "window_attention": Swin,
}
