"""Which dilated layers of a network leave holes in what is read, whatever comes before and behind them.

The pixels that a position reads are followed through the whole network, along the first axis and from one change of
resolution to the next: through blocks and repeats, and where values meet, all that either reads.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from archspec.core.convolution import Sliding
from archspec.core.layer import Layer
from archspec.design import Apply, Graph, Instance, Module, Repeat

_WIDEST = 4096  # pixels; nothing of use reads more in a row, and what does is taken to have no holes

_MOST = 100_000  # layers, those of iterations and of blocks counted at each use; of a larger network nothing is said

Origin = int  # the identity of the layer that gave the pixels, or the place of an input
Awaited = tuple[int, Origin]  # a dilated layer, and the pixels of which holes are left


class Taps(NamedTuple):
    """The pixels that position 0 reads: the first one, and from there on a bit for each."""

    low: int
    bits: int

    @property
    def has_holes(self) -> bool:
        return self.bits.bit_count() < self.bits.bit_length()

    def through(self, window: Sliding) -> "Taps | None":
        """What is read through a window; none where that is too wide."""
        if self.bits.bit_length() + window.extent > _WIDEST:
            return None
        wider = 0
        for tap in range(window.kernel):
            wider |= self.bits << (tap * window.dilation)
        return Taps(self.low - window.before, wider)

    def joined(self, other: "Taps") -> "Taps | None":
        low = min(self.low, other.low)
        if max(self.low, other.low) - low > _WIDEST:
            return None
        return Taps(low, self.bits << (self.low - low) | other.bits << (other.low - low))


PIXEL = Taps(0, 1)


class _Value(NamedTuple):
    """What a value reads of the pixels of each origin, and the layers before it of which no hole is closed yet."""

    read: Mapping[Origin, Taps | None]
    awaited: frozenset[Awaited] = frozenset()


def with_holes(root: Module) -> frozenset[int]:
    """The identities of the dilated layers of which some use leaves holes that nothing closes."""
    walk = _Walk()
    try:
        walk.graph(root.graph, [_Value({-1 - at: PIXEL}) for at in range(len(root.inputs))])
    except _TooLarge:
        return frozenset()
    return frozenset(layer for layer, _ in walk.opened - walk.closed)


def slides(layer: Layer) -> bool:
    """Whether a window slides pixel by pixel."""
    return bool(layer.windows) and all(isinstance(one, Sliding) and one.stride == 1 for one in layer.windows)


def dilation(layer: Layer) -> int:
    """The smallest dilation of a layer whose windows slide."""
    return min(one.dilation if one.kernel > 1 else 1 for one in layer.windows if isinstance(one, Sliding))


class _TooLarge(Exception):
    pass


class _Walk:
    def __init__(self) -> None:
        self.left = _MOST
        self.opened: set[Awaited] = set()
        self.closed: set[Awaited] = set()

    def graph(self, graph: Graph, given: Sequence[_Value]) -> list[_Value]:
        """What the outputs of a graph read, from what its inputs do."""
        self.left -= len(graph.nodes)
        if self.left < 0:
            raise _TooLarge
        values = dict(zip(graph.inputs, given, strict=True))
        for node in graph.nodes:
            entering = [values[at] for at in node.inputs]
            if type(node) is Apply:
                made = [self.layer(node, entering)] * len(node.outputs)
            elif type(node) is Instance:
                made = self.graph(node.module.graph, entering)
            else:
                assert type(node) is Repeat
                made = self.repeat(node, entering)
            values.update(zip(node.outputs, made, strict=True))
        return [values[port.value] for port in graph.outputs]

    def repeat(self, node: Repeat, entering: list[_Value]) -> list[_Value]:
        carried, *others = entering
        for _ in range(int(node.count)):
            (made,) = self.graph(node.body, [carried, *others])
            if made == carried:
                break
            carried = made
        return [carried]

    def layer(self, node: Apply, entering: list[_Value]) -> _Value:
        layer = node.layer
        window = layer.windows[0] if layer.windows else Sliding(1)
        made = _met(entering)
        if layer.mixes or not layer.output.spatial or not isinstance(window, Sliding):
            return _Value({id(node): PIXEL})
        read = {origin: taps and taps.through(window) for origin, taps in made.read.items()}
        awaited = made.awaited
        if slides(layer) and dilation(layer) > 1:
            new = frozenset((id(node), origin) for origin in read)
            self.opened |= new
            awaited |= new
        self.closed |= {one for one in awaited if not (taps := read[one[1]]) or not taps.has_holes}
        if not slides(layer) and layer.windows:
            return _Value({id(node): PIXEL})
        return _Value(read, awaited - self.closed)


def _met(entering: Sequence[_Value]) -> _Value:
    """What values read that meet."""
    read: dict[Origin, Taps | None] = {}
    for value in entering:
        for origin, taps in value.read.items():
            other = read.get(origin, taps)
            read[origin] = taps and other and taps.joined(other)
    return _Value(read, frozenset().union(*(value.awaited for value in entering)))
