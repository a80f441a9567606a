"""Layers of one's own, in torch: what generated source imports."""

from math import comb

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Swish(nn.Module):
    """The value times the sigmoid of β times the value; β is learned, one for each channel."""

    def __init__(self, channels: int, start: float = 1.0) -> None:
        super().__init__()
        self.beta = nn.Parameter(torch.full((channels,), start))

    def forward(self, x: Tensor) -> Tensor:
        beta = self.beta.view(-1, *[1] * (x.dim() - 2))
        return x * torch.sigmoid(beta * x)


class BlurPool(nn.Module):
    """A blur by binomial coefficients of which one pixel in `stride` is kept."""

    weight: Tensor

    def __init__(self, channels: int, kernel: int, stride: int = 2) -> None:
        super().__init__()
        self.stride = stride
        line = torch.tensor([float(comb(kernel - 1, k)) for k in range(kernel)])
        square = line[:, None] * line
        self.register_buffer("weight", (square / square.sum()).expand(channels, 1, kernel, kernel).clone())

    def forward(self, x: Tensor) -> Tensor:
        channels, _, kernel, _ = self.weight.shape
        return F.conv2d(x, self.weight, stride=self.stride, padding=kernel // 2, groups=channels)
