"""What stands in a row in a graph, put together: a layer and its activation, equal neighbours, long chains."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from archspec.core.shape import Shape
from archspec.design import Apply, Instance, Port
from archspec.emit.diagram.describe import is_tail
from archspec.emit.diagram.sketch import Again, Chain, Fault, Item, Sketch, Stack, name_range

LONGEST_PERIOD = 16  # equal neighbours are looked for among groups of at most so many items
CHAIN_ENDS = 8  # items at either end of a long chain that are drawn each

Named = TypeVar("Named", Apply, Instance)


def uses_of(nodes: Sequence[Apply | Item], outputs: Sequence[int]) -> dict[int, int]:
    """How often each value is read."""
    uses: dict[int, int] = {}
    for node in nodes:
        for value in node.inputs:
            uses[value] = uses.get(value, 0) + 1
    for value in outputs:
        uses[value] = uses.get(value, 0) + 1
    return uses


def stacked(nodes: Sequence[Apply | Instance | Again | Fault], outputs: Sequence[int]) -> list[Item]:
    """Layers with what belongs to them, in the order of the first layer of each."""
    uses = uses_of(nodes, outputs)
    made: list[Item] = []
    ends: dict[int, int] = {}  # by value: the position of the stack that ends with it
    for node in nodes:
        if type(node) is not Apply:
            made.append(node)  # type: ignore[arg-type]
            continue
        at = ends.get(node.inputs[0]) if len(node.inputs) == 1 else None
        if at is not None and uses[node.inputs[0]] == 1 and is_tail(node.layer):
            stack = made[at]
            if type(stack) is Stack and (stack.phase, stack.reused) == (node.phase, node.reused):
                made[at] = Stack((*stack.layers, node))
                ends[node.outputs[0]] = at
                continue
        if len(node.outputs) == 1:
            ends[node.outputs[0]] = len(made)
        made.append(Stack((node,)))
    return made


def folded(items: list[Item], keys: list[int], shapes: Sequence[Shape], outputs: Sequence[int]) -> list[Item]:
    """Runs of equal items (whose keys are equal), or of groups of items, as one each."""
    uses = uses_of(items, outputs)
    follows = [False, *(_follows(before, item, uses) for before, item in pairwise(items))]
    made: list[Item] = []
    at = 0
    while at < len(items):
        period, times = _run(keys, follows, at)
        if times == 1 or len(items[at].inputs) != 1:
            made.append(items[at])
            at += 1
            continue
        end = at + period * times
        first, last = items[at : at + period], items[end - period : end]
        alike = tuple(_ranged(one, other) for one, other in zip(first, last, strict=True))
        entering = items[at].inputs
        body = Sketch(entering, tuple(shapes), alike, (Port("output", first[-1].outputs[0]),))
        made.append(Again(times, body, entering, items[end - 1].outputs, items[at].phase))
        at = end
    return made


def chained(items: list[Item], shapes: Sequence[Shape], outputs: Sequence[int]) -> list[Item]:
    """Long rows of items as one, but for their ends."""
    uses = uses_of(items, outputs)
    made: list[Item] = []
    at = 0
    while at < len(items):
        end = at + 1
        while end < len(items) and _follows(items[end - 1], items[end], uses):
            end += 1
        row = items[at:end]
        if len(row) > 2 * CHAIN_ENDS + 1:
            middle = row[CHAIN_ENDS:-CHAIN_ENDS]
            left = tuple(shapes[value] for value in middle[-1].outputs)
            row = [*row[:CHAIN_ENDS], Chain(tuple(middle), left), *row[-CHAIN_ENDS:]]
        made.extend(row)
        at = end
    return made


def _follows(before: Item, item: Item, uses: dict[int, int]) -> bool:
    """Whether an item takes nothing but what the one before it makes, and nothing else takes that."""
    alone = len(before.outputs) == 1 and item.inputs == before.outputs and uses[before.outputs[0]] == 1
    return alone and item.phase == before.phase


def _run(keys: list[int], follows: list[bool], at: int) -> tuple[int, int]:
    """The shortest period with which items repeat from a position on, and how often: groups at least three times."""
    chain = at + 1
    while chain < len(keys) and chain <= at + 2 * LONGEST_PERIOD and follows[chain]:
        chain += 1
    for period in range(1, (chain - at) // 2 + 1):
        end = at + period
        while end < len(keys) and follows[end] and keys[end] == keys[end - period]:
            end += 1
        times = (end - at) // period
        if times >= (2 if period == 1 else 3):
            return period, times
    return 1, 1


def _ranged(first: Item, last: Item) -> Item:
    """An item under its names in the first and in the last of several iterations."""
    if type(first) is Stack and type(last) is Stack:
        return Stack(tuple(_renamed(one, other) for one, other in zip(first.layers, last.layers, strict=True)))
    if type(first) is Instance and type(last) is Instance:
        return _renamed(first, last)
    assert type(first) is Again and type(last) is Again
    items = tuple(_ranged(one, other) for one, other in zip(first.body.items, last.body.items, strict=True))
    return first._replace(body=first.body._replace(items=items))


def _renamed(first: Named, last: Named) -> Named:
    return first if first.name is None else first._replace(name=name_range(str(first.name), str(last.name)))
