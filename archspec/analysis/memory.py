"""Activation memory: what training keeps, and the most that is alive at once when running for inference.

Every layer writes its output anew (nothing is done in place), except those that only look at it differently (`flatten`,
`chunk`, …). Layers run in the order of the spec; a value is freed after its last use. Bytes are those of one sample in
float32.
"""

from collections.abc import Callable
from typing import NamedTuple
from weakref import WeakKeyDictionary

from archspec.analysis.summaries import runs, summarise
from archspec.design import Apply, Graph, Instance, Module, Node, Repeat

BYTES = 4
Made = tuple[int | None, int]  # of an output: the memory it lives in (none: new), and its bytes


class Run(NamedTuple):
    """What running a graph takes.

    peak:    the most bytes alive at once, the inputs among them while they are needed
    outputs: for each output the memory it lives in: an input's (by its number) or a new one (none)
    sizes:   the bytes of each output's memory
    """

    peak: int
    outputs: tuple[int | None, ...]
    sizes: tuple[int, ...]


def activation_sum(module: Module, mode: str = "eval") -> int:
    """Bytes of all layer outputs together: what a training step keeps for its backward pass."""
    return summarise(module, lambda graph, of: _sum_of_graph(graph, of, mode), f"activation sum {mode}")


def _sum_of_graph(graph: Graph, of: Callable[[Module], int], mode: str) -> int:
    total = 0
    for node in graph.nodes:
        if not runs(node.phase, mode):
            continue
        if type(node) is Apply:
            total += 0 if node.layer.view else sum([BYTES * shape.elements for shape in node.layer.outputs])
        elif type(node) is Repeat:
            total += int(node.count) * _sum_of_graph(node.body, of, mode)
        else:
            total += of(node.module)  # type: ignore[union-attr]
    return total


def activation_peak(module: Module, mode: str = "eval") -> int:
    """The most bytes of values alive at once while the module runs, its inputs among them."""
    sizes = tuple(BYTES * shape.elements for shape in module.input_shapes)
    return _Peaks(mode).run(module.graph, tuple(range(len(sizes))), sizes, frozenset()).peak


# kept as long as the graph, by mode, which inputs share memory, how much that is, and what is needed afterwards
_KNOWN: WeakKeyDictionary[Graph, dict[tuple[str, tuple[int, ...], tuple[int, ...], frozenset[int]], Run]] = (
    WeakKeyDictionary()
)


class _Peaks:
    """Peaks by graph, by which inputs share memory, and by which the caller still needs afterwards."""

    def __init__(self, mode: str) -> None:
        self.mode = mode

    def run(self, graph: Graph, memory: tuple[int, ...], sizes: tuple[int, ...], kept: frozenset[int]) -> Run:
        """`memory` numbers the memory each input lives in, `sizes` are their bytes, `kept` those needed later on."""
        known = _KNOWN.setdefault(graph, {})
        key = (self.mode, memory, sizes, kept)
        found = known.get(key)
        if found is None:
            found = known[key] = self._run(graph, memory, sizes, kept)
        return found

    def _run(self, graph: Graph, memory: tuple[int, ...], sizes: tuple[int, ...], kept: frozenset[int]) -> Run:
        home: dict[int, int] = dict(zip(graph.inputs, memory, strict=True))  # the memory of each value
        size: dict[int, int] = dict(enumerate(sizes))
        nodes = [node for node in graph.nodes if runs(node.phase, self.mode)]
        last = self._last_uses(graph, nodes)
        fresh = len(sizes)
        alive = set(memory) | set(kept)
        uses: dict[int, int] = {}  # by memory: the last node that needs it
        for value, at in home.items():
            uses[at] = max(uses.get(at, -1), last.get(value, -1))
        total = peak = sum([size[at] for at in alive])
        ending = alive.copy()  # what a node may be the last to need; before the first one, also what none needs
        for position, node in enumerate(nodes):
            entering = {home[value] for value in node.inputs}
            if type(node) is Apply:
                inner, made = self._layer(node, home, size)
            else:
                needed = {at for at in entering if uses.get(at, -1) > position or at in kept}
                inner, made = self._within(node, home, size, needed)  # type: ignore[arg-type]
            peak = max(peak, total - sum([size[at] for at in entering]) + inner)
            ending |= entering
            for value, (given, amount) in zip(node.outputs, made, strict=True):
                where = fresh if given is None else given
                if given is None:
                    fresh += 1
                    size[where] = amount
                home[value] = where
                uses[where] = max(uses.get(where, -1), last.get(value, -1))
                ending.add(where)
                if where not in alive:
                    alive.add(where)
                    total += size[where]
            for at in ending:
                if at in alive and at not in kept and uses.get(at, -1) <= position:
                    alive.remove(at)
                    total -= size[at]
            ending = set()
        outputs = [home[port.value] for port in graph.outputs if port.value in home]
        return Run(peak, tuple(at if at < len(sizes) else None for at in outputs), tuple(size[at] for at in outputs))

    def _last_uses(self, graph: Graph, nodes: list[Node]) -> dict[int, int]:
        last: dict[int, int] = {}
        for position, node in enumerate(nodes):
            for value in node.inputs:
                last[value] = position
        for port in graph.outputs:
            last[port.value] = len(nodes)
        return last

    def _layer(self, node: Apply, home: dict[int, int], size: dict[int, int]) -> tuple[int, list[Made]]:
        """The bytes alive while a layer runs, its inputs among them, and the memory of its outputs."""
        homes = [home[value] for value in node.inputs]
        inputs = sum([size[at] for at in set(homes)])
        if node.layer.view and homes:
            return inputs, [(homes[0], size[homes[0]])] * len(node.outputs)
        # a view of no input is one of the weights
        made = [0 if node.layer.view else BYTES * shape.elements for shape in node.layer.outputs]
        return inputs + sum(made), [(None, amount) for amount in made]

    def _within(
        self, node: Instance | Repeat, home: dict[int, int], size: dict[int, int], needed: set[int]
    ) -> tuple[int, list[Made]]:
        """The same while the nodes within an instance or repeat run; `needed` are the memories that live on."""
        homes = [home[value] for value in node.inputs]
        distinct = list(dict.fromkeys(homes))
        memory = tuple(distinct.index(at) for at in homes)
        sizes = tuple(size[at] for at in distinct)
        kept = frozenset(k for k, at in enumerate(distinct) if at in needed)
        if type(node) is Instance:
            found = self.run(node.module.graph, memory, sizes, kept)
        else:
            found = self._repeat(node, memory, sizes, kept)  # type: ignore[arg-type]
        back = [(None if at is None else distinct[at], amount) for at, amount in zip(found[1], found[2], strict=True)]
        return found.peak, back

    def _repeat(self, node: Repeat, memory: tuple[int, ...], sizes: tuple[int, ...], kept: frozenset[int]) -> Run:
        """The first iteration reads what the caller may keep; each later one what the one before it made."""
        captured = frozenset(memory[1:])
        first = self.run(node.body, memory, sizes, kept | captured if node.count > 1 else kept)
        if node.count == 1 or first.outputs[0] is not None:
            return first
        carried = len(sizes)  # the memory that goes from iteration to iteration
        inner = (carried, *memory[1:])
        bytes_of = (*sizes, first.sizes[0])
        order = list(dict.fromkeys(inner))
        renamed = tuple(order.index(at) for at in inner)
        inner_sizes = tuple(bytes_of[at] for at in order)
        held = sum(sizes[at] for at in kept if at not in order)
        middle = self.run(node.body, renamed, inner_sizes, frozenset(order.index(at) for at in captured))
        last_kept = frozenset(order.index(at) for at in kept if at in order)
        last = self.run(node.body, renamed, inner_sizes, last_kept)
        peaks = [first.peak, held + last.peak]
        if node.count > 2:
            peaks.append(held + middle.peak)
        return Run(max(peaks), (None,), last.sizes)
