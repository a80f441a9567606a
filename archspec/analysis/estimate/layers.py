"""A layer in a batch: the memory it makes, what it keeps of it, and its work."""

from math import prod
from typing import NamedTuple

from archspec.analysis.estimate.idle import Tensors, tensors_of
from archspec.analysis.estimate.roofline import Sizes, work
from archspec.analysis.estimate.setting import FULL, Figures, Setting
from archspec.core.kept import NOTHING, VIEW, WIDTHS, Kept
from archspec.core.layer import Layer
from archspec.design import Apply


class Input(NamedTuple):
    """A value that enters: how many numbers for a sample, the bytes of one, and whether it wants a gradient."""

    elements: int
    width: int
    gradient: bool


class Made(NamedTuple):
    """What a layer does in a batch.

    view:      its output is memory of its input, or of the weights
    outputs:   the bytes of each output
    width:     the bytes of a number of these
    gradient:  whether they want a gradient
    own:       bytes that stay until the backward pass, besides inputs and outputs
    passing:   bytes that are gone when it is done
    inputs:    the positions of the inputs that are kept
    kept:      whether the outputs are kept
    passes:    the gradient of the output serves as that of the inputs
    learned:   bytes of the gradients of its weights
    figures:   its work and its tensors; what it keeps is known only where it stands
    """

    view: bool
    outputs: tuple[int, ...]
    width: int
    gradient: bool
    own: int
    passing: int
    inputs: tuple[int, ...]
    kept: bool
    passes: bool
    learned: int
    figures: Figures


def made_by(node: Apply, entering: tuple[Input, ...], setting: Setting) -> Made:
    layer, batch = node.layer, setting.batch
    tracked = setting.train and (bool(layer.weights) or any(one.gradient for one in entering))
    kept = _kept(node, tracked, setting)
    width, cast = _widths(node, entering, kept.same, setting)
    outputs = tuple(batch * shape.elements * width for shape in layer.outputs)
    # what enters in another type is converted, and the copy takes its place
    copies = [batch * one.elements * width if cast and one.width != width else 0 for one in entering]
    wanted = _inputs_kept(kept, entering) if tracked else ()
    memory = sum((batch * one.each + one.shared) * WIDTHS.get(one.of, width) for one in kept.own)
    stays = memory if tracked else 0
    weight_copies = _multiplied(layer) * width if cast and setting.weight != width else 0
    tensors = Tensors() if node.reused else tensors_of(layer, node.operator)
    held = stays + sum(copies[at] for at in wanted)
    read = sum(batch * one.elements * one.width for one in entering)
    sizes = Sizes(
        read, sum(outputs), held + sum(batch * entering[at].elements * width for at in wanted if not copies[at]),
        sum(batch * one.elements * one.width for one in entering if one.gradient),
    )  # fmt: skip
    figures = Figures() if kept.same else work(layer, setting, sizes, sum(one.gradient for one in entering), tracked)
    return Made(
        view=kept.same,
        outputs=outputs,
        width=width,
        gradient=tracked,
        own=held + weight_copies,
        passing=memory - stays + sum(size for at, size in enumerate(copies) if at not in wanted),
        inputs=tuple(at for at in wanted if not copies[at]),
        kept=tracked and kept.outputs,
        passes=kept.passes and _whole(layer),
        learned=tensors.parameters * setting.weight if setting.train else 0,
        figures=figures.plus(tensors.figures(setting)),
    )  # fmt: skip


def _multiplied(layer: Layer) -> int:
    """The learned numbers that values are multiplied by: autograd keeps copies of these, not of what is added."""
    return sum(prod(map(int, shape)) for name, shape in layer.weights.items() if not name.endswith("bias"))


def _whole(layer: Layer) -> bool:
    """Whether all of an input is in the output: the gradient of a part has to be filled up with zeros."""
    return len(layer.outputs) == 1 and all(layer.output.elements >= x.elements for x in layer.inputs)


def _kept(node: Apply, tracked: bool, setting: Setting) -> Kept:
    """What it would keep; of what only hands its input on, nothing."""
    if not setting.train and (node.layer.view or node.operator.idle):
        return VIEW
    kept = node.operator.kept(node.layer)
    return kept if tracked or kept.same or not setting.train else NOTHING


def _widths(node: Apply, entering: tuple[Input, ...], view: bool, setting: Setting) -> tuple[int, bool]:
    """The bytes of a number of the output, and whether inputs of other types are converted."""
    if not setting.amp:
        return setting.low, False
    wanted = {"low": setting.low, "full": FULL}.get(node.operator.precision)
    if wanted is not None and not view:
        return wanted, True
    return max((one.width for one in entering), default=FULL), False


def _inputs_kept(kept: Kept, entering: tuple[Input, ...]) -> tuple[int, ...]:
    positions = range(len(entering)) if kept.inputs is None else kept.inputs
    if not kept.crossed:
        return tuple(positions)
    total = sum(one.gradient for one in entering)
    return tuple(at for at in positions if total > entering[at].gradient)
