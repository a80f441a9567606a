"""How strides are told of: in pixels, with the sum behind them, and what would fit instead."""

from collections.abc import Iterator
from typing import NamedTuple

from archspec.analysis.flat import strides
from archspec.core.convolution import Sliding, Stride
from archspec.design import Apply

_AXES = {1: ("position",), 2: ("row", "column"), 3: ("plane", "row", "column")}


class Axis(NamedTuple):
    """One spatial axis of a layer whose window slides: what it is made of, its input size, and its verdict."""

    unit: str
    window: Sliding
    size: int
    found: Stride


def axes(node: Apply) -> tuple[Axis, ...]:
    """The axes of a layer along which a window slides."""
    found = strides(node.layer)
    if found is None:
        return ()
    units = _AXES.get(len(found), ("pixel",) * len(found))
    entering = node.layer.inputs[0].spatial
    return tuple(
        Axis(unit, window, int(size), one)
        for unit, window, size, one in zip(units, node.layer.windows, entering, found, strict=True)
        if one is not None and isinstance(window, Sliding)
    )


def counted(count: int, unit: str) -> str:
    return f"{count} {unit}s" if count != 1 else f"1 {unit}"


def last(some: list[Axis]) -> str:
    """`the last row and the last 2 columns`."""
    words = [f"the last {one.found.unread} {one.unit}s" if one.found.unread > 1 else f"the last {one.unit}"
             for one in some]  # fmt: skip
    return " and ".join(words)


def sums(some: list[Axis]) -> tuple[str, ...]:
    """What is left over, and the output size, of each axis; those that are alike once."""
    made = (f"{remainder(one)}, so {one.window.formula(one.size)}" for one in some)
    return tuple(dict.fromkeys(made))


def remainder(axis: Axis) -> str:
    """`(224 + 2·0 − 7) mod 2 = 1`."""
    _, stride, _, before, after, _ = axis.window
    pads = f"2·{before}" if before == after else f"{before} + {after}"
    return f"({axis.size} + {pads} − {axis.window.extent}) mod {stride} = {axis.found.remainder}"


def fitting(node: Apply, some: list[Axis]) -> str:
    """What would leave nothing over: the nearest sizes of the input, and a padding."""
    words = []
    for one in some:
        below, above = one.window.arithmetic_neighbours(one.size)
        words.append(f"{above}" if below is None else f"{below} or {above}")
    sizes = words[0] if len(set(words)) == 1 else " by ".join(words)
    padding = closing_padding(some)
    more = "" if padding is None else f"; so does `padding={padding}`"
    return f"an input of {sizes} fits{more}"


def closing_padding(some: list[Axis]) -> int | None:
    """The smallest larger padding, the same at every border, that leaves nothing over along all of these axes."""
    if any(one.window.before != one.window.after or one.window.before < 0 for one in some):
        return None
    start = max(one.window.before for one in some) + 1
    most = min(one.window.kernel for one in some) // 2  # pooling takes no more, and more would read padding alone
    return next((pad for pad in range(start, most + 1) if all(_exact(one, pad) for one in some)), None)


def _exact(axis: Axis, padding: int) -> bool:
    window = axis.window._replace(before=padding, after=padding)
    return window.output(axis.size) > 0 and window.check(axis.size).remainder == 0


def sliding(nodes: Iterator[Apply]) -> Iterator[tuple[Apply, tuple[Axis, ...]]]:
    """The layers whose windows slide, with their axes."""
    for node in nodes:
        found = axes(node)
        if found:
            yield node, found
