"""Two modules of one network, side by side: weights in common, and times taken in turns."""

import time
from collections.abc import Callable
from statistics import median
from typing import NamedTuple

import torch
from torch import Tensor, nn

import archspec
from benchmarks.by_hand import PEERS

Step = Callable[[], object]


class Times(NamedTuple):
    """Median seconds of a step of the compiled module and of the one by hand."""

    ours: float
    theirs: float
    ratio: float


def pair(name: str) -> tuple[nn.Module, nn.Module]:
    """The compiled module of a network and its peer by hand, with the same weights."""
    ours, theirs = archspec.compile(archspec.load(name)), PEERS[name]()
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


def inference(module: nn.Module, tensor: Tensor) -> Step:
    module.eval()

    def step() -> object:
        with torch.no_grad():
            return module(tensor)

    return step


def training(module: nn.Module, tensor: Tensor, labels: Tensor) -> Step:
    """A step of AdamW on cross entropy; auxiliary classifiers count as the main one does."""
    module.train()
    optimizer = torch.optim.AdamW(module.parameters(), lr=1e-4)

    def step() -> object:
        made = module(tensor)
        outputs = list(made.values()) if isinstance(made, dict) else [made]
        loss = sum((nn.functional.cross_entropy(one, labels) for one in outputs), torch.zeros((), device=labels.device))
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss.detach()

    return step


def in_turns(
    ours: Step,
    theirs: Step,
    rounds: int,
    steps: int = 1,
    wait: Callable[[], None] = lambda: None,
    clock: Callable[[], float] = time.perf_counter,
) -> Times:
    """Time both in turns, so that what else the machine does meets both: the median of the ratios of each round.

    Each round runs `steps` of either, one after the other, the next round the other way about. `wait` waits for what
    runs beside the program, as on CUDA.
    """
    taken: list[tuple[float, float]] = []
    for number in range(rounds):
        pairs = [0.0, 0.0]
        for at in (0, 1) if number % 2 else (1, 0):
            step = (ours, theirs)[at]
            wait()
            start = clock()
            for _ in range(steps):
                step()
            wait()
            pairs[at] = (clock() - start) / steps
        taken.append((pairs[0], pairs[1]))
    return Times(
        median(one for one, _ in taken),
        median(other for _, other in taken),
        median(one / other for one, other in taken),
    )
