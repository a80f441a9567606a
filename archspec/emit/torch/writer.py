"""Writing the classes of a design."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from archspec.core.number import Symbol, origin, plain
from archspec.design import Apply, Graph, Instance, Module, Repeat, nodes
from archspec.emit.python_code import Nest, class_name, identifier, lines, literal, quoted
from archspec.emit.torch.calls import is_attribute
from archspec.emit.torch.children import Children, indexed_text, whole_nodes
from archspec.emit.torch.classes import (
    Argument,
    TorchClass,
    definitions,
    id_of,
    is_empty,
    is_inline,
    is_numbered,
    signature,
)
from archspec.emit.torch.counts import Counts
from archspec.emit.torch.docs import class_docs, shape_comments
from archspec.emit.torch.forward import Forward
from archspec.emit.torch.imports import local_names
from archspec.emit.torch.merging import Absent, Merged
from archspec.emit.torch.numbers import Numbers, annotation
from archspec.emit.torch.returns import returned
from archspec.emit.torch.rolling import CannotRoll, Place, Rolled
from archspec.emit.torch.start import start_lines, uniform_starts
from archspec.emit.torch.support import SUPPORT


def written(root: Module, exposed: Mapping[str, Any], hidden: str = "", avoid: Collection[str] = ()) -> "Classes":
    """The classes of a design, with as many loops as they can say."""
    forbidden: set[Place] = set()
    while True:
        try:
            return Classes(root, exposed, hidden, avoid, forbidden)
        except CannotRoll as loop:
            if loop.at in forbidden:
                raise
            forbidden.add(loop.at)


class Classes:
    """The classes of one file of source, and what they import (`used`).

    What comes from elsewhere than torch has its name in the file in `imports`, none of those to `avoid`. With `hidden`,
    all that says the value of that parameter is left out, its default and the shapes: to compare.
    """

    def __init__(
        self,
        root: Module,
        exposed: Mapping[str, Any],
        hidden: str = "",
        avoid: Collection[str] = (),
        forbidden: Collection[Place] = (),
    ) -> None:
        rolled = Rolled(root, forbidden)
        self.merged = Merged(rolled.root, rolled.others)
        self.root = root = self.merged.root
        self.others = self.merged.others
        self.exposed = exposed
        self.hidden = hidden
        self.used: set[str] = set()
        self.classes: dict[int, TorchClass] = {}  # by the identity of their modules
        self.texts: list[str] = []
        self.taken: set[str] = {"initialise", *SUPPORT}
        self.imports = local_names(root, {*self.taken, *avoid})
        self.taken.update(self.imports.values())
        self.starts = uniform_starts(root, self.imports)
        for group in definitions(root, self.others):
            self._define(group)

    # --- classes ---

    def _define(self, group: Sequence[Module]) -> None:
        """The classes of one block: one for each way its modules differ in more than numbers."""
        kinds: dict[Any, list[Module]] = {}
        for module in group:
            kinds.setdefault(signature(module, self.classes, self.merged.full), []).append(module)
        for at, alike in enumerate(kinds.values()):
            made = TorchClass(self._class_name(class_name(alike[0].name)), at == 0)
            scopes = [self._scope(module) for module in alike]
            self._write(made, alike, scopes)
            for module in alike:
                self.classes[id(module)] = made

    def _class_name(self, name: str) -> str:
        made, count = name, 1
        while made in self.taken:
            count += 1
            made = f"{name}{count}"
        self.taken.add(made)
        return made

    def _scope(self, module: Module) -> dict[str, Any]:
        """The values of the names in a module: its parameters and the sizes of its inputs."""
        if module is self.root:
            return dict(self.exposed)
        scope = {name: value for name, value in module.parameters.items() if _sayable(value)}
        for shape in module.input_shapes:
            for size in shape.sizes:
                symbol = origin(size)
                if isinstance(symbol, Symbol):
                    scope[symbol.name] = int(size)
        return scope

    def _group_class(self, numbers: Numbers, graphs: Sequence[tuple[int, Graph]]) -> Callable[[Any], TorchClass]:
        """Makes the class of named groups: it sees the names of the block around.

        Groups that one statement made, in a `for`, and that do the same have one class.
        """
        alike: dict[Any, dict[int, tuple[int, Module]]] = {}  # with the position of the module around

        def kind(module: Module) -> Any:
            return (id_of(module), signature(module, self.classes, self.merged.full))

        def collect(at: int, graph: Graph) -> None:
            for node in nodes(graph):
                if type(node) is Instance and node.module.kind == "group" and not is_empty(node.module):
                    if is_inline(node.module):
                        collect(at, node.module.graph)
                    else:
                        alike.setdefault(kind(node.module), {})[id(node.module)] = (at, node.module)

        for at, graph in graphs:
            collect(at, graph)

        def make(present: Sequence[tuple[int, Instance]]) -> TorchClass:
            first = present[0][1].module
            if id(first) not in self.classes:
                same = list(alike[kind(first)].values())
                names = {module.name for _, module in same}
                name = names.pop() if len(names) == 1 else first.name.rstrip("0123456789_")
                made = TorchClass(self._class_name(class_name(name)), True)
                self._write(made, [module for _, module in same], [numbers.scopes[at] for at, _ in same])
                for _, module in same:
                    self.classes[id(module)] = made
            return self.classes[id(first)]

        return make

    def _write(self, made: TorchClass, alike: Sequence[Module], scopes: Sequence[Mapping[str, Any]]) -> None:
        first = alike[0]
        numbers = Numbers(alike, scopes)
        graphs = [(at, module.graph) for at, module in enumerate(alike)]
        children = Children(
            numbers, self.classes, frozenset(self.starts), self._group_class(numbers, graphs), self.used, self.imports,
            self.others, self.merged.conditions,
        )  # fmt: skip
        whole = self.merged.full.get(id(first), first.graph)
        numbered = is_numbered(first.graph)
        is_root = first is self.root
        shown = is_root and not self.hidden
        plain_sequence = numbered and first.sequential
        counts = Counts([] if plain_sequence else graphs, numbers, whole)
        if numbered:
            items = children.items(graphs)
            comments = shape_comments(first.graph) if shown else ()
            start = lines(Nest("super().__init__(", items, ")", True, comments), 8)
        else:
            start = [" " * 8 + "super().__init__()", *self._assignments(graphs, children, numbers)]
        flags = {} if plain_sequence else self._flags(whole, graphs, children, counts)
        forward = [] if plain_sequence else self._forward(first, whole, numbered, counts, flags, is_root)
        if is_root:
            start += start_lines(self.root, self.starts)
        stored = [f"        self.{name} = {text}" for name, text in counts.stored]
        numbers.complete()
        made.arguments = self._arguments(numbers, first, is_root)
        base = "nn.Sequential" if numbered else "nn.Module"
        if not numbered and len(start) == 1 and not made.arguments and not stored:
            start, forward = [], forward[1:]  # nothing to make
        lets = [f"        {name} = {text}" for name, (_, text) in numbers.locals.items()]
        made.text = "\n".join(
            [
                f"class {made.name}({base}):",
                *(class_docs(first, is_root, not plain_sequence) if not self.hidden else ()),
                *(self._init_line(made.arguments) if start else ()),
                *lets,
                *start,
                *stored,
                *forward,
            ]
        )
        self.texts.append(made.text)

    def _flags(
        self, whole: Graph, graphs: Sequence[tuple[int, Graph]], children: Children, counts: Counts
    ) -> dict[int, tuple[str, int]]:
        """What says whether a step without a module is done, and which input is its result if not; by its position."""
        made: dict[int, tuple[str, int]] = {}
        for k, node in enumerate(whole.nodes):
            aligned: list[tuple[int, Any]] = [(at, graph.nodes[k]) for at, graph in graphs]
            absent = next((one for _, one in aligned if type(one) is Absent), None)
            if absent is not None and node.name is None:  # type: ignore[union-attr]
                text = children.presence(aligned, graphs)
                op = node.layer.op if type(node) is Apply else "step"
                name = text if text.isidentifier() else "use_residual" if op == "add" else f"use_{identifier(op)}"
                counts.stored.append((name, text))
                made[k] = (f"self.{name}", absent.passes)
        return made

    def _assignments(self, graphs: Sequence[tuple[int, Graph]], children: Children, numbers: Numbers) -> list[str]:
        made: list[str] = []
        done: set[str] = set()
        for k, node in enumerate(whole_nodes(graphs)):
            aligned: list[tuple[int, Any]] = [(at, graph.nodes[k]) for at, graph in graphs]
            if type(node) is Repeat:
                made += self._loop(aligned, children, numbers, (), 8)
                continue
            name: Any = node.name
            if name is None or name in done:
                continue
            done.add(name)
            code = children.child(aligned, graphs)
            if is_attribute(name):
                made += lines(code, 8, f"self.{name} = ")
            else:
                made += lines(Nest(_register(node), (quoted(name), code), ")"), 8)
        return made

    def _loop(
        self, nodes: Sequence[tuple[int, Any]], children: Children, numbers: Numbers, counters: tuple[str, ...],
        indent: int,
    ) -> list[str]:  # fmt: skip
        """The children of a repeat, made in a loop."""
        bodies = [(at, node.body) for at, node in nodes]
        counter = "ijklmn"[len(counters)] if len(counters) < 6 else f"i{len(counters)}"
        inner: list[str] = []
        for k, node in enumerate(bodies[0][1].nodes):
            inside = [(at, body.nodes[k]) for at, body in bodies]
            if type(node) is Repeat:
                inner += self._loop(inside, children, numbers, (*counters, counter), indent + 4)
            elif node.name is not None and not node.reused:
                name = indexed_text(node.name, (*counters, counter))
                inner += lines(Nest(_register(node), (name, children.child(inside, bodies)), ")"), indent + 4)
        if not inner:
            return []
        count = numbers.count([(at, node.count) for at, node in nodes])
        return [" " * indent + f"for {counter} in range({count}):", *inner]

    def _forward(
        self,
        module: Module,
        graph: Graph,
        numbered: bool,
        counts: Counts,
        flags: Mapping[int, tuple[str, int]],
        is_root: bool,
    ) -> list[str]:
        names = ["x" if name in ("in", "in0") else identifier(name) for name in module.inputs]
        kept = frozenset(names) if is_root else frozenset()  # what enters a network keeps its name
        access = "index" if numbered else "attribute"
        shapes = is_root and not self.hidden
        writer = Forward(access, counts, self.used, shapes=shapes, protected=kept, imports=self.imports)
        writer.statements(graph, names, 8, flags=flags)
        tail, kind = returned(graph.outputs, lambda value: writer.result(graph, value), module.kind, 8)
        given = ", ".join(f"{name}: Tensor" for name in names)
        ignore = "  # type: ignore[override]" if numbered and len(names) > 1 else ""
        head = lines(Nest("def forward(", ("self", *(f"{n}: Tensor" for n in names)), ")"), 4, "", f" -> {kind}:")
        if ignore:
            head = [f"    def forward(self, {given}) -> {kind}:{ignore}"]
        return ["", *head, *writer.out, *tail]

    def _arguments(self, numbers: Numbers, first: Module, is_root: bool) -> list[Argument]:
        """The arguments of a class: sizes of inputs, then parameters as declared; those with defaults last."""
        declared = list(first.parameters)
        made = list(numbers.arguments.values())
        for argument in made:
            symbol = argument.symbol
            if is_root and symbol is not None:
                argument.has_default, argument.default = True, plain(self.exposed[symbol])
            elif symbol is not None and symbol in first.defaults:
                argument.has_default, argument.default = True, first.defaults[symbol]
                kinds = annotation([argument.default, *argument.values.values()])
                argument.annotation = kinds

        def order(argument: Argument) -> tuple[bool, int]:
            symbol = argument.symbol
            name = symbol if symbol is not None else argument.name
            place = -1 if "." in name else declared.index(name) if name in declared else 999
            return (argument.has_default, place)

        return sorted(made, key=order)

    def _init_line(self, arguments: Sequence[Argument]) -> list[str]:
        items = ["self"]
        for one in arguments:
            default = ""
            if one.has_default:
                shown = "…" if one.symbol == self.hidden else literal(one.default)
                default = f" = {shown}"
            items.append(f"{one.name}: {one.annotation}{default}")
        return lines(Nest("def __init__(", tuple(items), ")"), 4, "", " -> None:")


def _register(node: Any) -> str:
    """The method that gives a child a name that is no attribute's."""
    is_parameter = type(node) is Apply and node.layer.is_parameter
    return "self.register_parameter(" if is_parameter else "self.add_module("


def _sayable(value: Any) -> bool:
    """Whether a parameter can be an argument of a class: numbers, words, truth values, and lists of them."""
    if type(value) is tuple:
        return bool(value) and all(_sayable(item) and not isinstance(item, tuple) for item in value)
    return isinstance(value, bool | int | float | str)
