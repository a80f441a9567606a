"""The roofline of a layer: it takes at least as long as its arithmetic at the device's peak, and as its bytes.

Each layer is taken to run on its own, as torch runs it without `torch.compile`: it reads its inputs and weights from
memory and writes its outputs there, each number once. Elementwise arithmetic is taken to be free: it hides behind the
bytes. Williams, Waterman and Patterson, Roofline, 2009.
"""

from typing import NamedTuple

from archspec.analysis.estimate.setting import Figures, Setting
from archspec.core.layer import Layer


class Sizes(NamedTuple):
    """Bytes of a layer in a batch: of its inputs and outputs, of what it keeps, and of the gradients of its inputs."""

    inputs: int
    outputs: int
    kept: int
    gradients: int


def work(layer: Layer, setting: Setting, sizes: Sizes, gradients: int, tracked: bool) -> Figures:
    """FLOPs, bytes and seconds of a layer, forward and, where it is `tracked`, backward.

    `gradients` counts the inputs that want one. A linear map works as much for the gradient of its input as forward,
    and as much again for that of its weights; a product of two values once for each.
    """
    flops = 2 * layer.macs * setting.batch
    weights = layer.parameters * setting.weight
    if not layer.products:  # a lookup reads no more of a table than it writes
        weights = min(weights, sizes.outputs)
    backward_flops = backward_moved = 0
    if tracked:
        sides = gradients if not layer.weights else 1 + bool(gradients)
        backward_flops = sides * flops
        changed = layer.parameters * setting.weight
        backward_moved = sizes.outputs + sizes.kept + (weights if gradients else 0) + sizes.gradients + changed
    moved = sizes.inputs + weights + sizes.outputs
    made = Figures(forward_flops=flops, backward_flops=backward_flops, moved=moved + backward_moved)
    if setting.device is None:
        return made
    forward, bound = _seconds(flops, moved, setting)
    backward, bound_backward = _seconds(backward_flops, backward_moved, setting)
    return made._replace(forward=forward, backward=backward, bound=bound + bound_backward)


def _seconds(flops: int, moved: int, setting: Setting) -> tuple[float, float]:
    """The longer of arithmetic and memory, and as much of it as is arithmetic's: all or nothing."""
    assert setting.device is not None
    computing = flops / setting.device.peak(setting.dtype)
    moving = moved / setting.device.bandwidth
    return (computing, computing) if computing > moving else (moving, 0.0)
