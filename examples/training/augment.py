"""From stored pixels to what a network reads: augmentations and normalisation, as operations on whole batches."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class Augment:
    """How images change.

    shape:   channels, height and width that the network reads
    mean:    of the training pixels, by channel, between 0 and 1; `std` likewise
    fit:     how other sizes are met: "pad" puts the image on a larger black field, "scale" resamples it
    scale:   images are first enlarged to this size for training (0: not), of which the crop takes a part
    padding: black pixels around the image before the random crop
    flip:    whether half of the images are mirrored
    """

    shape: tuple[int, int, int]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    fit: str = "scale"
    scale: int = 0
    padding: int = 0
    flip: bool = False

    def train(self, pixels: Tensor, draws: "Draws") -> Tensor:
        """A batch as it is trained on, changed by what was drawn for it."""
        height, width = pixels.shape[-2:]
        x = pixels
        if self.scale:
            x = F.interpolate(x.float(), (self.scale, self.scale), mode="bilinear", antialias=True)
        if self.scale or self.padding:
            x = crop(F.pad(x, (self.padding,) * 4), height, width, draws)
        if self.flip:
            x = torch.where(draws.mirror.view(-1, 1, 1, 1), x.flip(-1), x)
        return self.plain(x)

    def plain(self, pixels: Tensor) -> Tensor:
        """A batch as it is tested on: brought to the network's size and normalised."""
        channels, height, width = self.shape
        x = pixels.float() / 255
        missing = height - x.shape[-2], width - x.shape[-1]
        if self.fit == "pad" and min(missing) >= 0:
            top, left = missing[0] // 2, missing[1] // 2
            x = F.pad(x, (left, missing[1] - left, top, missing[0] - top))
        elif any(missing):
            x = F.interpolate(x, (height, width), mode="bilinear", antialias=True)
        mean, std = (torch.tensor(one, device=x.device).view(-1, 1, 1) for one in (self.mean, self.std))
        x = (x - mean) / std
        return x.expand(-1, channels, -1, -1) if x.shape[1] == 1 else x  # grey stands for all three colours


@dataclass(frozen=True)
class Draws:
    """Random numbers for the images of a batch: where the crop lies, as fractions, and whether to mirror.

    They are drawn for the whole batch before it is divided among processes, so that an image is treated alike whichever
    process has it.
    """

    top: Tensor
    left: Tensor
    mirror: Tensor

    @staticmethod
    def of(count: int, generator: torch.Generator) -> "Draws":
        top, left, coin = torch.rand(3, count, generator=generator)
        return Draws(top, left, coin < 0.5)

    def part(self, share: slice, device: torch.device) -> "Draws":
        return Draws(*(one[share].to(device) for one in (self.top, self.left, self.mirror)))


def crop(x: Tensor, height: int, width: int, draws: Draws) -> Tensor:
    """A window of each image, at the place drawn for it."""
    rows = (draws.top * (x.shape[-2] - height + 1)).long().view(-1, 1, 1, 1)
    columns = (draws.left * (x.shape[-1] - width + 1)).long().view(-1, 1, 1, 1)
    images = torch.arange(len(x), device=x.device).view(-1, 1, 1, 1)
    channels = torch.arange(x.shape[1], device=x.device).view(1, -1, 1, 1)
    down = torch.arange(height, device=x.device).view(1, 1, -1, 1)
    right = torch.arange(width, device=x.device).view(1, 1, 1, -1)
    return x[images, channels, rows + down, columns + right]


def statistics(pixels: Tensor) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel, pixels between 0 and 1."""
    total = torch.zeros(pixels.shape[1], dtype=torch.float64)
    squares = torch.zeros_like(total)
    for part in pixels.split(4096):  # as floats, all at once would be large
        x = part.double() / 255
        total += x.sum((0, 2, 3))
        squares += (x * x).sum((0, 2, 3))
    count = pixels.numel() / pixels.shape[1]
    mean = total / count
    std = (squares / count - mean * mean).sqrt().clamp_min(1e-6)
    return tuple(mean.tolist()), tuple(std.tolist())
