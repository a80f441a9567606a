"""The layers that a value comes from in a single line, out of blocks and into them."""

from collections.abc import Iterator

from archspec.design import Apply, Graph, Instance, Repeat
from archspec.lints.subject import Here, inside


def line(here: Here, graph: Graph, value: int) -> Iterator[Apply]:
    """The layer that made a value, the one that made what it takes, and on, up to one that takes several or none."""
    place: tuple[Here, Graph, int] | None = here, graph, value
    while place is not None:
        here, graph, value = place
        made = here.wires(graph).makers.get(value)
        if type(made) is Apply:
            yield made
            place = (here, graph, made.inputs[0]) if len(made.inputs) == 1 else None
        elif type(made) is Instance:
            body = made.module.graph
            place = inside(here, graph, made), body, body.outputs[made.outputs.index(value)].value
        elif type(made) is Repeat:
            place = here, made.body, made.body.outputs[0].value
        else:
            place = _outside(here, graph, graph.inputs.index(value))


def _outside(here: Here, graph: Graph, at: int) -> tuple[Here, Graph, int] | None:
    """What enters a graph, the body of a repeat in its first iteration; none for the inputs of a network."""
    if graph is here.module.graph:
        if here.outer is None or here.around is None or here.use is None:
            return None
        return here.outer, here.around, here.use.inputs[at]
    around = ((one, node) for one in here.graphs() for node in one.nodes if type(node) is Repeat and node.body is graph)
    return next(((here, one, node.inputs[at]) for one, node in around), None)
