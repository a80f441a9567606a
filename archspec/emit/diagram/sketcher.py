"""Sketching: from the graph of a module to what is drawn of it."""

from collections.abc import Mapping
from typing import Any

from archspec.core.layer import Pass
from archspec.core.shape import Shape
from archspec.design import ALWAYS, Apply, ChildName, Graph, Indexed, Instance, Module, Node, Repeat, nodes
from archspec.elaborate.draft import Failure
from archspec.emit.diagram.rows import chained, folded, stacked
from archspec.emit.diagram.sketch import Again, Fault, Item, Sketch, Stack, name_range

Failures = Mapping[Module, tuple[Failure, ...]]
NO_FAILURES: Failures = {}
Iterations = tuple[tuple[int, int], ...]  # the first and the last of each repeat around, in one module


class Sketcher:
    """The sketches of modules.

    Without `fold`, repeats are written out and equal neighbours stay apart. With `chains`, long rows become one item.
    """

    def __init__(self, fold: bool = True, chains: bool = False, failures: Failures = NO_FAILURES) -> None:
        self.fold = fold
        self.chains = chains
        self.failures = failures
        self._sketches: dict[int, Sketch] = {}
        self._faulty: dict[Module, bool] = {}
        self._keys: dict[tuple[int, bool], int] = {}
        self._numbers: dict[Any, int] = {}

    def sketch(self, module: Module) -> Sketch:
        found = self._sketches.get(id(module))
        if found is None:
            found = self._sketches[id(module)] = self._of_graph(module.graph, (), self.failures.get(module, ()))
        return found

    def solo(self, module: Module) -> tuple[str, Stack] | None:
        """The one box that a module comes to, and the path to it within the module; none where there is more to it."""
        items = self.sketch(module).items
        if len(items) != 1:
            return None
        only = items[0]
        if type(only) is Instance:
            inner = self.solo(only.module)
            return inner and (f"{only.name}.{inner[0]}", inner[1])
        return ("", only) if type(only) is Stack else None

    def is_faulty(self, module: Module) -> bool:
        """Whether an error stands in it or in a module within it."""
        found = self._faulty.get(module)
        if found is None:
            inner = (node.module for node in nodes(module.graph) if type(node) is Instance)
            found = bool(self.failures) and (module in self.failures or any(map(self.is_faulty, inner)))
            self._faulty[module] = found
        return found

    def structure(self, module: Module) -> int:
        """A number that is the same for modules built alike, whatever their sizes."""
        return self._key(module, False)

    def item_key(self, item: Item, exact: bool) -> int:
        """A number that is the same for items that do the same; if not `exact`, whatever their sizes."""
        if type(item) is Again:
            return self._number((item.phase, item.times if exact else 0, self._sketch_key(item.body, exact)))
        if type(item) is Instance and not (exact and item.reused):
            return self._number((item.phase, self._key(item.module, exact)))
        if type(item) is Stack and not (exact and item.reused):
            layers = [(one.operator, one.layer.inputs) if exact else one.layer.op for one in item.layers]
            return self._number((item.phase, tuple(layers)))
        return self._number(id(item))  # a chain, or shared weights: equal to nothing else

    def _key(self, module: Module, exact: bool) -> int:
        at = (id(module), exact)
        if at not in self._keys:
            self._keys[at] = self._number((module.name, self._sketch_key(self.sketch(module), exact)))
        return self._keys[at]

    def _sketch_key(self, sketch: Sketch, exact: bool) -> int:
        parts = tuple((self.item_key(item, exact), item.inputs, item.outputs) for item in sketch.items)
        return self._number((parts, sketch.leaving))

    def _number(self, key: Any) -> int:
        return self._numbers.setdefault(key, len(self._numbers))

    def _of_graph(self, graph: Graph, iterations: Iterations, failures: tuple[Failure, ...] = ()) -> Sketch:
        shapes = [graph.shapes[at] for at in graph.inputs]
        here = {value: at for at, value in enumerate(graph.inputs)}
        made: list[Apply | Instance | Again | Fault] = []
        self._tidy(graph, here, shapes, made, iterations, ALWAYS)
        outputs = tuple(port._replace(value=here[port.value]) for port in graph.outputs)
        leaving = [port.value for port in outputs]
        made.extend(Fault(one, tuple(here[at] for at in one.inputs), one.phase) for one in failures)
        items = stacked(made, leaving)
        if self.fold:
            items = folded(items, [self.item_key(item, True) for item in items], shapes, leaving)
        if self.chains:
            items = chained(items, shapes, leaving)
        return Sketch(tuple(range(len(graph.inputs))), tuple(shapes), tuple(items), outputs)

    def _tidy(
        self,
        graph: Graph,
        here: dict[int, int],
        shapes: list[Shape],
        made: list[Apply | Instance | Again | Fault],
        iterations: Iterations,
        phase: str,
    ) -> None:
        """Append what a graph does. `here` says which value of the sketch a value of the graph is."""

        def fresh(node: Node) -> tuple[int, ...]:
            start = len(shapes)
            shapes.extend(graph.shapes[value] for value in node.outputs)
            here.update(zip(node.outputs, range(start, len(shapes)), strict=True))
            return tuple(range(start, len(shapes)))

        for node in graph.nodes:
            inputs = tuple(here[value] for value in node.inputs)
            inner = node.phase if node.phase != ALWAYS else phase
            if type(node) is Repeat:
                times = int(node.count)
                if times == 1 or not self.fold:
                    carried = inputs[0]
                    for at in range(times):
                        within = dict(zip(node.body.inputs, (carried, *inputs[1:]), strict=True))
                        self._tidy(node.body, within, shapes, made, (*iterations, (at, at)), inner)
                        carried = within[node.body.outputs[0].value]
                    here[node.outputs[0]] = carried
                    continue
                body = self._of_graph(node.body, (*iterations, (0, times - 1)))
                if not body.items:
                    here[node.outputs[0]] = inputs[0]
                else:
                    made.append(Again(times, body, inputs, fresh(node), inner))
            elif type(node) is Instance:
                sketch = self.sketch(node.module)
                if sketch.items:
                    name = _spelled(node.name, iterations)
                    made.append(node._replace(name=name, inputs=inputs, outputs=fresh(node), phase=inner))
                else:  # nothing happens inside: its outputs are its inputs
                    here.update((value, inputs[at]) for value, at in zip(node.outputs, sketch.leaving, strict=True))
            elif type(node) is Apply:
                if type(node.layer.call) is Pass and len(inputs) == len(node.outputs) == 1:
                    here[node.outputs[0]] = inputs[0]
                else:
                    name = _spelled(node.name, iterations)
                    made.append(node._replace(name=name, inputs=inputs, outputs=fresh(node), phase=inner))


def _spelled(name: ChildName, iterations: Iterations) -> str | None:
    if not isinstance(name, Indexed):
        return name
    return name_range(name.at(*(one[0] for one in iterations)), name.at(*(one[1] for one in iterations)))
