"""The children of a generated class: the calls that make them."""

from collections.abc import Mapping, Sequence
from typing import Any

from archspec.core.layer import Initialisation, ModuleCall, Name, ParameterCall
from archspec.core.number import Expr, Symbol, origin, plain, remember, substitute
from archspec.design import Apply, Graph, Indexed, Instance, Module, Repeat
from archspec.design import nodes as design_nodes
from archspec.emit.python_code import Code, Nest, Unsayable, call, identifier, literal, quoted
from archspec.emit.torch.calls import is_attribute
from archspec.emit.torch.classes import Argument, TorchClass, is_empty, is_inline, recovered
from archspec.emit.torch.merging import Absent
from archspec.emit.torch.numbers import COUNTER, Numbers
from archspec.emit.torch.rolling import CannotRoll
from archspec.emit.torch.rolling import place as place_in_spec

Aligned = Sequence[tuple[int, Any]]  # the same node in each of the class's modules, with the module's position


class Children:
    """Writes the constructor calls of the children of one class. `own_class` makes the class of a group that needs one.

    `uniform` holds the torch classes whose weights all start alike: the network starts those itself.
    """

    def __init__(
        self,
        numbers: Numbers,
        classes: Mapping[int, TorchClass],
        uniform: frozenset[str],
        own_class: Any,
        used: set[str],
        imports: Mapping[str, str],
        others: Mapping[int, Sequence[Module]],
        conditions: Mapping[int, Sequence[Expr]],
    ) -> None:
        self.numbers = numbers
        self.conditions = conditions  # those that nodes of a graph may stand on
        self.others = others  # modules that later iterations of a loop have in the place of one
        self.classes = classes
        self.uniform = uniform
        self.own_class = own_class
        self.used = used  # names the file must import or define
        self.imports = imports  # what the file calls what it takes from elsewhere

    def child(self, nodes: Aligned, graphs: Sequence[tuple[int, Graph]]) -> Code:
        """The call that makes the child of a layer or instance; where it is not there, an identity."""
        there = [(at, node) for at, node in nodes if type(node) is not Absent]
        if len(there) < len(nodes):
            code = self.child(there, graphs)
            return Nest("(", (code, f"if {self.presence(nodes, graphs)}", "else nn.Identity()"), ")", False, soft=True)
        if type(nodes[0][1]) is Apply and nodes[0][1].layer.is_parameter:
            return self._parameter(nodes)
        if type(nodes[0][1]) is Apply:
            return self._layer(nodes)
        return self._instance(nodes, graphs)

    def _layer(self, nodes: Aligned) -> Code:
        first: Apply = nodes[0][1]
        made = first.layer.call
        assert isinstance(made, ModuleCall)
        hint = first.name if isinstance(first.name, str) and not first.name.isdigit() else first.layer.op
        arguments = [
            self.numbers.text([(at, node.layer.call.arguments[k]) for at, node in nodes], f"{hint}_{place(k)}")
            for k in range(len(made.arguments))
        ]
        keywords = [
            (key, self.numbers.text([(at, _keyword(node, key)) for at, node in nodes], f"{hint}_{key}"))
            for key in dict.fromkeys(key for _, node in nodes for key in node.layer.call.keywords)
        ]
        targets = [self.imports.get(node.layer.call.target, node.layer.call.target) for _, node in nodes]
        self.used.update(targets)
        target = targets[0]
        if len(set(targets)) > 1:
            names = [(at, Name(text)) for (at, _), text in zip(nodes, targets, strict=True)]
            target = self.numbers.text(names, self._parameter_of(nodes) or hint)
        code = call(target, arguments, keywords)
        starts = first.layer.initialisation
        if not starts or made.target in self.uniform:
            return code
        self.used.update(("initialise", "partial"))
        return call("initialise", (code,), [(one.weight, self._start(one)) for one in starts])

    def _parameter_of(self, nodes: Aligned) -> str | None:
        """The parameter of the block that says which operator a layer is."""
        for name in self.numbers.modules[nodes[0][0]].parameters:
            given = [self.numbers.modules[at].parameters.get(name) for at, _ in nodes]
            if [getattr(one, "operator", None) for one in given] == [type(node.operator) for _, node in nodes]:
                return identifier(name)
        return None

    def presence(self, nodes: Aligned, graphs: Sequence[tuple[int, Graph]]) -> str:
        """When a node is there that not every module of the class has, in the words of the block."""
        there = [(at, type(node) is not Absent) for at, node in nodes]
        gone = [(at, not one) for at, one in there]
        for _, graph in graphs:
            for condition in self.conditions.get(id(graph), ()):
                for truths, form in ((there, "{}"), (gone, "not ({})")):
                    if self.numbers.holds(condition, truths):
                        try:
                            return form.format(self.numbers.say(condition))
                        except Unsayable:
                            continue
        return self.numbers.text(there, "has_" + identifier(str(nodes[0][1].name or "step")))

    def _start(self, one: Initialisation) -> str:
        """How a tensor starts, as a function of it."""
        target = self.imports.get(one.target, one.target)
        options = "".join(f", {key}={literal(value)}" for key, value in one.keywords.items())
        return f"partial({target}{options})" if options else target

    def _parameter(self, nodes: Aligned) -> Code:
        """`nn.Parameter(torch.zeros(1, 768))`, or with a start of its own."""
        first: Apply = nodes[0][1]
        made = first.layer.call
        assert isinstance(made, ParameterCall)
        hint = identifier(first.name) if isinstance(first.name, str) else "size"
        sizes = [
            self.numbers.text([(at, node.layer.call.shape[k]) for at, node in nodes], f"{hint}_{k}")
            for k in range(len(made.shape))
        ]
        shape = ["1"] * made.leading + sizes
        starts = first.layer.initialisation
        self.used.add("torch.empty" if starts else "torch.zeros")
        if not starts:
            return call("nn.Parameter", (call("torch.zeros", shape),))
        start = starts[0]
        options = [(key, literal(value)) for key, value in start.keywords.items()]
        return call(
            "nn.Parameter",
            (call(self.imports.get(start.target, start.target), (call("torch.empty", shape),), options),),
        )

    def _instance(self, nodes: Aligned, graphs: Sequence[tuple[int, Graph]]) -> Code:
        present = [(at, node) for at, node in nodes if not is_empty(node.module)]
        if not present:
            return "nn.Identity()"
        first: Module = present[0][1].module
        if is_inline(first):
            return self.sequence([(at, node.module.graph) for at, node in present], "nn.Sequential")
        made = self.own_class(present) if first.kind == "group" else self.classes[id(first)]
        self._check_loop(present, made)
        shapes = dict(graphs)
        hint = identifier(str(nodes[0][1].name)) if isinstance(nodes[0][1].name, str) else "child"
        positional: list[Code] = []
        keywords: list[tuple[str, Code]] = []
        for argument in made.arguments:
            values = [(at, self._value(argument, node, at, shapes[at])) for at, node in present]
            if argument.has_default and all(_is(plain(value), argument.default) for _, value in values):
                continue
            text = self.numbers.text(values, argument.name if not hint.isdigit() else f"{hint}_{argument.name}")
            if argument.has_default:
                keywords.append((argument.name, text))
            else:
                positional.append(text)
        code = call(made.name, positional, keywords)
        if len(present) == len(nodes):
            return code
        condition = self._condition(nodes, shapes) or self.numbers.flag(
            [(at, not is_empty(node.module)) for at, node in nodes], f"has_{hint}"
        )
        return Nest("(", (code, f"if {condition}", "else nn.Identity()"), ")", comma=False, soft=True)

    def _check_loop(self, nodes: Aligned, made: TorchClass) -> None:
        """Raise `CannotRoll` where a class does not say how its modules differ from one iteration to the next."""
        for _, node in nodes:
            for other in self.others.get(id(node.module), ()):
                loose = [one.values for one in made.arguments if one.symbol is None]
                same = self.classes[id(other)] is made
                if not same or any(values[id(other)] != values[id(node.module)] for values in loose):
                    raise CannotRoll(place_in_spec(node))

    def _value(self, argument: Argument, node: Instance, at: int, graph: Graph) -> Any:
        """The value of a class's argument at one of its uses, remembering expressions of the module around."""
        symbol = argument.symbol
        if symbol is None:
            return argument.values[id(node.module)]
        if node.module.kind == "group":
            return remember(self.numbers.scopes[at][symbol], Symbol(symbol))  # a group sees what is around it
        if symbol in node.arguments:
            return node.arguments[symbol]
        return entering(node, graph)[symbol]

    def _condition(self, nodes: Aligned, shapes: Mapping[int, Graph]) -> str | None:
        """When a block that is empty elsewhere is there: its own first condition, in the words of the module around."""
        for at, node in nodes:
            decisions = node.module.decisions
            if not decisions or decisions[0].condition is None:
                continue
            names = {name: origin(value) for name, value in node.arguments.items()}
            names.update({name: origin(value) for name, value in entering(node, shapes[at]).items()})
            seen = substitute(decisions[0].condition, names)
            if seen is None:
                continue
            taken = decisions[0].taken == 0
            there = [(k, (not is_empty(one.module)) == (taken == (not is_empty(node.module)))) for k, one in nodes]
            if self.numbers.holds(seen, there):
                try:
                    text = self.numbers.say(seen)
                except Unsayable:
                    continue
                return text if taken == (not is_empty(node.module)) else f"not ({text})"
        return None

    # --- sequences ---

    def sequence(self, graphs: Sequence[tuple[int, Graph]], head: str) -> Nest:
        """`nn.Sequential(…)` of the children of a graph, in order; labelled ones by name."""
        labels = any(_is_label(node.name) for _, graph in graphs for node in design_nodes(graph))
        if labels:
            self.used.add("OrderedDict")
            return Nest(f"{head}(", (self._by_name(graphs),), ")")
        return Nest(f"{head}(", self.items(graphs), ")")

    def _by_name(self, graphs: Sequence[tuple[int, Graph]]) -> Nest:
        """The children of graphs by name: as keywords where they can be, else as pairs."""
        aligned = list(zip(*([(at, node) for node in graph.nodes] for at, graph in graphs), strict=True))
        whole = zip(whole_nodes(graphs), aligned, strict=True)
        children = [(node, nodes) for node, nodes in whole if type(node) is Repeat or node.name is not None]
        if any(type(node) is Repeat or not is_attribute(node.name) for node, _ in children):
            return Nest("OrderedDict(", (Nest("[", self.pairs(graphs), "]"),), ")")
        return call("OrderedDict", (), [(node.name, self.child(nodes, graphs)) for node, nodes in children])

    def items(self, graphs: Sequence[tuple[int, Graph]]) -> tuple[Code, ...]:
        """The children of graphs as items of a list; operators that are no modules are left out."""
        made: list[Code] = []
        for k, node in enumerate(whole_nodes(graphs)):
            nodes: list[tuple[int, Any]] = [(at, graph.nodes[k]) for at, graph in graphs]
            there = [(at, one) for at, one in nodes if type(one) is not Absent]
            if type(node) is Repeat:
                made.append(self._repeated(nodes))
            elif there[0][1].name is None or there[0][1].reused:
                continue
            elif len(there) < len(nodes):  # a sequence is the shorter for what is not there
                only = Nest("[", (self.child(there, graphs),), "]")
                made.append(Nest("*(", (only, f"if {self.presence(nodes, graphs)}", "else []"), ")", comma=False))
            else:
                made.append(self.child(nodes, graphs))
        return tuple(made)

    def _repeated(self, nodes: Aligned) -> Code:
        count = self.numbers.count([(at, node.count) for at, node in nodes])
        self.numbers.runs = False
        inside = self.items([(at, node.body) for at, node in nodes])
        clause = f"for {COUNTER if self.numbers.runs else '_'} in range({count})"
        if len(inside) > 1:
            return Nest("*(", ("layer", clause, Nest("for layer in (", inside, ")")), ")", comma=False)
        (only,) = inside
        if isinstance(only, Nest) and only.head == "*(":  # a repeat of a repeat
            return only._replace(items=(only.items[0], clause, *only.items[1:]))
        return Nest("*(", (only, clause), ")", comma=False)

    def pairs(self, graphs: Sequence[tuple[int, Graph]]) -> tuple[Code, ...]:
        """The children of graphs as (name, module) pairs."""
        made: list[Code] = []
        for k, node in enumerate(whole_nodes(graphs)):
            nodes: list[tuple[int, Any]] = [(at, graph.nodes[k]) for at, graph in graphs]
            if type(node) is Repeat:
                count = self.numbers.count([(at, one.count) for at, one in nodes])
                inside = self._indexed_pairs([(at, one.body) for at, one in nodes])
                tail = f"for i in range({count})"
                if len(inside) == 1:
                    made.append(Nest("*(", (inside[0], tail), ")", comma=False))
                else:
                    made.append(Nest("*(", ("pair", tail, Nest("for pair in (", inside, ")")), ")", comma=False))
            elif node.name is not None:
                made.append(Nest("(", (quoted(str(node.name)), self.child(nodes, graphs)), ")"))
        return tuple(made)

    def _indexed_pairs(self, graphs: Sequence[tuple[int, Graph]]) -> tuple[Code, ...]:
        made: list[Code] = []
        for k, node in enumerate(graphs[0][1].nodes):
            assert type(node) is not Repeat
            nodes = [(at, graph.nodes[k]) for at, graph in graphs]
            if node.name is not None:  # type: ignore[union-attr]
                name = indexed_text(node.name, ("i",))  # type: ignore[union-attr]
                made.append(Nest("(", (name, self.child(nodes, graphs)), ")"))
        return tuple(made)


def whole_nodes(graphs: Sequence[tuple[int, Graph]]) -> list[Any]:
    """The nodes of aligned graphs, each from the first graph that has it."""
    rows = zip(*(graph.nodes for _, graph in graphs), strict=True)
    return [next(node for node in row if type(node) is not Absent) for row in rows]


def place(position: int) -> str:
    """What a positional argument of a torch module is called, to name an argument after it."""
    return ("in", "out", "kernel")[position] if position < 3 else str(position)


def _is_label(name: Any) -> bool:
    """Whether a child's name is more than the number of its place."""
    return bool(name.prefix or name.suffix) if isinstance(name, Indexed) else name is not None and not name.isdigit()


def indexed_text(name: Any, counters: tuple[str, ...]) -> str:
    """The name of a child within repeats as an f-string over their counters."""
    if not isinstance(name, Indexed):
        return quoted(str(name))
    terms = [
        counter if step == 1 else f"{step} * {counter}" for step, counter in zip(name.steps, counters, strict=True)
    ]
    text = " + ".join(terms) + (f" + {name.start}" if name.start else "")
    if not name.prefix and not name.suffix:
        return f"str({text})"
    around = [quoted(part)[1:-1].replace("{", "{{").replace("}", "}}") for part in (name.prefix, name.suffix)]
    return f'f"{around[0]}{{{text}}}{around[1]}"'


def entering(node: Instance, graph: Graph) -> dict[str, Any]:
    """The sizes of what enters a block by their names in it (`in.channels`), remembering the module around."""
    found: dict[str, Any] = {}
    inside = node.module.graph
    for value, local in zip(node.inputs, inside.inputs, strict=True):
        for size, given in zip(inside.shapes[local].sizes, graph.shapes[value].sizes, strict=True):
            symbol = origin(size)
            if isinstance(symbol, Symbol):
                found[symbol.name] = given
    return found


def _keyword(node: Apply, key: str) -> Any:
    keywords = node.layer.call.keywords  # type: ignore[union-attr]
    return keywords[key] if key in keywords else recovered(node, key)


def _is(value: Any, default: Any) -> bool:
    return type(value) is type(default) and bool(value == default)
