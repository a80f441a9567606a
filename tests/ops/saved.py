"""What torch itself keeps of a forward pass for the backward pass, told by its hooks."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from torch import nn


class Saved(NamedTuple):
    """Memory that autograd holds, each storage once, parameters and buffers left out.

    inputs, outputs: the positions of those whose memory is held
    own:             the bytes of all other memory, by the type of its numbers
    """

    inputs: frozenset[int]
    outputs: frozenset[int]
    own: dict[str, int]

    @property
    def bytes(self) -> int:
        return sum(self.own.values())


def saved_by(module: nn.Module, tensors: Sequence[torch.Tensor]) -> Saved:
    """Run a module and look at what its graph holds. What is no leaf of the graph keeps its own storage."""
    held: dict[int, tuple[int, str, torch.Tensor]] = {}

    def note(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        held[storage.data_ptr()] = (storage.nbytes(), str(tensor.dtype).removeprefix("torch."), tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        made: Any = module(*tensors)
    results = tuple(made) if isinstance(made, tuple | list) else (made,)
    where = {one.untyped_storage().data_ptr() for one in (*module.parameters(), *module.buffers())}
    entered = [one.untyped_storage().data_ptr() for one in tensors]
    left = [one.untyped_storage().data_ptr() for one in results]
    own: dict[str, int] = {}
    for address, (size, dtype, _) in held.items():
        if address and address not in where and address not in entered and address not in left:
            own[dtype] = own.get(dtype, 0) + size
    return Saved(
        frozenset(at for at, address in enumerate(entered) if address in held),
        frozenset(at for at, address in enumerate(left) if address in held),
        own,
    )
