"""The forward method of a generated class: a line for a few steps, values under readable names."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from archspec.core.layer import FunctionCall, Methods, Pass
from archspec.design import ALWAYS, TRAIN, Apply, Graph, Indexed, Instance, Repeat
from archspec.emit.python_code import Code, Nest, identifier, lines, quoted
from archspec.emit.torch.calls import chain, function, index, is_attribute, methods
from archspec.emit.torch.children import indexed_text
from archspec.emit.torch.counts import Counts
from archspec.emit.torch.folding import Held, fits, holding, may_wait, taken

_FRESH = ("x", "y", "z", "u", "v", "w")
CHILD = "layer"  # in a loop through the children
_COUNTERS = "ijklmn"
NO_FLAGS: Mapping[int, tuple[str, int]] = {}
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
        counts: Counts,
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
        self.held: list[Held] = []  # calls that are not written yet, in order
        self.ports: dict[int, str] = {}  # the names of several outputs, which their variables have
        self.indent = 0
        self.in_children = False  # whether these are the statements of a loop through the children

    def statements(
        self,
        graph: Graph,
        inputs: Sequence[str],
        indent: int,
        kept: Sequence[int] = (),
        flags: Mapping[int, tuple[str, int]] = NO_FLAGS,
    ) -> None:
        """Write the statements of a graph whose inputs are in these variables; `kept` values stay untouched.

        `flags` says, by position, of steps that are done on a condition what it is, and the input that else is the
        result.
        """
        self.names.update(zip(graph.inputs, inputs, strict=True))
        self.declared.update(inputs)
        self.uses.update(value for node in graph.nodes for value in node.inputs)
        self.uses.update(port.value for port in graph.outputs)
        self.uses.update(kept)
        if len(graph.outputs) > 1:
            self.ports.update((port.value, port.name) for port in graph.outputs if port.name.isidentifier())
        self.indent = indent
        phase = ALWAYS
        for at, node in enumerate(graph.nodes):
            if at in flags:
                self._on_condition(node, graph, indent, *flags[at])  # type: ignore[arg-type]
                continue
            if node.phase != ALWAYS or type(node) is Repeat:
                self._write_held(graph)
            if node.phase not in (phase, ALWAYS):
                mode = "self.training" if node.phase == TRAIN else "not self.training"
                self.out.append(" " * indent + f"if {mode}:")
            phase = node.phase
            inner = indent if phase == ALWAYS else indent + 4
            if type(node) is Repeat:
                self._repeat(node, graph, inner)
            else:
                self._step(node, graph, inner)  # type: ignore[arg-type]
        if len(graph.outputs) > 1 or not (len(self.held) == 1 and self.held[0].typed and not self.counters):
            self._write_held(graph)

    def result(self, graph: Graph, value: int) -> tuple[Code, str]:
        """What a value is called, or the call that makes it if that is still to be written; and its shape then."""
        if self.held and self.held[-1].value == value:
            last = self.held.pop()
            return last.code, str(last.shape) if self.shapes else ""
        return self.names[value], ""

    # --- variables ---

    def _live(self) -> set[str]:
        return {name for value, name in self.names.items() if self.uses[value] > 0} | self.protected

    def _fresh(self, hint: str) -> str:
        """A variable that holds nothing needed: called by the label if there is one."""
        live = self._live() | {CHILD}
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
        if type(node) is Apply and isinstance(node.layer.call, Pass):
            self._write_held(graph)
            self.uses.subtract(node.inputs)
            self.names[node.outputs[0]] = self.names[node.inputs[0]]  # the value as it is
            return
        if type(node) is Apply and node.layer.is_parameter:
            self.names[node.outputs[0]] = self._parameter(node, graph)
            return
        shape = graph.shapes[node.outputs[0]]
        count = taken(self.held, node, graph, self.shapes)
        code = self._folded(node, count)
        if count and not fits(code, indent, str(shape) if self.shapes else ""):
            count = 0
        reads = {one.value for one in self.held[: len(self.held) - count]}.intersection(node.inputs)
        if reads or not may_wait(node, self.uses[node.outputs[0]]):
            self._write_held(graph, count)
        code = self._folded(node, count)
        operands = self.held[len(self.held) - count :]
        del self.held[len(self.held) - count :]
        inner = {one.value for one in operands}
        variables = [self.names[value] for value in node.inputs if value not in inner]
        if may_wait(node, self.uses[node.outputs[0]]):
            self.held.append(holding(node, code, variables, operands, shape))
            return
        self.uses.subtract(node.inputs)
        for one in operands:
            self.uses.subtract(one.reads)
        variables += [name for one in operands for name in one.variables]
        self._assign(node, graph, code, variables, indent)

    def _on_condition(self, node: Apply | Instance, graph: Graph, indent: int, flag: str, passes: int) -> None:
        """A step that is done on a condition; else its result is one of its inputs."""
        self._write_held(graph)
        inputs = [self.names[value] for value in node.inputs]
        code = self._call(node, list(inputs))
        self.uses.subtract(node.inputs)
        name = inputs[passes]
        if name in self._live() or not name.isidentifier():
            name = self._fresh("")
            self._write(inputs[passes], indent, f"{name}: Tensor = " if name not in self.declared else f"{name} = ")
            self.declared.add(name)
        self.out.append(" " * indent + f"if {flag}:")
        shape = str(graph.shapes[node.outputs[0]]) if self.shapes else ""
        self._write(code, indent + 4, f"{name} = ", shape)
        self.names[node.outputs[0]] = name

    def _folded(self, node: Apply | Instance, count: int) -> Code:
        """The call of a step that takes in the last calls held."""
        made = {one.value: one.code for one in self.held[len(self.held) - count :]} if count else {}
        return self._call(node, [made.get(value, self.names.get(value, "")) for value in node.inputs])

    def _write_held(self, graph: Graph, but: int = 0) -> None:
        """Write the calls held, but for the last ones: what they read is needed once less."""
        ready = self.held[: len(self.held) - but]
        del self.held[: len(ready)]
        for one in ready:
            self.uses.subtract(one.reads)
            self._assign(one.node, graph, one.code, one.variables, self.indent)

    def _assign(self, node: Apply | Instance, graph: Graph, code: Code, variables: Sequence[str], indent: int) -> None:
        """Write a call and name its results."""
        hint = self._hint(node, graph)
        targets: list[str] = []
        for value in node.outputs:
            single = len(node.outputs) == 1
            port = self.ports.get(value, "") if single else ""
            if not single and not self.uses[value]:
                targets.append("_")  # nothing reads it
                continue
            name = self._target(node, variables, hint) if single and not port else self._fresh(port)
            self.names[value] = name
            if not single:
                self.uses[value] += 1  # held until all are named
            targets.append(name)
        if len(targets) > 1:
            self.uses.subtract(value for value, name in zip(node.outputs, targets, strict=True) if name != "_")
        annotated = len(targets) == 1 and targets[0] not in self.declared
        fresh: list[str] = []  # variables for results of a module, which have no type of their own
        if len(targets) > 1 and len(graph.outputs) == 1 and type(node) is Instance:
            fresh = [name for name in targets if name not in self.declared and name != "_"]
        self.declared.update(targets)
        shape = ", ".join(str(graph.shapes[value]) for value in node.outputs) if self.shapes else ""
        before = ", ".join(targets) + (": Tensor = " if annotated else " = ")
        if type(node) is Apply and isinstance(node.layer.call, Methods):
            self.used.update(f"torch.{one.target}" for one in node.layer.call.calls if one.target == "unflatten")
            *first, code = chain(node.layer.call, variables[0], targets[0])
            for one in first:
                self._write(one, indent, before)
                before = f"{targets[0]} = "
        self.out.extend(" " * indent + f"{name}: Tensor" for name in fresh)
        self._write(code, indent, before, shape)

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
        self.out.extend(lines(code, indent, before, f"  # {comment}" if comment else ""))

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

    def _call(self, node: Apply | Instance, inputs: list[Code]) -> Code:
        if type(node) is Apply and isinstance(node.layer.call, FunctionCall):
            made = node.layer.call
            target = self.imports.get(made.target, made.target)
            return function(made._replace(target=target), inputs, self.used)
        if type(node) is Apply and isinstance(node.layer.call, Methods):
            return methods(inputs[0], node.layer.call.calls[-1:])
        return Nest(f"{self._child(node.name)}(", tuple(inputs), ")")

    def _child(self, name: Any) -> str:
        if self.in_children:
            return CHILD
        if self.access == "index":
            return f"self[{index(name, self.counters)}]"
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
        inner.in_children = node.body is self.counts.children
        inner.statements(node.body, [carried, *captured], indent + 4, node.body.inputs[1:])
        result = inner.names[node.body.outputs[0].value]
        if result != carried:
            inner.out.append(" " * (indent + 4) + f"{carried} = {result}")
        shape = f"  # {graph.shapes[node.outputs[0]]}" if self.shapes else ""
        if node.body is self.counts.children:
            children = "self" if self.access == "index" else "self.children()"
            self.out.append(" " * indent + f"for {CHILD} in {children}:{shape}")
        else:
            self.out.append(" " * indent + f"for {counter} in range({self.counts[id(node.body)]}):{shape}")
        self.out.extend(inner.out)
        self.declared.add(carried)
        self.names[node.outputs[0]] = carried


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
