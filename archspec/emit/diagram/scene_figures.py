"""The figures that stand in boxes and over frames."""

from archspec.analysis.cost import cost
from archspec.analysis.parameters import parameters
from archspec.design import Apply, Instance, Module
from archspec.emit.diagram.scene import Figures
from archspec.emit.diagram.sketch import Again, Fault, Item, Stack


class Costs:
    """Figures of one iteration each, those of modules remembered."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int]] = {}

    def of_module(self, module: Module, shared: bool = False) -> Figures:
        found = self._known.get(id(module))
        if found is None:
            found = self._known[id(module)] = parameters(module).total, cost(module).macs
        return Figures(*found, shared)

    def of_layers(self, layers: tuple[Apply, ...], shared: bool) -> Figures:
        return Figures(
            sum(int(one.layer.parameters) for one in layers), sum(int(one.layer.macs) for one in layers), shared
        )

    def of_items(self, items: tuple[Item, ...], shared: bool) -> Figures:
        """The sum of items; what is shared counts at its first use."""
        owned = macs = 0
        for item in items:
            times, reused = 1, False
            if type(item) is Stack:
                one, reused = self.of_layers(item.layers, shared), item.reused
            elif type(item) is Instance:
                one, reused = self.of_module(item.module), item.reused
            elif type(item) is Fault:
                continue
            elif type(item) is Again:
                one, times = self.of_items(item.body.items, shared), item.times
            else:
                one = self.of_items(item.items, shared)  # type: ignore[union-attr]
            owned += 0 if reused else times * one.parameters
            macs += times * one.macs
        return Figures(owned, macs, shared)
