"""The layers of a network gathered by their operator, or by the block whose text they stand in."""

from typing import NamedTuple

from archspec.analysis.summaries import runs
from archspec.design import Apply, Graph, Instance, Module, modules

OP, BLOCK = "op", "block"


class Group(NamedTuple):
    """The layers of one operator or block. Those of blocks within a block are the inner block's: groups add up.

    layers:     how many there are, further uses of shared ones counted
    parameters: of all of them, shared ones once
    macs:       of those that run
    """

    layers: int = 0
    parameters: int = 0
    buffers: int = 0
    macs: int = 0

    def plus(self, more: "Group", times: int, counted: bool, running: bool) -> "Group":
        """With `more` so many times; further uses of shared weights are not `counted`."""
        own = times if counted else 0
        return Group(
            self.layers + times * more.layers,
            self.parameters + own * more.parameters,
            self.buffers + own * more.buffers,
            self.macs + (times * more.macs if running else 0),
        )


def groups(root: Module, by: str, mode: str = "eval") -> list[tuple[str, Group]]:
    """The groups by name, those with the most MACs first, then the most parameters."""
    of: dict[int, dict[str, Group]] = {}  # each module once, however often it is used
    for module in modules(root):
        of[id(module)] = _gathered(module.graph, by, mode, module, of)
    found = of[id(root)]
    return sorted(found.items(), key=lambda one: (-one[1].macs, -one[1].parameters, -one[1].layers, one[0]))


def _gathered(graph: Graph, by: str, mode: str, module: Module, of: dict[int, dict[str, Group]]) -> dict[str, Group]:
    found: dict[str, Group] = {}
    for node in graph.nodes:
        times, counted = 1, True
        if isinstance(node, Apply):
            layer = node.layer
            name = layer.op if by == OP else _own(module)
            inner = {name: Group(1, layer.parameters, layer.buffer_elements, layer.macs)}
            counted = not node.reused
        elif isinstance(node, Instance):
            inner = of[id(node.module)]
            counted = not node.reused
        else:
            inner = _gathered(node.body, by, mode, module, of)
            times = int(node.count)
        for name, one in inner.items():
            # what stands in a named group belongs to the block whose text that is
            key = name or _own(module)
            found[key] = found.get(key, Group()).plus(one, times, counted, runs(node.phase, mode))
    return found


def _own(module: Module) -> str:
    """The block's name; of a group none: the module around it has one."""
    return "" if module.kind == "group" else module.name
