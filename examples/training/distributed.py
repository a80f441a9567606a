"""One process or many: what `torchrun` says of them, and what they tell each other."""

import os
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch import distributed as dist


class Team(NamedTuple):
    """This process among its equals."""

    rank: int
    size: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this process prints and writes files."""
        return self.rank == 0


class NoDevice(Exception):
    """A device that torch does not know, or that this machine lacks."""


def join(device: str = "auto") -> Team:
    """Meet the other processes that `torchrun` has started, if it has. Raises `NoDevice`."""
    size, local = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("LOCAL_RANK", "0"))
    name = device if device != "auto" else "cuda" if torch.cuda.is_available() else "cpu"
    try:
        torch.empty(0, device=name)
    except (AssertionError, RuntimeError) as error:
        raise NoDevice(f"--device {device}: {str(error).splitlines()[0]}") from None
    if name == "cuda":
        torch.cuda.set_device(local)
        name = f"cuda:{local}"
    if size > 1:
        dist.init_process_group("nccl" if name.startswith("cuda") else "gloo")
        return Team(dist.get_rank(), size, torch.device(name))
    return Team(0, 1, torch.device(name))


def leave(team: Team) -> None:
    if team.size > 1:
        dist.destroy_process_group()


def summed(tensor: Tensor, team: Team) -> Tensor:
    """The sum over all processes."""
    if team.size > 1:
        dist.all_reduce(tensor)
    return tensor


def share_buffers(model: nn.Module, team: Team) -> None:
    """Give all processes the buffers of the first, such as the running statistics of a batch normalisation."""
    if team.size > 1:
        for buffer in model.buffers():
            dist.broadcast(buffer, 0)


def wrapped(model: nn.Module, team: Team) -> nn.Module:
    """The model, with gradients averaged over all processes."""
    if team.size == 1:
        return model
    from torch.nn.parallel import DistributedDataParallel

    return DistributedDataParallel(model, [team.device.index] if team.device.type == "cuda" else None)
