"""A design as a `networkx` graph: its layers, and the values that run between them."""

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.core.number import plain
from archspec.core.shape import Shape
from archspec.design import ALWAYS, Apply, Graph, Indexed, Instance, Module, Repeat
from archspec.emit.extras import missing
from archspec.emit.layer_count import layer_count

if TYPE_CHECKING:
    import networkx

MOST = 1_000_000  # layers: a graph of more takes gigabytes


def to_networkx(module: Module, fold: bool = False) -> "networkx.MultiDiGraph":
    """The layers of a network as a directed graph with parallel edges. It has no cycle.

    Nodes are the layers in the order in which they run, keyed by their paths as in `named_modules()`: "layer1.0.conv1".
    An operator that is no module has the path of the module it runs in and its label or name: "layer1.0.add". Where
    that is taken, by another such operator or by an earlier use of shared weights, a number follows: "layer1.0.add#2".
    Inputs and outputs are nodes too: "input:image", "output:output". Every node has the attributes

        kind        "layer", "input" or "output"
        shape       of its (first) output, a tuple without the batch axis
        phase       "always", or the only mode it exists in: "train", "eval"

    and a layer these as well:

        op          the operator's name: "conv"
        path        the path without a number
        operator    as a spec writes it: "conv(out=64, kernel=3)"
        inputs      the shapes that enter, a tuple of tuples
        outputs     the shapes that leave
        parameters  learned numbers; 0 at a further use of shared weights
        buffers     numbers that are kept but not learned, likewise
        macs        multiply-accumulates for one sample
        is_module   whether the path names a torch module
        reused      whether it uses weights again
        count       how many equal layers it stands for

    An edge leads from the layer that makes a value to one that reads it. Its key is the position among the inputs that
    the value enters at, and it has the attributes `shape` and `output`, the position among its maker's outputs.

    With `fold`, a repeat stands for all its iterations: its layers are there once, with `*` for the index, their
    `count`, and the value that enters the first iteration. Without it every iteration is there.

    Raises `ValueError` where these are more than a million layers, and `ModuleNotFoundError` without networkx.
    """
    try:
        import networkx
    except ModuleNotFoundError:
        raise missing("graphs", "networkx", "graph") from None

    if not fold and (layers := layer_count(module)) > MOST:
        raise ValueError(f"{layers:,} layers are too many for a graph; `fold=True` keeps equal iterations as one")
    walk = _Walk(networkx.MultiDiGraph(name=module.name), fold)
    made = []
    for name, shape in zip(module.inputs, module.input_shapes, strict=True):
        made.append(_Made(walk.node(f"input:{name}", kind="input", shape=_sizes(shape), phase=ALWAYS), 0))
    left = walk.run(module.graph, made, _Place("", 1, (), ALWAYS, False))
    for port, one in zip(module.graph.outputs, left, strict=True):
        shape = module.graph.shapes[port.value]
        node = walk.node(f"output:{port.name}", kind="output", shape=_sizes(shape), phase=port.phase)
        walk.edge(one, node, 0, shape)
    return walk.graph


class _Made(NamedTuple):
    """Where a value comes from: a node, and the position among its outputs."""

    node: str
    output: int


class _Place(NamedTuple):
    """Where a graph stands: the path before its children, how many equal ones there are, the iterations of the repeats
    around in its module (-1 for all of them), its phase, and whether its weights count elsewhere."""

    prefix: str
    times: int
    iterations: tuple[int, ...]
    phase: str
    reused: bool


class _Walk:
    def __init__(self, graph: "networkx.MultiDiGraph", fold: bool) -> None:
        self.graph = graph
        self.fold = fold
        self.taken: Counter[str] = Counter()

    def run(self, graph: Graph, given: list[_Made], place: _Place) -> list[_Made]:
        """Add the layers of a graph whose inputs come from `given`; where its outputs come from."""
        values = dict(zip(graph.inputs, given, strict=True))
        for node in graph.nodes:
            entering = [values[at] for at in node.inputs]
            inner = place._replace(phase=node.phase if node.phase != ALWAYS else place.phase)
            if type(node) is Repeat:
                left = self._repeat(node, entering, inner)
            elif type(node) is Instance:
                prefix = f"{place.prefix}{_name(node.name, place.iterations)}."
                within = _Place(prefix, place.times, (), inner.phase, place.reused or node.reused)
                left = self.run(node.module.graph, entering, within)
            else:
                left = self._layer(node, entering, inner)  # type: ignore[arg-type]
            values.update(zip(node.outputs, left, strict=True))
        return [values[port.value] for port in graph.outputs]

    def _repeat(self, node: Repeat, given: list[_Made], place: _Place) -> list[_Made]:
        times = int(node.count)
        if self.fold:
            within = place._replace(times=place.times * times, iterations=(*place.iterations, -1))
            return self.run(node.body, given, within)
        carried = given[0]
        for at in range(times):
            within = place._replace(iterations=(*place.iterations, at))
            (carried,) = self.run(node.body, [carried, *given[1:]], within)
        return [carried]

    def _layer(self, node: Apply, given: list[_Made], place: _Place) -> list[_Made]:
        layer = node.layer
        name = node.label or layer.op if node.name is None else _name(node.name, place.iterations)
        reused = place.reused or node.reused
        key = self.node(
            f"{place.prefix}{name}",
            kind="layer",
            shape=_sizes(layer.output),
            phase=place.phase,
            op=layer.op,
            path=f"{place.prefix}{name}",
            operator=repr(node.operator),
            inputs=tuple(_sizes(one) for one in layer.inputs),
            outputs=tuple(_sizes(one) for one in layer.outputs),
            parameters=0 if reused else int(layer.parameters),
            buffers=0 if reused else int(layer.buffer_elements),
            macs=int(layer.macs),
            is_module=layer.is_module,
            reused=reused,
            count=place.times,
        )
        for position, (one, shape) in enumerate(zip(given, layer.inputs, strict=True)):
            self.edge(one, key, position, shape)
        return [_Made(key, at) for at in range(len(layer.outputs))]

    def node(self, wanted: str, **facts: Any) -> str:
        """Add a node under a key that no other has."""
        key = wanted
        while key in self.graph:
            self.taken[wanted] += 1
            key = f"{wanted}#{self.taken[wanted] + 1}"
        self.graph.add_node(key, **facts)
        return key

    def edge(self, made: _Made, target: str, position: int, shape: Shape) -> None:
        self.graph.add_edge(made.node, target, key=position, shape=_sizes(shape), output=made.output)


def _name(name: object, iterations: tuple[int, ...]) -> str:
    if isinstance(name, Indexed):
        return str(name) if -1 in iterations else name.at(*iterations)
    return str(name)


def _sizes(shape: Shape) -> tuple[int, ...]:
    return tuple(plain(size) for size in shape.sizes)
