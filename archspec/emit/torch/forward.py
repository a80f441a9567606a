"""The forward method of a generated class: one line a step, values under readable names."""

import keyword
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from archspec.core.layer import Cut, FunctionCall, Methods, Pass
from archspec.design import ALWAYS, TRAIN, Apply, Graph, Indexed, Instance, Port, Repeat
from archspec.emit.python_code import Code, Nest, identifier, lines, literal, quoted
from archspec.emit.torch.children import indexed_text

_FRESH = ("x", "y", "z", "u", "v", "w")
_COUNTERS = "ijklmn"
NO_IMPORTS: Mapping[str, str] = {}


class Forward:
    """Writes the statements of a graph.

    access:    "attribute" (`self.conv1(x)`) or "index" (`self[0](x)`, in a class that is an `nn.Sequential`)
    counts:    Python for the number of iterations of a repeat, by the identity of its body
    used:      names the file must import, added to
    protected: variables of the statements around that are needed later
    counters:  those of the repeats around
    imports:   what the file calls what it takes from elsewhere
    """

    def __init__(
        self,
        access: str,
        counts: Mapping[int, str],
        used: set[str],
        *,
        shapes: bool = False,
        protected: frozenset[str] = frozenset(),
        declared: set[str] | None = None,
        counters: tuple[str, ...] = (),
        imports: Mapping[str, str] = NO_IMPORTS,
    ) -> None:
        self.access = access
        self.counts = counts
        self.used = used
        self.shapes = shapes
        self.protected = protected
        self.declared = declared if declared is not None else set()
        self.counters = counters
        self.imports = imports
        self.out: list[str] = []
        self.names: dict[int, str] = {}  # the variable that holds a value
        self.uses: Counter[int] = Counter()  # how often a value is still needed

    def statements(self, graph: Graph, inputs: Sequence[str], indent: int, kept: Sequence[int] = ()) -> None:
        """Write the statements of a graph whose inputs are in these variables; `kept` values stay untouched."""
        self.names.update(zip(graph.inputs, inputs, strict=True))
        self.declared.update(inputs)
        self.uses.update(value for node in graph.nodes for value in node.inputs)
        self.uses.update(port.value for port in graph.outputs)
        self.uses.update(kept)
        phase = ALWAYS
        for node in graph.nodes:
            if node.phase not in (phase, ALWAYS):
                mode = "self.training" if node.phase == TRAIN else "not self.training"
                self.out.append(" " * indent + f"if {mode}:")
            phase = node.phase
            inner = indent if phase == ALWAYS else indent + 4
            if type(node) is Repeat:
                self._repeat(node, graph, inner)
            else:
                self._step(node, graph, inner)  # type: ignore[arg-type]

    # --- variables ---

    def _live(self) -> set[str]:
        return {name for value, name in self.names.items() if self.uses[value] > 0} | self.protected

    def _fresh(self, hint: str) -> str:
        """A variable that holds nothing needed: called by the label if there is one."""
        live = self._live()
        base = identifier(hint) if hint and hint.isidentifier() else ""
        for name in ((base,) if base else ()) + _FRESH:
            if name not in live:
                return name
        count = 2
        while f"{base or 'y'}{count}" in live:
            count += 1
        return f"{base or 'y'}{count}"

    def _target(self, node: Apply | Instance, inputs: Sequence[str], hint: str) -> str:
        """The variable for a result: that of an input needed no more, the first one before others, else a new one."""
        if node.phase == ALWAYS:
            live = self._live()
            free = [name for name in inputs if name not in live and name.isidentifier()]
            if free:
                return min(free, key=lambda name: (name != "x", inputs.index(name)))
        return self._fresh(hint)

    # --- steps ---

    def _step(self, node: Apply | Instance, graph: Graph, indent: int) -> None:
        inputs = [self.names[value] for value in node.inputs]
        self.uses.subtract(node.inputs)
        if type(node) is Apply and isinstance(node.layer.call, Pass):
            self.names[node.outputs[0]] = inputs[0]  # the value as it is
            return
        if type(node) is Apply and node.layer.is_parameter:
            self.names[node.outputs[0]] = self._parameter(node, graph)
            return
        code = self._call(node, inputs)
        hint = self._hint(node, graph)
        targets: list[str] = []
        for value in node.outputs:
            single = len(node.outputs) == 1
            name = self._target(node, inputs, hint) if single else self._fresh("")
            self.names[value] = name
            if not single:
                self.uses[value] += 1  # held until all are named
            targets.append(name)
        if len(targets) > 1:
            self.uses.subtract(node.outputs)
        annotated = len(targets) == 1 and targets[0] not in self.declared
        self.declared.update(targets)
        shape = ", ".join(str(graph.shapes[value]) for value in node.outputs) if self.shapes else ""
        self._write(code, indent, ", ".join(targets) + (": Tensor = " if annotated else " = "), shape)

    def _hint(self, node: Apply | Instance, graph: Graph) -> str:
        """The label of a value that waits for others: of a branch that is a single step, or one that is read again."""
        if len(node.outputs) != 1:
            return ""
        value = node.outputs[0]
        readers = [other for other in graph.nodes if value in other.inputs]
        if len(readers) == 1 and len(readers[0].inputs) == 1:
            return ""
        label = node.label if type(node) is Apply else ""
        return label or (node.name if isinstance(node.name, str) else "")

    def _write(self, code: Code, indent: int, before: str, comment: str = "") -> None:
        made = lines(code, indent, before)
        if comment:
            made[-1] += f"  # {comment}"
        self.out.extend(made)

    def _parameter(self, node: Apply, graph: Graph) -> str:
        """A learned tensor as it is where broadcasting does the rest, else with the batch of what came in."""
        name: Any = node.name
        if isinstance(name, str) and is_attribute(name):
            tensor = f"self.{name}"
        else:
            text = indexed_text(name, self.counters) if isinstance(name, Indexed) else quoted(str(name))
            tensor = f"self.get_parameter({text})"
        if _only_broadcast(node, graph):
            return tensor
        axes = ", ".join(["-1"] * node.layer.output.rank)
        return f"{tensor}.expand({self.names[graph.inputs[0]]}.shape[0], {axes})"

    def _call(self, node: Apply | Instance, inputs: list[str]) -> Code:
        if type(node) is Apply and isinstance(node.layer.call, FunctionCall):
            made = node.layer.call
            target = self.imports.get(made.target, made.target)
            return _function(made._replace(target=target), inputs, self.used)
        if type(node) is Apply and isinstance(node.layer.call, Methods):
            steps = [_options(one) for one in node.layer.call.calls]
            return Nest("(", (inputs[0], *(f".{text}" for text in steps)), ")", False, soft=True, tight=True)
        return Nest(f"{self._child(node.name)}(", tuple(inputs), ")")

    def _child(self, name: Any) -> str:
        if self.access == "index":
            return f"self[{_index(name, self.counters)}]"
        if isinstance(name, Indexed):
            return f"self.get_submodule({indexed_text(name, self.counters)})"
        return f"self.{name}" if is_attribute(name) else f"self.get_submodule({quoted(name)})"

    def _repeat(self, node: Repeat, graph: Graph, indent: int) -> None:
        carried = self.names[node.inputs[0]]
        captured = [self.names[value] for value in node.inputs[1:]]
        self.uses.subtract(node.inputs)
        if carried in self._live() or carried in captured or not carried.isidentifier():
            fresh = self._fresh("")
            annotated = ": Tensor" if fresh not in self.declared else ""
            self.out.append(" " * indent + f"{fresh}{annotated} = {carried}")
            carried = fresh
        depth = len(self.counters)
        counter = _COUNTERS[depth] if depth < len(_COUNTERS) else f"i{depth}"
        inner = Forward(
            self.access, self.counts, self.used, declared=self.declared, counters=(*self.counters, counter),
            protected=frozenset(self._live() | set(captured)) - {carried}, imports=self.imports,
        )  # fmt: skip
        inner.statements(node.body, [carried, *captured], indent + 4, node.body.inputs[1:])
        result = inner.names[node.body.outputs[0].value]
        if result != carried:
            inner.out.append(" " * (indent + 4) + f"{carried} = {result}")
        shape = f"  # {graph.shapes[node.outputs[0]]}" if self.shapes else ""
        self.out.append(" " * indent + f"for {counter} in range({self.counts[id(node.body)]}):{shape}")
        self.out.extend(inner.out)
        self.declared.add(carried)
        self.names[node.outputs[0]] = carried


def is_attribute(name: str) -> bool:
    """Whether a child's name can be written as an attribute."""
    return name.isascii() and name.isidentifier() and not keyword.iskeyword(name)


def _index(name: Any, counters: tuple[str, ...]) -> str:
    if not isinstance(name, Indexed):
        return str(name)
    terms = [c if step == 1 else f"{step} * {c}" for step, c in zip(name.steps, counters, strict=True)]
    return " + ".join(terms) + (f" + {name.start}" if name.start else "")


def _function(made: FunctionCall, inputs: list[str], used: set[str]) -> Code:
    """A function of values as Python."""
    used.add(made.target)
    options = [literal(value) for value in made.arguments] if made.form != "index" else []
    options += [f"{key}={literal(value)}" for key, value in made.keywords.items()]
    if made.form == "infix":
        return f" {made.target} ".join([*inputs, *options])
    if made.form == "index":
        return f"{inputs[0]}[:, {', '.join(map(_index_text, made.arguments))}]"
    if made.form == "method":
        return Nest(f"{inputs[0]}.{made.target}(", (*inputs[1:], *options), ")")
    if made.form == "list":
        return Nest(f"{made.target}(", (Nest("[", tuple(inputs), "]"), *options), ")")
    return Nest(f"{made.target}(", (*inputs, *options), ")")


def _options(made: FunctionCall) -> str:
    """A method with its arguments."""
    options = [literal(value) for value in made.arguments]
    return f"{made.target}({', '.join([*options, *(f'{key}={literal(one)}' for key, one in made.keywords.items())])})"


def _index_text(at: Any) -> str:
    if not isinstance(at, Cut):
        return literal(at)
    start, stop, step = ("" if one is None else literal(one) for one in at)
    return f"{start}:{stop}" + (f":{step}" if step else "")


def _only_broadcast(node: Apply, graph: Graph) -> bool:
    """Whether a learned tensor only meets values of a batch element by element."""
    value = node.outputs[0]
    learned = {one.outputs[0] for one in graph.nodes if type(one) is Apply and one.layer.is_parameter}
    if any(port.value == value for port in graph.outputs):
        return False
    for reader in graph.nodes:
        if value in reader.inputs:
            made = reader.layer.call if type(reader) is Apply else None
            if not isinstance(made, FunctionCall) or made.form != "infix" or learned.issuperset(reader.inputs):
                return False
    return True


def returned(ports: Sequence[Port], name: Callable[[int], str], kind: str, indent: int) -> tuple[list[str], str]:
    """The `return` of a forward method, and its type. A network with several outputs returns them by name."""
    if len(ports) == 1:
        return [" " * indent + f"return {name(ports[0].value)}"], "Tensor"
    if kind != "network":
        values = [name(p.value) + ("" if p.phase == ALWAYS else " if self.training else None") for p in ports]
        kinds = ", ".join("Tensor" if port.phase == ALWAYS else "Tensor | None" for port in ports)
        return [" " * indent + f"return {', '.join(values)}"], f"tuple[{kinds}]"
    training = [port for port in ports if port.phase in (ALWAYS, TRAIN)]
    evaluation = [port for port in ports if port.phase != TRAIN]
    if training == evaluation:
        return lines(_answer(ports, name), indent, "return "), "dict[str, Tensor]"
    made = [" " * indent + "if self.training:"]
    made += lines(_answer(training, name), indent + 4, "return ")
    made += lines(_answer(evaluation, name), indent, "return ")
    single = len(training) == 1 or len(evaluation) == 1
    return made, "Tensor | dict[str, Tensor]" if single else "dict[str, Tensor]"


def _answer(ports: Sequence[Port], name: Callable[[int], str]) -> Code:
    if len(ports) == 1:
        return name(ports[0].value)
    return Nest("{", tuple(f"{quoted(port.name)}: {name(port.value)}" for port in ports), "}")
