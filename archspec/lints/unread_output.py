"""An output of a block that nothing reads, with layers that lead to it alone.

A block with several outputs is read part by part. The weights that lead to one which nothing in the network reads are
never trained, and stop distributed training, which waits for every parameter: a pyramid with five levels, of which a
head reads four. Outputs that only tap what the block needs anyway are not reported.

Example:
    block Levels {
        fine: conv(8, 3, padding=1)
        output fine: identity
        coarse: conv(16, 3, padding=1)
        output coarse: identity
    }
    network example {
        input image: [3, 8, 8]
        levels: Levels
    #           ^^^^^^
        (levels.fine) -> conv(8, 1)
    }

Use instead:
    block Levels {
        fine: conv(8, 3, padding=1)
        output fine: identity
        coarse: conv(16, 3, padding=1)
        output coarse: identity
    }
    network example {
        input image: [3, 8, 8]
        levels: Levels
        (levels.coarse, levels.fine) -> concat -> conv(8, 1)
    }
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.design import ALWAYS, Graph, Instance, Node, Port, modules
from archspec.lints.dead_branch import has_weights
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS522", "unread-output", __doc__, Severity.WARNING)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    if not any(type(node) is Instance and _several(node) for graph in here.graphs() for node in graph.nodes):
        return
    read = _ports_read(here)
    for graph in here.graphs():
        for node in graph.nodes:
            if type(node) is not Instance or not _several(node):
                continue
            ports = node.module.graph.outputs
            idle = [port for at, port in enumerate(ports) if port.phase == ALWAYS and (id(node.module), at) not in read]
            alone = _alone(node.module.graph, idle)
            if alone and len(idle) < len(ports):
                listed = " and ".join(f"`{port.name}`" for port in idle)
                labels = [Label(node.span, "made here"), *(Label(one.span, "has weights") for one in alone)]
                help = "read it, or take the `output` and what leads to it out of the block"
                yield here.finding(RULE, f"nothing reads {listed} of `{node.module.name}`", labels, help=help)


def _alone(graph: Graph, idle: list[Port]) -> list[Node]:
    """The nodes with weights that lead to these outputs and to no other."""
    needed = {port.value for port in graph.outputs if port not in idle}
    wanted = {port.value for port in idle}
    found = []
    for node in reversed(graph.nodes):
        if not needed.isdisjoint(node.outputs):
            needed.update(node.inputs)
        elif not wanted.isdisjoint(node.outputs):
            wanted.update(node.inputs)
            if has_weights(node):
                found.append(node)
    return found[::-1]


def _several(node: Instance) -> bool:
    return node.module.kind == "block" and len(node.outputs) > 1


def _ports_read(here: Here) -> set[tuple[int, int]]:
    """The outputs of modules that are read somewhere in the network: module by identity, and position."""
    if "ports read" not in here.known:
        found: set[tuple[int, int]] = set()
        for module in modules(here.root):
            for graph in here._replace(module=module).graphs():
                found |= _of_graph(graph)
        here.known["ports read"] = found
    made: set[tuple[int, int]] = here.known["ports read"]
    return made


def _of_graph(graph: Graph) -> set[tuple[int, int]]:
    used = {value for node in graph.nodes for value in node.inputs} | {port.value for port in graph.outputs}
    return {
        (id(node.module), at)
        for node in graph.nodes
        if type(node) is Instance
        for at, value in enumerate(node.outputs)
        if value in used
    }
