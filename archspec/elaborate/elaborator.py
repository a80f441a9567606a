"""The elaborator: from the definitions of a file to modules, each elaborated once for its arguments and input shapes."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from archspec.core.diagnostic import Frame as TrailFrame
from archspec.core.diagnostic import Label
from archspec.core.layer import Pass
from archspec.core.limits import Limits
from archspec.core.number import Literal, Symbol, origin, plain, remember, substitute
from archspec.core.shape import CHANNEL, FEATURE, SEQUENCE, Shape
from archspec.core.source import Span
from archspec.design import ALWAYS, EVAL, TRAIN, Decision, Instance, Module, Port
from archspec.elaborate import promises, repeats, rules, steps
from archspec.elaborate.evaluate import Evaluator, list_parameter
from archspec.elaborate.graph import GraphBuilder, Labelled
from archspec.elaborate.naming import AUTO, named
from archspec.elaborate.report import Poison, Report
from archspec.elaborate.scope import MISSING, POISONED, FileScope, Frame
from archspec.elaborate.steps import SharedLayer
from archspec.elaborate.values import Arguments, BlockMaker, OperatorMaker, UserFunction, described, freeze
from archspec.syntax import tree


class Cached(NamedTuple):
    module: Module | None
    diagnostics: tuple[tuple[str, int, int, int], ...]


class Elaborator:
    """One run over one or more networks; what they have in common is elaborated once."""

    def __init__(self, report: Report, limits: Limits) -> None:
        self.report = report
        self.limits = limits
        self.evaluate = Evaluator(report, limits)
        self.cache: dict[Any, Cached] = {}
        self.active: list[tree.Block] = []
        self.layers = 0
        self.lost_labels: set[str] = set()

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
            self.evaluate.bind_parameters(definition.name, definition.parameters, arguments, frame, span)
        except Poison:
            return None
        parameters = self._remembered_parameters(definition.parameters, frame)
        try:
            return self._finish("network", name, definition.body, parameters, frame, builder, definition.span, inputs, definition.parameters)
        except Poison:
            return None
        finally:
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
    ) -> tuple[str, ...]:
        """A block applied to the values at hand; returns the names of its outputs where it has several."""
        arguments = maker.arguments.joined(given)
        name: Any = label[1] if shared and label else steps.child_name(self, label, builder)
        if builder.current is None:
            raise Poison(maker.name)
        shown = label[1] if label and label[1] != "_" else str(builder.next_number)
        shapes = tuple(builder.shapes[at] for at in builder.current)
        self.report.path.append(shown)
        path = ".".join(self.report.path)
        self.report.trail.append(TrailFrame(path, maker.name, span))
        try:
            module, bound = self.module(maker, arguments, shapes, span)
        finally:
            self.report.trail.pop()
            self.report.path.pop()
        if name is AUTO:
            builder.numbers += 1
        made = Instance(module, name, builder.current, (), span, bound, builder.phase, reused)
        builder.current = builder.instance(made, _leaving(module, bound, shapes))
        names = tuple(port.name for port in module.graph.outputs)
        if len(names) > 1 and label is None and "output" in names:
            builder.current = (builder.current[names.index("output")],)
        return names if len(names) > 1 else ()

    def module(
        self, maker: BlockMaker, arguments: Arguments, shapes: tuple[Shape, ...], span: Span
    ) -> tuple[Module, Mapping[str, Any]]:
        """The module of a block for arguments and input shapes, and the arguments as given. Raises `Poison`."""
        block = maker.block
        frame = Frame(maker.scope)
        self.evaluate.bind_parameters(block.name, block.parameters, arguments, frame, span)
        bound = dict(frame.names)
        key = (id(block), tuple((name, freeze(value)) for name, value in bound.items()), shapes)
        known = self.cache.get(key)
        if known is None:
            known = self._elaborate(block, maker, frame, shapes, span)
            self.cache[key] = known
        elif known.diagnostics:
            self.report.again(known.diagnostics)
        if known.module is None:
            raise Poison(block.name)
        return known.module, bound

    def _elaborate(
        self, block: tree.Block, maker: BlockMaker, frame: Frame, shapes: tuple[Shape, ...], span: Span
    ) -> Cached:
        if any(one is block for one in self.active):
            at = next(i for i, one in enumerate(self.active) if one is block)
            cycle = " → ".join([one.name for one in self.active[at:]] + [block.name])
            help = f"there is no recursion: {cycle}; use `repeat` or `for`"
            raise self.report.error(rules.RECURSION, f"`{block.name}` contains itself", span, help=help)
        if len(self.active) >= self.limits.nesting:
            message = f"blocks are nested more than {self.limits.nesting} deep"
            raise self.report.error(rules.TOO_LARGE, message, span)
        mark = len(self.report.log)
        builder = GraphBuilder("module", block.name_span)
        frame.builder = builder
        parameters = self._remembered_parameters(block.parameters, frame)
        self.active.append(block)
        training, self.evaluate.training = self.evaluate.training, None
        try:
            inputs = self._block_inputs(block, shapes, span)
            module: Module | None = self._finish(
                "block", block.name, block.body, parameters, frame, builder, block.span, inputs, block.parameters
            )
        except Poison:
            module = None
        finally:
            self.active.pop()
            self.evaluate.training = training
        return Cached(module, tuple(dict.fromkeys(self.report.log[mark:])))

    def _block_inputs(
        self, block: tree.Block, shapes: tuple[Shape, ...], span: Span
    ) -> list[tuple[str, Shape, Span]]:
        """The inputs of a block by name: those it declares, else the one it calls `in`."""
        declared = [s for s in block.body.statements if isinstance(s, tree.Inputs)]
        ports = [(port.name, port.span) for one in declared for port in one.ports] or [("in", block.name_span)]
        if len(ports) != len(shapes):
            takes = f"{len(ports)} value{'s' if len(ports) != 1 else ''}"
            entered = f"{len(shapes)} enter{'s' if len(shapes) == 1 else ''}"
            listed = ", ".join(name for name, _ in ports)
            help = f"write `({listed}) -> {block.name}`" if len(ports) > 1 else "read one of them: `(name) -> …`"
            if not shapes:
                help = "nothing enters here: declare an input, `input image: [3, 224, 224]`"
            labels = (Label(span), Label(block.name_span, "declared here"))
            raise self.report.add(
                rules.PORTS, f"`{block.name}` takes {takes}, here {entered}", labels, help=help
            )
        return [(name, _entering(shape, name), at) for (name, at), shape in zip(ports, shapes, strict=True)]

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
        outer, self.waiting = getattr(self, "waiting", waiting), waiting
        try:
            if kind == "block":
                for port, shape, at in inputs:
                    builder.labels[port] = Labelled((builder.input(shape, at),))
                builder.current = tuple(builder.inputs)
                names = tuple(port for port, _, _ in inputs)
            else:
                names = self._network_inputs(body, inputs, frame, builder)
            self.statements(body, frame, builder, top=True)
            module = self.close(kind, name, parameters, names, builder, _docs(body), span, defaults)
            for promise, where in waiting:
                promises.check_assert(self, promise, where, module)
        finally:
            self.waiting = outer
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
        outputs = list(builder.outputs)
        if not (builder.outputs and builder.tapped):
            if builder.current is None:
                raise Poison(name)
            if len(builder.current) == 1:
                outputs.append(Port("output", builder.current[0]))
            elif not outputs:
                message = f"`{name}` ends with {len(builder.current)} values"
                help = "tap each one: `(value) -> output name: identity`, or join them"
                raise self.report.error(rules.PORTS, message, builder.span, help="name each: `output …`" or help)
        if builder.broken:
            raise Poison(name)
        nodes = named(builder.nodes)
        graph = builder.graph(nodes, tuple(outputs))
        return Module(
            kind, name, parameters, inputs, graph, docs, span, _is_sequential(graph), tuple(builder.decisions), defaults
        )

    def _network_inputs(
        self, body: tree.Body, sizes: Mapping[str, tuple[int, ...]], frame: Frame, builder: GraphBuilder
    ) -> tuple[str, ...]:
        names: list[str] = []
        for statement in body.statements:
            if isinstance(statement, tree.Let | tree.Function | tree.Default):
                continue  # evaluated in their turn; shapes of inputs may use those before them
            if not isinstance(statement, tree.Inputs):
                continue
            names.extend(port.name for port in statement.ports)
        known = set(names)
        for name in sizes:
            if name not in known:
                message = f"there is no input `{name}`"
                raise self.report.error(rules.BAD_SHAPE, message, builder.span)
        self.sizes = dict(sizes)
        return tuple(names)

    def declare_inputs(self, node: tree.Inputs, frame: Frame, builder: GraphBuilder) -> None:
        """The inputs of a network, with the shapes they declare or were given."""
        for port in node.ports:
            if port.name in builder.labels:
                self.report.error(rules.DUPLICATE, f"a second input is called `{port.name}`", port.span)
                continue
            try:
                shape = self._declared_shape(port, frame)
            except Poison:
                builder.labels[port.name] = Labelled(None)
                builder.current = None
                continue
            value = builder.input(shape, port.span)
            builder.labels[port.name] = Labelled((value,))
            if builder.current is not None:
                builder.current = (*builder.current, value)

    def _declared_shape(self, port: tree.InputPort, frame: Frame) -> Shape:
        given = self.sizes.get(port.name)
        if given is None and port.shape is None:
            help = f"write `input {port.name}: [3, 224, 224]`"
            raise self.report.error(rules.BAD_SHAPE, f"the shape of `{port.name}` is missing", port.span, help=help)
        if given is not None:
            sizes: tuple[Any, ...] = given
            place = port.span
        else:
            assert port.shape is not None
            sizes = self.evaluate.items(port.shape, frame)
            place = port.shape.span
        limits = self.limits
        if not 1 <= len(sizes) <= min(limits.rank, 4):
            help = "[features], [channels, length], [channels, height, width] or [channels, depth, height, width]"
            message = f"an input with {len(sizes)} axes"
            raise self.report.error(rules.BAD_SHAPE, message, place, help=help)
        for size in sizes:
            if isinstance(size, bool) or not isinstance(size, int) or not 1 <= size <= limits.size:
                message = f"{described(size) if not isinstance(size, int) else f'`{plain(size)}`'} is not a size"
                raise self.report.error(rules.BAD_SHAPE, message, place, help="sizes are positive integers")
        shape = _entering(Shape(sizes), port.name, sizes)
        if shape.elements > limits.elements:
            raise self.report.error(rules.TOO_LARGE, f"an input of {shape.elements} elements", place)
        return shape

    # --- bodies ---

    def body(self, body: tree.Body, frame: Frame, builder: GraphBuilder) -> None:
        self.statements(body, frame, builder, top=False)

    def statements(self, body: tree.Body, frame: Frame, builder: GraphBuilder, top: bool) -> None:
        """Run the statements of a body in order; each reports its own errors."""
        for at, statement in enumerate(body.statements):
            if isinstance(statement, tree.Doc):
                if not (top and at == 0):
                    message = "a documentation string that does not stand first"
                    self.report.error(rules.MISPLACED, message, statement.span)
            elif isinstance(statement, tree.Inputs):
                self._inputs_statement(statement, frame, builder, top)
            else:
                self.statement(statement, frame, builder)

    def _inputs_statement(self, node: tree.Inputs, frame: Frame, builder: GraphBuilder, top: bool) -> None:
        if not top or builder.nodes:
            message = "`input` stands before the steps of a block or network"
            self.report.error(rules.MISPLACED, message, node.span)
        elif not self.active:
            self.declare_inputs(node, frame, builder)

    def statement(self, node: tree.Statement, frame: Frame, builder: GraphBuilder) -> None:
        """One statement. Its errors are reported here; what it would have named is then known to be broken."""
        try:
            _STATEMENTS[type(node)](self, node, frame, builder)
        except Poison:
            if isinstance(node, tree.Let):
                _poison(node.targets, frame)
            elif isinstance(node, tree.For | tree.If | tree.Repeat | tree.Chain):
                builder.current = None
                builder.broken = True
                self.lost_labels.update(_labels_in(node))

    def _chain(self, node: tree.Chain, frame: Frame, builder: GraphBuilder) -> None:
        steps.chain(self, node, frame, builder)

    def _let(self, node: tree.Let, frame: Frame, builder: GraphBuilder) -> None:
        value = self.evaluate.value(node.value, frame)
        if len(node.targets) == 1 and node.targets[0].name is not None:
            name = node.targets[0].name
            definition = origin(value)
            frame.names[name] = value if type(definition) is Literal else remember(value, Symbol(name, definition))
        else:
            self.evaluate.bind(node.targets, value, frame, node.value)

    def _function(self, node: tree.Function, frame: Frame, builder: GraphBuilder) -> None:
        frame.names[node.name] = UserFunction(node, frame.file, frame)

    def _default(self, node: tree.Default, frame: Frame, builder: GraphBuilder) -> None:
        name, arguments = self.default_arguments(node, frame)
        frame.defaults[name] = frame.defaults.get(name, Arguments()).joined(arguments)

    def default_arguments(self, node: tree.Default, frame: Frame) -> tuple[str, Arguments]:
        found = frame.lookup(node.name.id)
        if type(found) is not OperatorMaker:
            message = f"`{node.name.id}` is no operator" if found is not MISSING else (
                f"no operator is called `{node.name.id}`"
            )
            raise self.report.error(rules.UNKNOWN_NAME, message, node.name.span)
        arguments = self.evaluate.arguments(node.arguments, frame)
        if arguments.positional:
            message = "a default is given by name"
            raise self.report.error(rules.ARGUMENT, message, arguments.positional[0].span)
        operator = found.operator
        for name, given in arguments.named:
            if name not in operator.parameters:
                from archspec.ops.base import closest

                message = f"`{operator.name}` has no parameter `{name}`"
                help = closest(name, list(operator.parameters))
                raise self.report.error(rules.ARGUMENT, message, given.span, help=help)
            try:
                operator.parameters[name].kind.accept(given.value)
            except ValueError as error:
                raise self.report.error(rules.ARGUMENT, f"`{name}`: {error}", given.span) from None
        return node.name.id, arguments

    def _output(self, node: tree.Output, frame: Frame, builder: GraphBuilder) -> None:
        """Tap the value at hand: run the chain, name its result, and go on from where it was."""
        before = builder.current
        last = node.chain.steps[-1] if node.chain.steps else None
        name = "output"
        if last is not None and last.labels:
            name = self.evaluate.string(last.labels[0].name, frame)
        elif last is None and node.chain.source is not None and len(node.chain.source) == 1:
            expression = node.chain.source[0].expression
            name = expression.id if isinstance(expression, tree.Name) else getattr(expression, "attribute", "output")
        steps.chain(self, node.chain, frame, builder)
        made, builder.current = builder.current, before
        if builder.nodes or made is not None:
            builder.tapped = True
        if name in builder.output_spans:
            first = Label(builder.output_spans[name], "first here")
            self.report.add(rules.DUPLICATE, f"a second output is called `{name}`", (Label(node.span), first))
            return
        builder.output_spans[name] = node.span
        if made is None:
            return
        if len(made) != 1:
            message = f"an output is one value, here are {len(made)}"
            self.report.error(rules.PORTS, message, node.span)
            return
        builder.outputs.append(Port(name, made[0], builder.phase))

    def _shared(self, node: tree.Shared, frame: Frame, builder: GraphBuilder) -> None:
        action = node.action
        if not isinstance(action, tree.Call):
            message = "`shared` names an operator or a block"
            frame.names[node.name] = POISONED
            raise self.report.error(rules.NOT_A_STEP, message, action.span, help="put the steps in a block")
        frame.names[node.name] = POISONED
        found = frame.file.lookup(action.name.id) if action.name.id == node.name else frame.lookup(action.name.id)
        if found is POISONED:
            raise Poison(node.name)
        if found is MISSING:
            raise steps.unknown_step(self, action.name, frame, builder)
        if type(found) is not OperatorMaker and type(found) is not BlockMaker:
            message = f"`{action.name.id}` is {described(found)}, not an operator or block"
            raise self.report.error(rules.NOT_A_STEP, message, action.name.span)
        if action.arguments is not None:
            arguments = found.arguments.joined(self.evaluate.arguments(action.arguments, frame))
            found = found._replace(arguments=arguments)
        label = tree.Label(tree.String((node.name,), node.span), node.span)
        steps.child_name(self, (label, node.name), builder)
        frame.names[node.name] = SharedLayer(node.name, found, builder, node.span)

    def _expect(self, node: tree.Expect, frame: Frame, builder: GraphBuilder) -> None:
        promises.check_expect(self, node, frame, builder)

    def _assert(self, node: tree.Assert, frame: Frame, builder: GraphBuilder) -> None:
        self.waiting.append((node, frame))

    # --- control ---

    def choose(self, node: tree.If, frame: Frame, builder: GraphBuilder) -> tree.Body | None:
        """The body an `if` takes where its conditions do not depend on the mode. Raises `Poison`."""
        for at, (condition, body) in enumerate(node.branches):
            if self._condition(condition, frame, builder) == (True, True):
                builder.decisions.append(self._decision(node, at, frame))
                return body
        builder.decisions.append(self._decision(node, len(node.branches), frame))
        return node.otherwise

    def _decision(self, node: tree.If, taken: int, frame: Frame) -> Decision:
        training, self.evaluate.training = self.evaluate.training, True
        try:
            remembered = self.evaluate.remembered(node.branches[0][0], frame)
        finally:
            self.evaluate.training = training
        return Decision(node.span, taken, remembered if len(node.branches) == 1 else None)

    def _condition(self, node: tree.Expression, frame: Frame, builder: GraphBuilder) -> tuple[bool, bool]:
        """A condition in training and in evaluation."""
        evaluate = self.evaluate
        outer = evaluate.training, evaluate.read_training
        try:
            evaluate.training, evaluate.read_training = builder.phase != EVAL, False
            first = evaluate.condition(node, frame)
            if not evaluate.read_training or builder.phase != ALWAYS:
                return first, first
            evaluate.training = False
            return first, evaluate.condition(node, frame)
        finally:
            evaluate.training, evaluate.read_training = outer

    def _if(self, node: tree.If, frame: Frame, builder: GraphBuilder) -> None:
        undecided = {TRAIN, EVAL}  # the modes in which no branch has been taken yet
        for at, (condition, body) in enumerate(node.branches):
            training, evaluation = self._condition(condition, frame, builder)
            holds = {mode for mode, value in ((TRAIN, training), (EVAL, evaluation)) if value} & undecided
            if holds:
                if len(holds) == 2:
                    builder.decisions.append(self._decision(node, at, frame))
                self._in_modes(holds, body, frame, builder)
                undecided -= holds
            if not undecided:
                return
        if len(undecided) == 2:
            builder.decisions.append(self._decision(node, len(node.branches), frame))
        if node.otherwise is not None:
            self._in_modes(undecided, node.otherwise, frame, builder)

    def _in_modes(self, modes: set[str], body: tree.Body, frame: Frame, builder: GraphBuilder) -> None:
        """Run a body in both modes, or as a part that exists in one of them only."""
        if len(modes) == 2:
            self.body(body, frame.inner(), builder)
            return
        phase, before = builder.phase, builder.current
        builder.phase = next(iter(modes))
        try:
            self.body(body, frame.inner(), builder)
        finally:
            builder.phase = phase
        if builder.current is not None and builder.current != before:
            help = "tap it with `output …`, or read it by its label in the same `if`"
            message = "this would change the value at hand in one mode only"
            self.report.error(rules.TRAINING, message, body.span, help=help)
        builder.current = before

    def iterations(self, node: tree.For, frame: Frame) -> Iterator[Frame]:
        for item in self.evaluate.items(node.source, frame):
            inner = frame.inner()
            self.evaluate.bind(node.targets, item, inner, node.source)
            yield inner

    def repetitions(self, node: tree.Repeat, frame: Frame) -> Iterator[Frame]:
        """The iterations of a `repeat` among branches, which are all different branches."""
        count = self.evaluate.integer(node.count, frame, 0, "the count")
        if count > self.limits.distinct_layers:
            raise self.report.error(rules.TOO_LARGE, f"{count} branches", node.count.span)
        for at in range(count):
            inner = frame.inner()
            if node.name is not None:
                inner.names[node.name] = at
            yield inner

    def _for(self, node: tree.For, frame: Frame, builder: GraphBuilder) -> None:
        for inner in self.iterations(node, frame):
            self.body(node.body, inner, builder)

    def _repeat(self, node: tree.Repeat, frame: Frame, builder: GraphBuilder) -> None:
        repeats.repeat(self, node, frame, builder)

    # --- groups ---

    def group(
        self, node: tree.Group, label: tuple[tree.Label, str], frame: Frame, builder: GraphBuilder
    ) -> tuple[str, ...]:
        """A named group: a module of its own, which may read values from around it."""
        name = steps.child_name(self, label, builder)
        shown = label[1] if name is not AUTO else str(builder.next_number)
        inner = GraphBuilder("group", node.span, builder)
        if builder.current is None:
            inner.current = None
        else:
            inner.current = tuple(inner.input(builder.shapes[at], builder.makers[at]) for at in builder.current)
        self.report.path.append(shown)
        try:
            self.statements(node.body, frame.inner(inner), inner, top=False)
            if builder.current is None:
                raise Poison(shown)
            names = tuple(f"in{at or ''}" for at in range(len(inner.inputs)))
            module = self.close("group", shown, {}, names, inner, "", node.span, {})
        finally:
            self.report.path.pop()
        if name is AUTO:
            builder.numbers += 1
        entering = (*builder.current, *inner.captured)
        made = Instance(module, name, entering, (), node.span, {}, builder.phase)
        builder.current = builder.instance(made, module.output_shapes)
        outputs = tuple(port.name for port in module.graph.outputs)
        return outputs if len(outputs) > 1 else ()

    def count_layers(self, count: int, span: Span) -> None:
        self.layers += count
        if self.layers > self.limits.distinct_layers:
            message = f"more than {self.limits.distinct_layers} distinct layers"
            raise self.report.error(rules.TOO_LARGE, message, span)


def _entering(shape: Shape, name: str, sizes: tuple[Any, ...] | None = None) -> Shape:
    """The shape of an input within its module: sizes remember that they are the input's."""
    words = _axis_words(shape)
    made = []
    for at, size in enumerate(shape.sizes):
        given = sizes[at] if sizes is not None else size
        keep = sizes is not None and type(origin(given)) is not Literal
        made.append(given if keep else remember(int(size), Symbol(f"{name}.{words[at]}")))
    return Shape(made, shape.roles)


def _leaving(module: Module, arguments: Mapping[str, Any], entered: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """The output shapes of a block as the module around it sees them: in terms of the arguments it gave."""
    names = {name: origin(value) for name, value in arguments.items() if isinstance(value, int | float)}
    for inside, outside in zip(module.input_shapes, entered, strict=True):
        for size, given in zip(inside.sizes, outside.sizes, strict=True):
            symbol = origin(size)
            if isinstance(symbol, Symbol):
                names[symbol.name] = origin(given)
    return tuple(Shape((_outside(size, names) for size in shape.sizes), shape.roles) for shape in module.output_shapes)


def _outside(size: int, names: Mapping[str, Any]) -> int:
    expression = origin(size)
    if isinstance(expression, Literal):
        return int(size)
    seen = substitute(expression, names)
    return int(size) if seen is None else remember(int(size), seen)


def _axis_words(shape: Shape) -> list[str]:
    spatial = shape.spatial_axes
    words = []
    for at, role in enumerate(shape.roles):
        if role in (CHANNEL, FEATURE) and at == shape.channel_axis:
            words.append("channels")
        elif role == SEQUENCE:
            words.append("length")
        elif at in spatial:
            back = len(spatial) - spatial.index(at)
            words.append("length" if len(spatial) == 1 else {1: "width", 2: "height", 3: "depth"}[back])
        else:
            words.append(f"shape[{at}]")
    return words


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


def _poison(targets: tuple[tree.Target, ...], frame: Frame) -> None:
    for target in targets:
        if target.name is not None:
            frame.names[target.name] = POISONED
        _poison(target.parts, frame)


def _labels_in(node: Any) -> Iterator[str]:
    if isinstance(node, tree.Label):
        yield from (part for part in node.name.parts if isinstance(part, str))
    elif isinstance(node, tuple):
        for part in node:
            if isinstance(part, tuple):
                yield from _labels_in(part)


_STATEMENTS: dict[type, Any] = {
    tree.Chain: Elaborator._chain,
    tree.Let: Elaborator._let,
    tree.Function: Elaborator._function,
    tree.Default: Elaborator._default,
    tree.Output: Elaborator._output,
    tree.Shared: Elaborator._shared,
    tree.Expect: Elaborator._expect,
    tree.Assert: Elaborator._assert,
    tree.If: Elaborator._if,
    tree.For: Elaborator._for,
    tree.Repeat: Elaborator._repeat,
}
