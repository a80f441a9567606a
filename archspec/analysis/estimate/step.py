"""A step through a network: the memory that is alive as it runs forward and backward, module by module.

Values live in memory: a view in that of its input. Forward, a value is freed after its last use, unless it is kept for
the backward pass; what enters a module is held by its caller until the module is done. Backward, layers run in reverse;
each makes gradients of its inputs and weights, then what it alone kept is freed. Modules that meet the same conditions
are worked out once, and of equal iterations those that differ: cost grows with what is different in a network.
"""

from archspec.analysis.estimate.backward import Backward, Part
from archspec.analysis.estimate.idle import idle
from archspec.analysis.estimate.layers import Input, made_by
from archspec.analysis.estimate.repeats import chain
from archspec.analysis.estimate.running import Chain, Entering, Leaving, Run
from archspec.analysis.estimate.setting import Figures, Setting
from archspec.analysis.summaries import runs
from archspec.design import Apply, Graph, Instance, Repeat


class Steps:
    """Runs of graphs in one setting, each worked out once."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.known: dict[tuple[Graph, tuple[Entering, ...]], Run] = {}

    def run(self, graph: Graph, entering: tuple[Entering, ...]) -> Run:
        key = (graph, entering)
        found = self.known.get(key)
        if found is None:
            found = self.known[key] = _Frame(self, graph, entering).run()
        return found


class _Frame:
    """A graph as it runs. Homes are numbered: those of inputs first."""

    def __init__(self, steps: Steps, graph: Graph, entering: tuple[Entering, ...]) -> None:
        self.steps = steps
        self.graph = graph
        self.setting = steps.setting
        self.home = dict(zip(graph.inputs, (one.home for one in entering), strict=True))
        self.width = dict(zip(graph.inputs, (one.width for one in entering), strict=True))
        self.gradient = dict(zip(graph.inputs, (one.gradient for one in entering), strict=True))
        self.size = {one.home: one.size for one in entering}
        self.inputs = frozenset(self.size)
        self.held = {one.home for one in entering if one.held}
        self.needed = {one.home for one in entering if one.needed}
        self.alive = set(self.size)
        self.total = self.peak = sum(self.size.values())
        self.keeper: dict[int, int] = {}  # by home: the first node that keeps it
        self.uses: dict[int, int] = {}  # by home: the last node that needs it
        self.lingering: dict[int, None] = {}  # homes that are not needed, in the order in which they ended
        self.nodes = [node if runs(node.phase, self.setting.mode) else None for node in graph.nodes]

    def run(self) -> Run:
        last = self._last_uses()
        records: list[Figures | Run | Chain] = []
        parts: list[Part] = []
        figures = Figures()
        at: dict[int, int] = {}
        for value in self.home:
            self._use(value, last)
        self._free(set(self.alive), -1)
        for position, node in enumerate(self.nodes):
            if node is None:
                records.append(idle(self.graph.nodes[position], self.setting))
                figures = figures.plus(records[-1])  # type: ignore[arg-type]
                continue
            record: Figures | Run | Chain
            if type(node) is Apply:
                record, part = self._layer(node, position)
            else:
                record, part = self._within(node, position)  # type: ignore[arg-type]
            records.append(record)
            parts.append(part)
            at[position] = len(parts) - 1
            figures = figures.plus(part.figures)
            for value in node.outputs:
                self._use(value, last)
            self._linger(node, position)
            self._free({self.home[value] for value in (*node.inputs, *node.outputs)}, position)
        return self._done(parts, at, figures, tuple(records))

    def _done(
        self,
        parts: list[Part],
        at: dict[int, int],
        figures: Figures,
        records: tuple[Figures | Run | Chain, ...],
    ) -> Run:
        graph = self.graph
        ports = [port.value for port in graph.outputs if port.value in self.home]
        visible = self.inputs | {self.home[value] for value in ports}
        for home, position in self.keeper.items():
            if home not in visible:
                parts[at[position]] = parts[at[position]].freeing(self.size[home])
        backward = Backward(parts, {value: self._bytes(value) for value in self.gradient}, self.gradient)
        peak, learned = backward.run(list(dict.fromkeys(ports)))
        return Run(
            forward=self.peak,
            stash=sum(part.frees for part in parts),
            keeps=frozenset(home for home in self.keeper if home in self.inputs),
            outputs=tuple(self._leaving(port.value) for port in graph.outputs),
            backward=peak,
            learned=learned,
            figures=figures,
            nodes=records,
        )

    def _leaving(self, value: int) -> Leaving:
        home = self.home.get(value)
        if home is None:  # its part does not run
            return Leaving(None, 0, 0, False, False)
        known = home if home in self.inputs else None
        return Leaving(known, self.size[home], self.width[value], self.gradient[value], home in self.held)

    def _bytes(self, value: int) -> int:
        return self.setting.batch * self.graph.shapes[value].elements * self.width[value]

    def _last_uses(self) -> dict[int, int]:
        last: dict[int, int] = {}
        for position, node in enumerate(self.nodes):
            for value in node.inputs if node is not None else ():
                last[value] = position
        for port in self.graph.outputs:
            last[port.value] = len(self.nodes)
        return last

    def _use(self, value: int, last: dict[int, int]) -> None:
        home = self.home[value]
        self.uses[home] = max(self.uses.get(home, -1), last.get(value, -1))

    def _ends(self, home: int, position: int) -> bool:
        """Whether memory is no longer needed after a node."""
        stays = home in self.held or home in self.needed or home in self.lingering
        return home in self.alive and not stays and self.uses.get(home, -1) <= position

    def _linger(self, node: Apply | Instance | Repeat, position: int) -> None:
        """The generated code, like most, writes a result over one of what it is made of: `x = y + x`.

        The others are in their variables still, until another value needs one.
        """
        entering = dict.fromkeys(self.home[value] for value in node.inputs)
        ending = [at for at in entering if self.uses.get(at, -1) <= position]
        if not ending and self.lingering:
            oldest = next(iter(self.lingering))
            del self.lingering[oldest]
            self._free({oldest}, position)
        self.lingering.update(dict.fromkeys(at for at in ending[:-1] if self._ends(at, position)))

    def _free(self, homes: set[int], position: int) -> None:
        for at in homes:
            if self._ends(at, position):
                self.alive.remove(at)
                self.total -= self.size[at]

    def _keep(self, home: int, position: int) -> int:
        """Keep a value's memory for the backward pass; its bytes, where nothing did so before."""
        if home in self.held:
            return 0
        self.held.add(home)
        self.keeper[home] = position
        return self.size[home]

    def _new(self, size: int) -> int:
        home = len(self.size)
        self.size[home] = size
        self.alive.add(home)
        self.total += size
        return home

    def _layer(self, node: Apply, position: int) -> tuple[Figures, Part]:
        entering = tuple(
            Input(self.graph.shapes[value].elements, self.width[value], self.gradient[value]) for value in node.inputs
        )
        made = made_by(node, entering, self.setting)
        homes = [self.home[value] for value in node.inputs]
        for value, size in zip(node.outputs, made.outputs, strict=True):
            view = homes[0] if made.view and homes else None
            self.home[value] = self._new(0 if made.view else size) if view is None else view
            self.width[value], self.gradient[value] = made.width, made.gradient
        self.total += made.own
        self.peak = max(self.peak, self.total + made.passing)
        kept = made.own
        for at in made.inputs:
            kept += self._keep(homes[at], position)
        if made.kept:
            for value in node.outputs:
                kept += self._keep(self.home[value], position)
        figures = made.figures._replace(kept=kept if self.setting.train else 0)
        return figures, Part(node.inputs, node.outputs, made.own, made.learned, figures, made.passes)

    def _within(self, node: Instance | Repeat, position: int) -> tuple[Run | Chain, Part]:
        homes = [self.home[value] for value in node.inputs]
        distinct = list(dict.fromkeys(homes))
        # a caller holds what it hands to a module; between iterations only what is needed later lives on
        needed = [type(node) is Instance or at in self.needed or self.uses.get(at, -1) > position for at in homes]
        entering = tuple(
            Entering(distinct.index(at), self.size[at], self.width[value], self.gradient[value], at in self.held, kept)
            for value, at, kept in zip(node.inputs, homes, needed, strict=True)
        )
        record: Run | Chain
        if type(node) is Instance:
            record = run = self.steps.run(node.module.graph, entering)
        else:
            record = chain(self.steps.run, node, entering)  # type: ignore[arg-type]
            run = record.run
        self.peak = max(self.peak, self.total - sum(self.size[at] for at in distinct) + run.forward)
        self.total += run.stash
        for at in run.keeps:
            self._keep(distinct[at], position)
        for value, one in zip(node.outputs, run.outputs, strict=True):
            self.home[value] = self._new(one.size) if one.home is None else distinct[one.home]
            self.width[value], self.gradient[value] = one.width, one.gradient
            if one.held and one.home is None:
                self.held.add(self.home[value])
                self.keeper[self.home[value]] = position
        reused = type(node) is Instance and node.reused
        figures = run.figures._replace(parameters=0, buffers=0) if reused else run.figures
        learned = 0 if reused else run.learned
        return record, Part(
            node.inputs, node.outputs, run.stash, learned, figures, within=run.backward, stash=run.stash
        )
