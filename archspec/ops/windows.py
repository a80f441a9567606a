"""Windows of a convolution laid over its input: how it is padded, what sizes come out, how torch is told."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from archspec.core.geometry import Sliding, same_padding
from archspec.ops.base import DoesNotFit, Operator
from archspec.ops.fitting import AXES, Pair, compact, options, per_axis, sides, slide, sliding, symmetric

_TARGETS = {(name, axes): f"{name}{axes}d" for name in ("nn.Conv", "SameConv", "PaddedConv") for axes in (1, 2, 3)}
_ROOM = {"reflect": -1, "circular": 0}  # how much wider than the input the padding may be


class Laid(NamedTuple):
    """Windows laid over an input.

    kernel:   the size of the window along each axis
    windows:  the windows
    sizes:    the sizes that come out
    target:   the class of torch's, or of ours, that pads so
    keywords: how it is told of stride, padding and dilation, where these are not its defaults
    """

    kernel: tuple[int, ...]
    windows: tuple[Sliding, ...]
    sizes: tuple[int, ...]
    target: str
    keywords: Mapping[str, Any]


def lay(op: Operator, kernel: Any, stride: Any, dilation: Any, padding: Any, sizes: tuple[int, ...]) -> Laid:
    """Windows over an input of these sizes, arguments as they are given. Raises `DoesNotFit`."""
    given = (kernel, stride, dilation, padding)
    kind: Any = type(op)
    if _PLAIN.issuperset(map(type, given)):
        return _lay(kind, *given, sizes)
    return _lay.__wrapped__(kind, *given, sizes)  # equal numbers may remember different expressions


_PLAIN = frozenset({int, str})


@lru_cache(maxsize=1024)
def _lay(op: Any, kernel: Any, stride: Any, dilation: Any, padding: Any, sizes: tuple[int, ...]) -> Laid:
    axes = len(sizes)
    kernel = per_axis(kernel, axes, "kernel")
    stride = per_axis(stride, axes, "stride")
    dilation = per_axis(dilation, axes, "dilation")
    pads = pads_of(padding, sizes, kernel, stride, dilation)
    windows = sliding(kernel, stride, dilation, pads)
    target, spelled = _spelling(padding, pads, stride)
    keywords = options(stride=(compact(stride), 1), padding=(spelled, 0), dilation=(compact(dilation), 1))
    return Laid(kernel, windows, slide(op, windows, sizes), _TARGETS[target, axes], keywords)


def pads_of(padding: Any, sizes: tuple[int, ...], *window: tuple[int, ...]) -> tuple[Pair, ...]:
    if padding == "same":
        return tuple(same_padding(*axis) for axis in zip(sizes, *window, strict=True))
    return sides(0 if padding == "valid" else padding, len(sizes))


def _spelling(padding: Any, pads: tuple[Pair, ...], stride: tuple[int, ...]) -> tuple[str, Any]:
    """The class that pads so, without its dimension, and its `padding` argument.

    Torch's own takes equal padding on both sides, and "same" for stride 1. TensorFlow's "same" with a stride depends on
    the size of the input: our class computes it anew for every input.
    """
    if padding == "same":
        return ("nn.Conv", "same") if all(step == 1 for step in stride) else ("SameConv", 0)
    if symmetric(pads):
        return "nn.Conv", compact(tuple([before for before, _ in pads]))
    return "PaddedConv", pads


def check_borders(mode: str, padding: Any, windows: tuple[Sliding, ...], sizes: tuple[int, ...]) -> None:
    """Reflected and wrapped pixels come from the input, so it must hold them. Raises `DoesNotFit`."""
    room = _ROOM.get(mode)
    if room is None:
        return
    for axis, window, size in zip(AXES[len(sizes)], windows, sizes, strict=True):
        most = max(window.before, window.after)
        if most > size + room:
            input_size = f"the input's {axis} is {int(size)}"
            message = f'padding of {most} is too wide for "{mode}": {input_size}'
            at = "padding" if padding != "same" else "padding_mode"
            raise DoesNotFit(message, at=at, help=f"at most {size + room} here")
