"""The elaborator: from definitions to modules, each elaborated once for its arguments and input shapes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.core.diagnostic import Frame as TrailFrame
from archspec.core.diagnostic import Label
from archspec.core.layer import Pass
from archspec.core.limits import Limits
from archspec.core.number import Symbol
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.design import ALWAYS, Graph, Instance, Module, Port
from archspec.elaborate import promises, rules, statements, tasks
from archspec.elaborate.budget import Budget
from archspec.elaborate.children import child_name
from archspec.elaborate.evaluate import Evaluator, list_parameter
from archspec.elaborate.graph import GraphBuilder, Labelled
from archspec.elaborate.inputs import block_inputs, check_ports, declaration, leaving, network_inputs
from archspec.elaborate.naming import AUTO, clash, graph_has_weights, named
from archspec.elaborate.report import Met, Poison, Report
from archspec.elaborate.scope import FileScope, Frame
from archspec.elaborate.trace import Entered
from archspec.elaborate.values import Arguments, BlockMaker, Given, freeze
from archspec.ops.base import Operator
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.draft import Drafting


class Cached(NamedTuple):
    module: Module | None
    met: Met
    draft: Module | None = None


class Elaborator:
    """One run over one or more networks; what they have in common is elaborated once."""

    def __init__(self, report: Report, limits: Limits) -> None:
        self.report = report
        self.limits = limits
        self.budget = Budget(report, limits)
        self.evaluate = Evaluator(report, limits, self.budget)
        self.cache: dict[Any, Cached] = {}
        self.made: dict[int, tuple[BlockMaker, Mapping[str, Given]]] = {}  # what modules in the cache were made from
        self.bare: dict[type[Operator], Operator] = {}  # those without arguments: one `relu` serves all places
        self.active: list[tuple[tree.Block, Any]] = []  # the blocks around the place at hand, with their keys
        self.entered: Entered = []  # the graphs around the instances at hand, and what they handed in
        self.nested = 0  # bodies around it, those of blocks among them
        self.sizes: dict[str, tuple[int, ...]] = {}  # of inputs, where the caller gives them
        self.waiting: list[tuple[tree.Assert, Frame]] = []  # promises of the module at hand
        self.tasks: list[tasks.Waiting] = []  # of the network at hand
        self.promising = True  # promises speak of the declared inputs: with others they are not checked
        self.drafting: Drafting | None = None

    # --- modules ---

    def network(
        self,
        definition: tree.Network,
        scope: FileScope,
        arguments: Arguments,
        span: Span,
        inputs: Mapping[str, tuple[int, ...]],
        name: str = "",
    ) -> Module | None:
        """A network with its arguments bound; none where no value comes out of it."""
        name = name or definition.name
        self.report.network = name
        frame = Frame(scope, None, None)
        builder = GraphBuilder("module", definition.name_span)
        frame.builder = builder
        try:
            self.budget.begin_network(scope, span)
            self.evaluate.bind_parameters(definition.name, definition.parameters, arguments, frame, span)
            parameters = self._remembered_parameters(definition.parameters, frame)
            return self._finish(
                "network",
                name,
                definition.body,
                parameters,
                frame,
                builder,
                definition.span,
                inputs,
                definition.parameters,
            )
        except Poison as poison:
            if self.drafting is not None:
                self.drafting.root = poison.draft
            return None
        finally:
            self.budget.end_network(scope)
            self.report.network = ""

    def instance(
        self,
        maker: BlockMaker,
        given: Arguments,
        label: tuple[tree.Label, str] | None,
        builder: GraphBuilder,
        span: Span,
        shared: bool = False,
        reused: bool = False,
        lexical: bool = True,
    ) -> tuple[str, ...]:
        """A block applied to the values at hand; returns the names of its outputs where it has several.

        `lexical` says that the text names the block itself, not a parameter that holds it.
        """
        block = maker.block
        name: Any = label[1] if shared and label else child_name(self, label, builder)
        arguments = self.evaluate.matched(block.name, block.parameters, maker.arguments.joined(given), span)
        if builder.current is None:
            raise Poison(maker.name)
        if lexical and any(one is block for one, _ in self.active):
            raise self._recursion(block, span)
        check_ports(self, block, len(builder.current), span)
        self.budget.add_layers(1, span)
        shown = label[1] if label and label[1] != "_" else str(builder.next_number)
        shapes = tuple(builder.shapes[at] for at in builder.current)
        self.report.path.append(shown)
        path = ".".join(self.report.path)
        self.report.trail.append(TrailFrame(path, maker.name, span))
        self.entered.append((builder, builder.current))
        try:
            module, bound = self.module(maker, arguments, shapes, span)
        except Poison as poison:
            if self.drafting is not None:
                self.drafting.instance(poison, name, builder.current, span, builder)
            raise
        finally:
            self.entered.pop()
            self.report.trail.pop()
            self.report.path.pop()
        if name is AUTO:
            builder.numbers += 1
        made = Instance(module, name, builder.current, (), span, bound, builder.phase, reused)
        builder.current = builder.instance(made, leaving(module, bound, shapes))
        return module.output_names

    def module(
        self, maker: BlockMaker, given: Mapping[str, Given], shapes: tuple[Shape, ...], span: Span
    ) -> tuple[Module, Mapping[str, Any]]:
        """The module of a block for arguments and input shapes, and the arguments as given. Raises `Poison`."""
        block = maker.block
        frame = Frame(maker.scope)
        self.evaluate.bind_given(block.parameters, given, frame)
        bound = dict(frame.names)
        key = (id(block), tuple((name, freeze(value)) for name, value in bound.items()), shapes)
        known = self.cache.get(key)
        if known is None:
            if any(one == key for _, one in self.active):
                raise self._recursion(block, span)
            self.active.append((block, key))
            try:
                known = self.cache[key] = self._elaborate(block, frame, shapes)
                if known.module is not None:
                    self.made[id(known.module)] = maker, given
            finally:
                self.active.pop()
        elif known.met.diagnostics:
            self.report.again(known.met)
        if known.module is None:
            poison = Poison(block.name)
            poison.draft = known.draft
            raise poison
        return known.module, bound

    def _recursion(self, block: tree.Block, span: Span) -> Poison:
        around = [one for one, _ in self.active]
        at = next(i for i, one in enumerate(around) if one is block)
        cycle = " → ".join([one.name for one in around[at:]] + [block.name])
        help = f"there is no recursion: {cycle}; use `repeat` or `for`"
        return self.report.error(rules.RECURSION, f"`{block.name}` contains itself", span, help=help)

    def _elaborate(self, block: tree.Block, frame: Frame, shapes: tuple[Shape, ...]) -> Cached:
        mark = len(self.report.log)
        builder = GraphBuilder("module", block.name_span)
        frame.builder = builder
        parameters = self._remembered_parameters(block.parameters, frame)
        training, self.evaluate.training = self.evaluate.training, None
        draft: Module | None = None
        try:
            inputs = block_inputs(block, shapes)
            module: Module | None = self._finish(
                "block", block.name, block.body, parameters, frame, builder, block.span, inputs, block.parameters
            )
        except Poison as poison:
            module, draft = None, poison.draft
        finally:
            self.evaluate.training = training
        return Cached(module, self.report.since(mark), draft)

    def _remembered_parameters(self, parameters: tuple[tree.Parameter, ...], frame: Frame) -> dict[str, Any]:
        """The bound parameters; within the module their numbers remember their names."""
        found: dict[str, Any] = {}
        for parameter in parameters:
            value = list_parameter(frame.names[parameter.name], Symbol(parameter.name))
            found[parameter.name] = frame.names[parameter.name] = value
        return found

    def _finish(
        self,
        kind: str,
        name: str,
        body: tree.Body,
        parameters: Mapping[str, Any],
        frame: Frame,
        builder: GraphBuilder,
        span: Span,
        inputs: Any,
        declared: tuple[tree.Parameter, ...],
    ) -> Module:
        """Elaborate a body into a module. Raises `Poison` where nothing comes out of it."""
        waiting: list[tuple[tree.Assert, Frame]] = []
        defaults = {one.name: one.default.value for one in declared if isinstance(one.default, tree.Constant)}
        outer, self.waiting = self.waiting, waiting
        if kind == "network":
            self.tasks = []
        around, self.evaluate.reads = self.evaluate.reads, set()
        try:
            if kind == "block":
                for port, shape, at in inputs:
                    builder.labels[port] = Labelled((builder.input(shape, at),))
                builder.current = tuple(builder.inputs)
                names = tuple(port for port, _, _ in inputs)
            else:
                names = network_inputs(self, body, inputs, builder)
            statements.run_statements(self, body, frame, builder, top=True)
            module = self.close(kind, name, parameters, names, builder, _docs(body), span, defaults)
            for promise, where in waiting:
                promises.check_assert(self, promise, where, module)
            if kind == "network" and self.tasks:
                module = module.replaced(tasks=tasks.checked(self, module))
                if self.drafting is not None:
                    self.drafting.module(module, builder)
        finally:
            self.waiting = outer
            self.evaluate.reads = around
        return module

    def close(
        self,
        kind: str,
        name: str,
        parameters: Mapping[str, Any],
        inputs: tuple[str, ...],
        builder: GraphBuilder,
        docs: str,
        span: Span,
        defaults: Mapping[str, Any],
    ) -> Module:
        """The finished module of a graph. Raises `Poison` where no value comes out."""
        try:
            graph = self._graph(name, builder)
        except Poison as poison:
            if self.drafting is not None:
                poison.draft = self.drafting.broken(kind, name, inputs, builder, docs, span)
            raise
        made = Module(
            kind,
            name,
            parameters,
            inputs,
            graph,
            docs,
            span,
            _is_sequential(graph),
            tuple(builder.decisions),
            defaults,
            graph_has_weights(graph),
            frozenset(self.evaluate.reads),
        )
        return made if self.drafting is None else self.drafting.module(made, builder)

    def _graph(self, name: str, builder: GraphBuilder) -> Graph:
        """The graph of a module of this name, its children named. Raises `Poison`."""
        outputs = list(builder.outputs)
        if not (builder.outputs and builder.tapped):
            if builder.current is None:
                raise Poison(name)
            if len(builder.current) == 1:
                outputs.append(Port("output", builder.current[0]))
            elif not outputs:
                message = f"`{name}` ends with {len(builder.current)} values"
                help = "tap each one, `output name: identity`, or join them"
                if not builder.current:
                    message = f"`{name}` has no input" if not builder.inputs else f"`{name}` ends with no value"
                    help = f"declare one, `{declaration(builder.span)}`, and go on with steps"
                raise self.report.error(rules.PORTS, message, builder.span, help=help)
        if builder.broken:
            raise Poison(name)
        nodes = named(builder.nodes)
        met = clash(nodes)
        if met is not None:
            child, first, second = met
            labels = (Label(second.span), Label(first.span, "so is this"))
            help = "unnamed steps take the numbers 0, 1, 2 …, and names are paths: each stands once in a module"
            raise self.report.add(rules.DUPLICATE, f"a module here is called `{child}`", labels, help=help)
        return builder.graph(nodes, tuple(outputs))

    def statement(self, node: tree.Statement, frame: Frame, builder: GraphBuilder) -> None:
        statements.run_statement(self, node, frame, builder)

    def body(self, body: tree.Body, frame: Frame, builder: GraphBuilder) -> None:
        statements.run_statements(self, body, frame, builder, top=False)

    def group(
        self, node: tree.Group, label: tuple[tree.Label, str], frame: Frame, builder: GraphBuilder
    ) -> tuple[str, ...]:
        """A named group: a module of its own, which may read values from around it."""
        self.budget.add_layers(1, node.span)
        name = child_name(self, label, builder)
        shown = label[1] if name is not AUTO else str(builder.next_number)
        inner = GraphBuilder("group", node.span, builder)
        inner.enter(builder.current)
        self.report.path.append(shown)
        try:
            statements.run_statements(self, node.body, frame.inner(inner), inner, top=False)
            if builder.current is None:
                raise Poison(shown)
            names = tuple(f"in{at or ''}" for at in range(len(inner.inputs)))
            module = self.close("group", shown, {}, names, inner, "", node.span, {})
        except Poison as poison:
            if self.drafting is not None and builder.current is not None:
                self.drafting.instance(poison, name, (*builder.current, *inner.captured), node.span, builder)
            raise
        finally:
            self.report.path.pop()
        if name is AUTO:
            builder.numbers += 1
        entering = (*builder.current, *inner.captured)
        made = Instance(module, name, entering, (), node.span, {}, builder.phase)
        builder.current = builder.instance(made, module.output_shapes)
        return module.output_names


def _is_sequential(graph: Any) -> bool:
    """Whether every node is a child that takes just what the one before made."""
    if len(graph.inputs) != 1 or len(graph.outputs) != 1 or graph.outputs[0].phase != ALWAYS:
        return False
    at = graph.inputs[0]
    for node in graph.nodes:
        if node.inputs != (at,) or len(node.outputs) != 1 or node.phase != ALWAYS or getattr(node, "reused", False):
            return False
        if hasattr(node, "body"):
            if not _is_sequential(node.body):
                return False
        elif node.name is None and type(node.layer.call) is not Pass:
            return False
        at = node.outputs[0]
    return bool(graph.outputs[0].value == at)


def _docs(body: tree.Body) -> str:
    first = body.statements[0] if body.statements else None
    return first.text if isinstance(first, tree.Doc) else ""
