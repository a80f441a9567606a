"""What kind of layer a layer is, and what it does in a few words, read off its facts: new operators need no entry."""

from typing import Any

from archspec.core.geometry import Resize, Sliding, Transposed
from archspec.core.layer import Layer
from archspec.core.number import plain
from archspec.core.shape import Shape
from archspec.emit.diagram.palette import (
    ACTIVATION,
    ATTENTION,
    COMBINE,
    CONV,
    DROPOUT,
    LINEAR,
    NORM,
    OTHER,
    POOL,
    RECURRENT,
    RESIZE,
    SHAPE,
)  # fmt: skip
from archspec.emit.figures import compact, grouped
from archspec.ops.base import Operator, values_of
from archspec.ops.kinds import spelled

# Parameters that a few words leave out: the shapes on the edges show what padding does, the rest is for the source.
_LEFT_OUT = frozenset((
    "kernel", "out", "stride", "padding", "output_padding", "padding_mode", "ceil_mode", "count_include_pad", "bias",
    "init", "bias_init", "eps", "momentum", "affine", "track_running_stats", "alpha", "beta", "k", "mode",
    "align_corners", "approximate", "lower", "upper",
))  # fmt: skip


# Kinds that facts do not tell apart, by a part of the operator's name.
_BY_NAME = {
    "attention": ATTENTION, "lstm": RECURRENT, "gru": RECURRENT, "rnn": RECURRENT, "drop": DROPOUT,
    "stochastic": DROPOUT,
}  # fmt: skip


def kind_of(layer: Layer) -> str:
    """The kind of a layer: `conv`, `linear`, `pool`, …"""
    for part, kind in _BY_NAME.items():
        if part in layer.op:
            return kind
    if layer.products:
        return CONV if layer.windows else LINEAR
    if len(layer.inputs) > 1:
        return COMBINE
    for work, kind in (("norm", NORM), ("activation", ACTIVATION), ("pool", POOL), ("resize", RESIZE)):
        if work in layer.work:
            return kind
    if layer.weights or layer.work or not layer.inputs:
        return OTHER
    # the nearest pixel costs nothing; what moves pixels to other channels is no resizing
    resized = bool(layer.windows) and all(isinstance(one, Resize) for one in layer.windows)
    return RESIZE if resized and layer.inputs[0].channels == layer.output.channels else SHAPE


def is_tail(layer: Layer) -> bool:
    """Whether a layer is drawn in the box of the one before it: at most it drops axes of size 1."""
    if kind_of(layer) == SHAPE:
        return len(layer.outputs) == 1 and layer.inputs[0].elements == max(layer.inputs[0].sizes, default=0)
    return kind_of(layer) in (NORM, ACTIVATION, DROPOUT) and layer.inputs == layer.outputs


def words_of(layer: Layer, operator: Operator) -> str:
    """What a layer does in a few words: `3×3 conv, 64, stride 2`."""
    slides = "kernel" in operator.parameters
    windows = [one for one in layer.windows if slides and isinstance(one, Sliding | Transposed)]
    given = values_of(operator)
    parts: list[str] = []
    head = layer.op
    if windows:
        head = f"{'×'.join(str(plain(one.kernel)) for one in windows)} {head}"
    if "out" in given and kind_of(layer) == POOL:
        head = f"{head} to {_sizes(given['out'])}"
    elif "out" in given:
        parts.append(_sizes(given["out"]))
    if any(one.stride != 1 for one in windows):
        parts.append(f"stride {_sizes(tuple(one.stride for one in windows))}")
    if kind_of(layer) == RESIZE:
        return f"{head} to {_sizes(layer.output.spatial)}"
    for name, declared in operator.parameters.items():
        value = given[name]
        if name in _LEFT_OUT:
            continue
        if declared.required or (len(operator.parameters) == 1 and isinstance(value, float)):
            head = f"{head} {_value(value)}"
        elif value != declared.default and value is not None:
            parts.append(f"{name} {_value(value)}")
    return ", ".join([head, *parts])


def _sizes(value: Any) -> str:
    """One size, or one for each axis: `2`, `2×1`."""
    value = plain(value)
    if isinstance(value, tuple):
        return str(value[0]) if len(set(value)) == 1 else "×".join(str(one) for one in value)
    return str(value)


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else spelled(value)
    return text if len(text) <= 24 else text[:23] + "…"


def shape_text(shape: Shape) -> str:
    """A shape as it stands on an edge: `64×56×56`."""
    return "×".join(str(plain(size)) for size in shape.sizes) if shape.sizes else "scalar"


def figure(number: int) -> str:
    """A count in little room: `9,408`, `11.7k`, `25.6M`."""
    return grouped(number) if number < 10_000 else compact(number).replace(" ", "")
