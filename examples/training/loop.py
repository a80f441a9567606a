"""The two loops: one epoch of training, and a test."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from training.augment import Augment, Draws
from training.data import Images
from training.distributed import Team, share_buffers, summed
from training.progress import Progress

AUXILIARY = 0.3  # the weight of heads that exist in training only, as GoogLeNet has them
TEST_BATCH = 500


@dataclass(frozen=True)
class Setting:
    """What the loops work with. `batch` is the number of images of a step in all processes together."""

    augment: Augment
    team: Team
    head: str  # the output that gives the scores, where a network has several
    batch: int
    seed: int
    rate: float
    steps: int  # in all epochs together
    warmup: int  # steps
    smoothing: float = 0.0
    clip: float = 0.0
    amp: torch.dtype | None = None
    memory: torch.memory_format = torch.contiguous_format


def rate_at(step: int, setting: Setting) -> float:
    """The learning rate: up along a line, then down along half a cosine."""
    if step < setting.warmup:
        return setting.rate * (step + 1) / setting.warmup
    share = (step - setting.warmup) / max(1, setting.steps - setting.warmup)
    return setting.rate * (1 + math.cos(math.pi * share)) / 2


def shares(count: int, epoch: int, setting: Setting) -> Iterator[tuple[Tensor, Draws]]:
    """For each step of an epoch, the images that fall to this process, and the random numbers for them.

    Both follow from the seed and the epoch alone. What is left beyond whole batches waits for another epoch's order.
    """
    team, generator = setting.team, torch.Generator().manual_seed(setting.seed * 1_000_003 + epoch)
    order = torch.randperm(count, generator=generator)
    mine = slice(team.rank, None, team.size)
    for step in range(count // setting.batch):
        draws = Draws.of(setting.batch, generator)
        chosen = order[step * setting.batch : (step + 1) * setting.batch]
        yield chosen[mine].to(team.device), draws.part(mine, team.device)


def train(
    model: nn.Module, data: Images, optimizer: Any, scaler: Any, epoch: int, setting: Setting, progress: Progress
) -> tuple[float, float]:
    """One epoch. Gives the mean loss and the accuracy on what was trained on, as it was when trained on."""
    team, device = setting.team, setting.team.device
    torch.manual_seed(setting.seed * 1_000_003 + epoch * team.size + team.rank)  # for dropout: an epoch is repeatable
    model.train()
    totals = torch.zeros(2, device=device)  # loss, correct
    first = epoch * (len(data) // setting.batch)
    done = 0
    for step, (chosen, draws) in enumerate(shares(len(data), epoch, setting)):
        for group in optimizer.param_groups:
            group["lr"] = rate_at(first + step, setting)
        labels = data.labels[chosen]
        images = setting.augment.train(data.pixels[chosen], draws).contiguous(memory_format=setting.memory)
        with torch.autocast(device.type, setting.amp, enabled=setting.amp is not None):
            made = model(images)
            loss = loss_of(made, labels, setting)
        optimizer.zero_grad(set_to_none=True)
        scaler.scale(loss).backward()
        if setting.clip:
            scaler.unscale_(optimizer)
            nn.utils.clip_grad_norm_(model.parameters(), setting.clip)
        scaler.step(optimizer)
        scaler.update()
        with torch.no_grad():
            right = (scores(made, setting.head).argmax(1) == labels).sum()
            totals += torch.stack([loss.detach().float() * len(labels), right.float()])
        done += len(labels)
        if progress.due():
            mean, accuracy = (totals / done).tolist()
            progress.show(done * team.size, mean, accuracy)
    mean, accuracy = (summed(totals, team) / (done * team.size)).tolist()
    return mean, accuracy


def test(model: nn.Module, data: Images, classes: int, setting: Setting) -> tuple[float, Tensor]:
    """The mean loss, and how often each class (a row) was taken for which (a column)."""
    team, device = setting.team, setting.team.device
    share_buffers(model, team)
    model.eval()
    loss = torch.zeros((), dtype=torch.float64, device=device)
    table = torch.zeros(classes * classes, dtype=torch.long, device=device)
    with torch.no_grad(), torch.autocast(device.type, setting.amp, enabled=setting.amp is not None):
        for chosen in torch.arange(team.rank, len(data), team.size, device=device).split(TEST_BATCH):
            labels = data.labels[chosen]
            images = setting.augment.plain(data.pixels[chosen]).contiguous(memory_format=setting.memory)
            made = scores(model(images), setting.head)
            loss += F.cross_entropy(made.float(), labels, reduction="sum")
            table += torch.bincount(labels * classes + made.argmax(1), minlength=classes * classes)
    return float(summed(loss, team)) / len(data), summed(table, team).view(classes, classes).cpu()


def scores(made: Any, head: str) -> Tensor:
    """The classes' scores among what a network gives."""
    return made[head] if isinstance(made, dict) else made


def loss_of(made: Any, labels: Tensor, setting: Setting) -> Tensor:
    """Cross-entropy, that of auxiliary heads added with a lower weight."""
    if not isinstance(made, dict):
        made = {setting.head: made}
    parts = [
        F.cross_entropy(one, labels, label_smoothing=setting.smoothing) * (1.0 if name == setting.head else AUXILIARY)
        for name, one in made.items()
    ]
    return torch.stack(parts).sum()
