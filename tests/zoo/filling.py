"""Weights and inputs from arithmetic on whole numbers: the same to the last bit wherever they are made.

Published logits were computed with them, so that a network can be compared with its published twin without either's
weights: every entry of a `state_dict` is a function of its key and its shape.
"""

import math
import zlib
from collections.abc import Mapping

import torch

CHUNK = 1 << 20  # the largest layers have a hundred million weights: whole numbers of 64 bit for all would not fit
LOW = 0xFFFFFFFF


def scrambled(numbers: torch.Tensor) -> torch.Tensor:
    """A bijection of 32-bit numbers whose results look random; they are held as 64-bit ones, which do not overflow."""
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        numbers = ((numbers ^ (numbers >> shift)) * factor) & LOW
    return numbers ^ (numbers >> 16)


def uniform(name: str, count: int) -> torch.Tensor:
    """`count` numbers of double precision between −1 and 1, which the name decides."""
    made = torch.empty(count, dtype=torch.float64)
    seed = zlib.crc32(name.encode())
    for start in range(0, count, CHUNK):
        end = min(start + CHUNK, count)
        made[start:end] = scrambled(scrambled(torch.arange(start, end)) ^ seed)
    return made.mul_(2.0**-31).sub_(1.0)


def fill(state: Mapping[str, torch.Tensor]) -> None:
    """Overwrite every entry of a `state_dict` that holds fractions: tables of indices stay as they are.

    Matrices and kernels get the variance 1 / fan-in, which keeps activations in range through any depth; scales and
    variances lie around 1, biases and means around 0.
    """
    for key, tensor in state.items():
        if not tensor.is_floating_point():
            continue
        made = uniform(key, tensor.numel()).reshape(tensor.shape)
        if key.endswith("running_var"):
            made = 1 + 0.2 * made
        elif tensor.dim() > 1:
            made *= math.sqrt(3 / (tensor.numel() // len(tensor)))
        elif key.endswith("weight"):
            made = 1 + 0.2 * made
        else:
            made *= 0.1
        tensor.copy_(made)


def picture(shape: list[int]) -> torch.Tensor:
    """The input that goes with these weights, a batch of one."""
    return uniform("input", math.prod(shape)).reshape(1, *shape)
