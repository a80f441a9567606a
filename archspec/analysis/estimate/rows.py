"""An estimate by layer and by block: rows that add up to the network."""

from collections.abc import Iterator
from typing import NamedTuple

from archspec.analysis.estimate.running import Chain, Run
from archspec.analysis.estimate.setting import Figures, Setting
from archspec.analysis.estimate.totals import run_of
from archspec.analysis.outline import FOLDED, LAYER, OPEN, child_name, first_name
from archspec.design import Apply, Graph, Instance, Module, Repeat

Links = list[tuple[Run, int]]  # the runs that rows stand for, and how often each of them was


class Row(NamedTuple):
    """A layer, a block with its layers folded into it, or an open block whose rows follow.

    kind:    `LAYER`, `FOLDED` or `OPEN`; layers and folded blocks add up to the network
    path:    `*` stands for the index within a repeat
    first:   the path of the first of the equal ones it stands for
    name:    its last part
    level:   the blocks around it
    count:   how many equal ones it stands for
    op:      the operator, or of a block its name
    owner:   the block whose text it stands in
    figures: of all of them together
    """

    kind: str
    path: str
    first: str
    name: str
    level: int
    count: int  # type: ignore[assignment]
    op: str
    owner: str
    figures: Figures


class _Place(NamedTuple):
    owner: str
    prefix: str = ""
    first: str = ""
    level: int = 0
    instances: int = 1
    repeats: tuple[int, ...] = ()


def rows(root: Module, setting: Setting, depth: int | None = None) -> Iterator[Row]:
    """The rows of a network in the order they run, blocks below `depth` folded."""
    yield from _graph(root.graph, [(run_of(root, setting), 1)], _Place(root.name), depth)


def groups(root: Module, setting: Setting, by: str) -> list[tuple[str, int, Figures]]:
    """Layers gathered by operator ("op") or by the block whose text they stand in ("block"): how many, and theirs.

    Those that keep most come first, then those that take longest.
    """
    found: dict[str, tuple[int, Figures]] = {}
    for row in rows(root, setting):
        if row.kind == OPEN:
            continue
        key = row.op if by == "op" else row.owner
        count, figures = found.get(key, (0, Figures()))
        found[key] = (count + row.count, figures.plus(row.figures))
    made = [(name, count, figures) for name, (count, figures) in found.items()]
    return sorted(made, key=lambda one: (-one[2].kept, -one[2].seconds, -one[2].parameters, one[0]))


def _graph(graph: Graph, links: Links, place: _Place, depth: int | None) -> Iterator[Row]:
    for position, node in enumerate(graph.nodes):
        met = _distinct([(run.nodes[position], times) for run, times in links])
        if type(node) is Repeat:
            count = int(node.count)
            inner = place._replace(instances=place.instances * count, repeats=(*place.repeats, count))
            chains = [(record, times) for record, times in met if isinstance(record, Chain)]
            if chains:
                runs = _distinct([(run, one * times) for record, times in chains for run, one in record.links])
                yield from _graph(node.body, runs, inner, depth)  # type: ignore[arg-type]
                continue
            yield _row(FOLDED, node.body.nodes[0], met, inner)  # type: ignore[arg-type]
        elif type(node) is Apply:
            yield _row(LAYER, node, met, place)
        elif node.module.graph.nodes:  # type: ignore[union-attr]
            yield from _instance(node, met, place, depth)  # type: ignore[arg-type]


def _instance(
    node: Instance, met: list[tuple[Figures | Run | Chain, int]], place: _Place, depth: int | None
) -> Iterator[Row]:
    runs = [(record, times) for record, times in met if isinstance(record, Run)]
    folded = not runs or (depth is not None and place.level + 1 >= depth)
    row = _row(FOLDED if folded else OPEN, node, met, place)
    yield row
    if not folded:
        owner = place.owner if node.module.kind == "group" else node.module.name
        inner = _Place(owner, f"{row.path}.", f"{row.first}.", place.level + 1, place.instances)
        yield from _graph(node.module.graph, runs, inner, depth)


def _distinct(met: list[tuple[Figures | Run | Chain, int]]) -> list[tuple[Figures | Run | Chain, int]]:
    """Equal records once, with their numbers added."""
    found: dict[int, tuple[Figures | Run | Chain, int]] = {}
    for record, times in met:
        found[id(record)] = (record, times + found.get(id(record), (record, 0))[1])
    return list(found.values())


def _row(kind: str, node: Apply | Instance, met: list[tuple[Figures | Run | Chain, int]], place: _Place) -> Row:
    figures = Figures()
    for record, times in met:
        own = (
            record if isinstance(record, Figures) else record.figures if isinstance(record, Run) else record.run.figures
        )
        figures = figures.plus(own, times)
    if node.reused:
        figures = figures._replace(parameters=0, buffers=0)
    name, index = child_name(node, place.repeats)
    op = node.layer.op if type(node) is Apply else node.module.name  # type: ignore[union-attr]
    return Row(
        kind, place.prefix + index, place.first + first_name(node, place.repeats), name, place.level, place.instances,
        op, place.owner, figures,
    )  # fmt: skip
