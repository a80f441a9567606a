"""Parts of a network as networks: up to a module, with the values of modules as outputs, or one module alone.

Modules are named by the paths that `named_modules()` gives them. What no output needs is left out, with its weights;
what stays keeps its name, so that weights of the whole network fit.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from archspec.analysis import flat
from archspec.analysis.pruning import pruned, used_once
from archspec.core.nearest import did_you_mean
from archspec.design import ALWAYS, Apply, Graph, Indexed, Instance, Module, Port, Repeat

Path = tuple[str, ...]
_LISTED = 10  # modules that a message names where none is near


class NoSuchModule(LookupError):
    """A path that names no module of a network; the text says which is nearest."""

    def __str__(self) -> str:
        return str(self.args[0])


def with_outputs(root: Module, outputs: Mapping[str, str]) -> Module:
    """A network whose outputs, by name, are the values that modules give, by path. Raises `NoSuchModule`."""
    wanted: dict[Path, str] = {}
    for name, path in outputs.items():
        wanted.setdefault(_known(root, path), name)
    graph, found = _tapped(root.graph, tuple(wanted))
    ports: list[Port] = []
    for name, path in outputs.items():
        values = found[_split(path)]
        several = len(values) > 1
        ports.extend(Port(f"{name}.{port}" if several else name, value, phase) for port, value, phase in values)
    if all(port.phase != ALWAYS for port in ports):
        names = ", ".join(f"`{path}`" for path in outputs.values())
        raise NoSuchModule(f"{names} of {root.name} exists in one mode only")
    made = root.replaced(graph=graph.replaced(outputs=tuple(ports)))
    return used_once(pruned(made, range(len(ports))))


def part(root: Module, path: str) -> Module:
    """One module of a network as a network of its own. Raises `NoSuchModule`."""
    wanted = _known(root, path)
    graph, name = root.graph, root.name
    for at, component in enumerate(wanted):
        graph = _opened(graph, [wanted[at:]])
        node: Any = next(one for one in graph.nodes if type(one) is not Repeat and one.name == component)  # type: ignore[union-attr]
        if type(node) is Instance:
            graph, name = node.module.graph, component
        else:
            assert type(node) is Apply
            return _layer(root, graph, node)
    assert type(node) is Instance
    return used_once(node.module.replaced(kind="network", name=_name(wanted, name)))


def _layer(root: Module, around: Graph, node: Apply) -> Module:
    """A network of one layer."""
    count = len(node.inputs)
    inputs = tuple(range(count))
    outputs = tuple(range(count, count + len(node.outputs)))
    names = ("input",) if count == 1 else tuple(f"input{at + 1}" for at in range(count))
    ports = tuple(Port("output" if len(outputs) == 1 else f"output{k + 1}", value) for k, value in enumerate(outputs))
    shapes = tuple(around.shapes[value] for value in (*node.inputs, *node.outputs))
    only = node._replace(inputs=inputs, outputs=outputs, phase=ALWAYS, reused=False)
    return root.replaced(
        name=_name((str(node.name),), str(node.name)),
        parameters={},
        defaults={},
        inputs=names,
        graph=Graph(inputs, shapes, (only,), ports),
        docs="",
        span=node.span,
        sequential=False,
        decisions=(),
        weighted=bool(node.layer.weights or node.layer.buffers),
    )


def _name(path: Path, name: str) -> str:
    """What a part is called: by its last name that is more than a number."""
    words = [one for one in path if one.isidentifier()]
    return words[-1] if words else f"part_{name}"


def _split(path: str) -> Path:
    return tuple(path.split("."))


# --- paths ---


def paths(root: Module) -> Iterator[str]:
    """Every path of a module that a network has, those of layers and of the modules around them."""
    seen: set[str] = set()
    for row in flat.rows(root):
        if not row.is_module:
            continue
        parts = row.path.split(".")
        for at in range(1, len(parts) + 1):
            path = ".".join(parts[:at])
            if path not in seen:
                seen.add(path)
                yield path


def has(root: Module, path: str) -> bool:
    """Whether a path names a module."""
    graph: Graph | None = root.graph
    for component in _split(path):
        node = None if graph is None else _find(graph, component)
        if node is None:
            return False
        graph = node.module.graph if type(node) is Instance else None
    return True


def _known(root: Module, path: str) -> Path:
    """A path split at its dots. Raises `NoSuchModule` where it names nothing."""
    parts = _split(path)
    if not has(root, path):
        known = list(paths(root))
        hint = did_you_mean(path, known) or did_you_mean(parts[-1], [one for one in known if "." not in one])
        first = [one for one in known if "." not in one]
        listed = ", ".join(first[:_LISTED]) + (" …" if len(first) > _LISTED else "") or "none"
        raise NoSuchModule(f"{root.name} has no module {path}; {hint or f'it has {listed}'}")
    return parts


def _find(graph: Graph, name: str) -> Any:
    """The layer or instance of that name, in whatever iteration of a repeat."""
    for node in graph.nodes:
        if type(node) is Repeat:
            inner = _find_indexed(node, name, ())
            if inner is not None:
                return inner
        elif node.name == name:  # type: ignore[union-attr]
            return node
    return None


def _find_indexed(repeat: Repeat, name: str, around: tuple[int, ...]) -> Any:
    for node in repeat.body.nodes:
        if type(node) is Repeat:
            found = _find_indexed(node, name, (*around, int(repeat.count)))
            if found is not None:
                return found
        elif isinstance(node.name, Indexed):  # type: ignore[union-attr]
            if _iteration(node.name, name, (*around, int(repeat.count))) is not None:  # type: ignore[union-attr]
                return node
        elif node.name == name:  # type: ignore[union-attr]
            return node  # shared weights, which all iterations use
    return None


def _iteration(indexed: Indexed, name: str, counts: Sequence[int]) -> tuple[int, ...] | None:
    """The iterations, one for each repeat around, in which a child has this name."""
    number = name.removeprefix(indexed.prefix).removesuffix(indexed.suffix)
    if not number.isdecimal() or f"{indexed.prefix}{number}{indexed.suffix}" != name:
        return None
    rest = int(number) - indexed.start
    found: list[int] = []
    for step, count in zip(indexed.steps, counts, strict=True):  # an outer repeat takes the larger steps
        at = min(rest // step, count - 1) if step else 0
        if at < 0:
            return None
        found.append(at)
        rest -= at * step
    return tuple(found) if rest == 0 else None


# --- repeats ---


def _opened(graph: Graph, wanted: Sequence[Path]) -> Graph:
    """The graph with those iterations of its repeats written out that hold a wanted module."""
    names = {path[0] for path in wanted}
    while True:
        left = names - {node.name for node in graph.nodes if type(node) is not Repeat}  # type: ignore[union-attr]
        for at, node in enumerate(graph.nodes):
            if type(node) is Repeat:
                inside = _iterations(node, left)
                if inside:
                    graph = _written_out(graph, at, node, inside)
                    break
        else:
            return graph


def _iterations(repeat: Repeat, names: set[str]) -> list[int]:
    """The iterations of a repeat that hold a module of one of these names."""
    found: set[int] = set()

    def look(node: Any, counts: tuple[int, ...]) -> None:
        if type(node) is Repeat:
            for one in node.body.nodes:
                look(one, (*counts, int(node.count)))
        elif isinstance(node.name, Indexed):
            places = (_iteration(node.name, name, counts) for name in names)
            found.update(place[0] for place in places if place is not None)
        elif node.name in names:
            found.add(0)

    look(repeat, ())
    return sorted(found)


def _written_out(graph: Graph, at: int, repeat: Repeat, iterations: Sequence[int]) -> Graph:
    """A repeat as repeats of the iterations between those given, and these as nodes of the graph."""
    shapes = list(graph.shapes)
    nodes: list[Any] = []
    carried, *captured = repeat.inputs

    def fresh(body_value: int) -> int:
        shapes.append(repeat.body.shapes[body_value])
        return len(shapes) - 1

    def one(iteration: int) -> None:
        nonlocal carried
        local = dict(zip(repeat.body.inputs, (carried, *captured), strict=True))
        for node in _fixed(repeat.body, iteration).nodes:
            inputs = tuple(local[value] for value in node.inputs)
            outputs = tuple(fresh(value) for value in node.outputs)
            local.update(zip(node.outputs, outputs, strict=True))
            nodes.append(node._replace(inputs=inputs, outputs=outputs, phase=_both(repeat.phase, node.phase)))
        carried = local[repeat.body.outputs[0].value]

    def several(first: int, count: int) -> None:
        nonlocal carried
        if count == 1:
            one(first)
        elif count > 1:
            out = fresh(repeat.body.outputs[0].value)
            body = _shifted(repeat.body, first)
            nodes.append(repeat._replace(count=count, body=body, inputs=(carried, *captured), outputs=(out,)))
            carried = out

    done = 0
    for iteration in iterations:
        several(done, iteration - done)
        one(iteration)
        done = iteration + 1
    several(done, int(repeat.count) - done)
    end = repeat.outputs[0]
    kept = [_reading(node, end, carried) for node in graph.nodes[at + 1 :]]
    outputs = tuple(p._replace(value=carried) if p.value == end else p for p in graph.outputs)
    return Graph(graph.inputs, tuple(shapes), (*graph.nodes[:at], *nodes, *kept), outputs)


def _both(outer: str, inner: str) -> str:
    return inner if outer == ALWAYS else outer


def _reading(node: Any, old: int, new: int) -> Any:
    return node._replace(inputs=tuple(new if value == old else value for value in node.inputs))


def _fixed(body: Graph, iteration: int) -> Graph:
    """The body of a repeat in one iteration: names that count the others only."""

    def name(one: Indexed) -> str | Indexed:
        start = one.start + one.steps[0] * iteration
        return one._replace(start=start, steps=one.steps[1:]) if one.steps[1:] else one._replace(start=start).at(0)

    return _renamed(body, name, iteration > 0)


def _shifted(body: Graph, first: int) -> Graph:
    """The body of a repeat that begins at a later iteration."""
    if not first:
        return body
    return _renamed(body, lambda one: one._replace(start=one.start + one.steps[0] * first), True)


def _renamed(body: Graph, name: Any, again: bool) -> Graph:
    """The body with other names. Where an iteration came before, what all of them share is used again."""

    def renamed(node: Any) -> Any:
        if type(node) is Repeat:
            return node._replace(body=_renamed(node.body, name, again))
        if isinstance(node.name, Indexed):
            return node._replace(name=name(node.name))
        return node._replace(reused=True) if again and node.name is not None else node

    return body.replaced(nodes=tuple(map(renamed, body.nodes)))


# --- values of modules ---


class _Value(NamedTuple):
    """A value that a module gives: the name of its output, its number in the graph at hand, and when it exists."""

    port: str
    value: int
    phase: str


def _tapped(graph: Graph, wanted: Sequence[Path]) -> tuple[Graph, dict[Path, list[_Value]]]:
    """The graph, with the values of wanted modules within its modules led out of them; and those values."""
    graph = _opened(graph, wanted)
    shapes = list(graph.shapes)
    nodes: list[Any] = []
    found: dict[Path, list[_Value]] = {}
    modules: dict[str, Module] = {}  # by name: one that is applied again is the same
    for node in graph.nodes:
        made: Any = node
        if type(node) is not Repeat and node.name is not None:  # type: ignore[union-attr]
            here = [path for path in wanted if path[0] == node.name]  # type: ignore[union-attr]
            inner = [path[1:] for path in here if len(path) > 1]
            if (str(node.name),) in here and (str(node.name),) not in found:  # type: ignore[union-attr]
                found[(str(node.name),)] = _given(node)  # type: ignore[union-attr]
            if inner and type(node) is Instance:
                inside, values = _tapped(node.module.graph, inner)
                ports = [
                    (path, one, Port(".".join(path) + (f".{one.port}" if len(each) > 1 else ""), one.value, one.phase))
                    for path, each in values.items()
                    for one in each
                ]
                key = str(node.name)
                if key not in modules:
                    outputs = (*inside.outputs, *(port for _, _, port in ports))
                    modules[key] = node.module.replaced(graph=inside.replaced(outputs=outputs))
                first = len(shapes)
                shapes.extend(inside.shapes[port.value] for _, _, port in ports)
                added = tuple(range(first, len(shapes)))
                made = node._replace(module=modules[key], outputs=(*node.outputs, *added))
                for (path, one, _), value in zip(ports, added, strict=True):
                    whole = (str(node.name), *path)
                    phase = _both(node.phase, one.phase)
                    if not node.reused:
                        found.setdefault(whole, []).append(_Value(one.port, value, phase))
        nodes.append(made)
    return Graph(graph.inputs, tuple(shapes), tuple(nodes), graph.outputs), found


def _given(node: Any) -> list[_Value]:
    if type(node) is Instance:
        ports = [port.name for port in node.module.graph.outputs]
        phases = [_both(node.phase, port.phase) for port in node.module.graph.outputs]
    else:
        ports = [str(at) for at in range(len(node.outputs))]
        phases = [node.phase] * len(node.outputs)
    return [_Value(*one) for one in zip(ports, node.outputs, phases, strict=False)]
