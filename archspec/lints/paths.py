"""Ways through a graph: whether a layer stands in a shortcut."""

from archspec.design import Apply, Graph
from archspec.lints.subject import Here


def in_shortcut(here: Here, graph: Graph, node: Apply) -> bool:
    """Whether a layer stands on one of several ways from a value to a sum."""
    return _forks(here, graph, node.inputs[0]) and _is_added(here, graph, node.outputs[0])


def _is_added(here: Here, graph: Graph, value: int) -> bool:
    """Whether a value goes into a sum, through nothing but layers that keep its shape."""
    while True:
        found = here.wires(graph).readers.get(value, ())
        if not found and value in here.wires(graph).leaving:
            if here.use is None or here.outer is None or here.around is None or graph is not here.module.graph:
                return False
            port = next(at for at, one in enumerate(graph.outputs) if one.value == value)
            value, graph, here = here.use.outputs[port], here.around, here.outer
            continue
        if len(found) != 1:
            return False
        (reader,) = found
        if type(reader) is not Apply:
            return False
        if reader.layer.op == "add" and len(reader.inputs) > 1:
            return True
        if len(reader.inputs) > 1 or reader.layer.windows or reader.layer.output != reader.layer.inputs[0]:
            return False
        value = reader.outputs[0]


def _forks(here: Here, graph: Graph, value: int) -> bool:
    """Whether a value is read by others too, here or around."""
    while True:
        if len(here.wires(graph).readers.get(value, ())) > 1:
            return True
        maker = here.wires(graph).makers.get(value)
        if type(maker) is Apply and len(maker.inputs) == 1:
            value = maker.inputs[0]
            continue
        if maker is not None or here.use is None or here.outer is None or here.around is None:
            return False
        if graph is not here.module.graph:
            return False
        value, graph, here = here.use.inputs[graph.inputs.index(value)], here.around, here.outer
