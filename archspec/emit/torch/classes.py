"""Which classes a design needs: modules of one block that do the same become one class with parameters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archspec.core.layer import FunctionCall, Methods, ModuleCall, Name, ParameterCall
from archspec.core.number import plain
from archspec.design import Apply, Graph, Indexed, Instance, Module, Repeat, modules

Full = Mapping[int, Graph]
NO_FULL: Full = {}


@dataclass
class Argument:
    """An argument of a generated class.

    symbol: the name in the block that it stands for (`planes`, `in.channels`); none for a number that merely differs
            from module to module
    values: the plain value in each of the class's modules, by the module's id
    """

    name: str
    symbol: str | None
    annotation: str
    values: Mapping[int, Any]
    default: Any = None
    has_default: bool = False


@dataclass(eq=False)
class TorchClass:
    """A class to generate. `primary` marks the first one of a block."""

    name: str
    primary: bool
    arguments: list[Argument] = field(default_factory=list)
    text: str = ""


def is_empty(module: Module) -> bool:
    """Whether a module passes its value on as it is."""
    return not module.graph.nodes and len(module.graph.outputs) == 1


def is_inline(module: Module) -> bool:
    """Whether a named group is written where it stands, as an `nn.Sequential`."""
    if module.kind != "group" or not module.sequential or is_empty(module):
        return False
    return is_numbered(module.graph) or not any(
        type(inner) is Repeat for node in module.graph.nodes if type(node) is Repeat for inner in node.body.nodes
    )


def is_numbered(graph: Graph) -> bool:
    """Whether the children are numbered 0, 1, 2, … in the order in which they stand."""
    return _numbered_to(graph, 0) not in (None, 0)


def _numbered_to(graph: Graph, number: int) -> int | None:
    """The number after those of a graph that starts at `number`; none where they are not in order."""
    for node in graph.nodes:
        if type(node) is Repeat:
            after = _numbered_to(node.body, number)
            if after is None:
                return None
            number += (after - number) * int(node.count)
        elif type(node) is Apply and node.layer.is_parameter:
            return None  # an `nn.Sequential` holds modules alone
        elif node.name is not None:  # type: ignore[union-attr]
            name: Any = node.name  # type: ignore[union-attr]
            here = name.start if isinstance(name, Indexed) and not name.prefix + name.suffix else name
            if str(here) != str(number) or node.reused:  # type: ignore[union-attr]
                return None
            number += 1
    return number


def id_of(module: Module) -> tuple[str, int, int]:
    """The definition of a module: where it stands."""
    return (module.name if module.kind == "network" else "", id(module.span.source), module.span.start)


def signature(module: Module, classes: Mapping[int, TorchClass], full: Full = NO_FULL) -> Any:
    """What modules of one class have in common: everything but numbers.

    `full` has the graph that stands for those of modules some of whose nodes are there on a condition.
    """
    graph = full.get(id(module))
    if graph is not None:
        return ("merged", id(graph))
    loose = module.sequential and is_numbered(module.graph)  # positions say it all
    return (len(module.inputs), loose, graph_signature(module.graph, classes, loose, full))


def graph_signature(graph: Graph, classes: Mapping[int, TorchClass], loose: bool, full: Full) -> Any:
    made: list[Any] = []
    for node in graph.nodes:
        if type(node) is Repeat:
            body = graph_signature(node.body, classes, loose, full)
            made.append(("repeat", node.inputs, node.outputs, node.phase, body))
            continue
        name: Any = node.name  # type: ignore[union-attr]
        if isinstance(name, Indexed):
            name = tuple(name)
        common = (None if loose else name, node.inputs, node.outputs, node.phase, node.reused)  # type: ignore[union-attr]
        if type(node) is Instance:
            made.append(("instance", *common, _child_signature(node.module, classes, full)))
        else:
            made.append(("apply", *common, call_signature(node)))  # type: ignore[arg-type]
    return (tuple(made), graph.inputs, tuple(graph.outputs))


def _child_signature(module: Module, classes: Mapping[int, TorchClass], full: Full) -> Any:
    if module.kind == "group":
        return ("group", module.name, signature(module, classes, full))
    known = classes.get(id(module))
    if known is None or known.primary:  # a block that is empty elsewhere is made on a condition
        return ("block", id_of(module))
    return ("class", known.name)


def call_signature(node: Apply) -> Any:
    call = node.layer.call
    if isinstance(call, ModuleCall):
        fixed = tuple(key for key in call.keywords if recovered(node, key) is None)
        starts = tuple(
            (one.weight, one.target, plain(tuple(one.keywords.items()))) for one in node.layer.initialisation
        )
        return ("module", call.target, fixed, starts, tuple(_kind(one) for one in call.arguments))
    if isinstance(call, ParameterCall):
        begins = tuple((one.target, plain(tuple(one.keywords.items()))) for one in node.layer.initialisation)
        return ("parameter", len(call.shape), call.leading, begins)
    if isinstance(call, FunctionCall):
        return ("function", _function_signature(call), len(node.outputs))
    if isinstance(call, Methods):
        return ("methods", tuple(_function_signature(one) for one in call.calls))
    return ("pass",)


def _function_signature(call: FunctionCall) -> Any:
    keywords = tuple((key, plain(value)) for key, value in call.keywords.items())
    return (call.target, plain(call.arguments), keywords, call.form)


def _kind(argument: Any) -> Any:
    return argument if isinstance(argument, str | Name) else "value"


def recovered(node: Apply, key: str) -> Any:
    """The value of a keyword that a call leaves out because it is torch's default; none where it cannot be told."""
    value = getattr(node.operator, key, None)
    if value is None and key == "stride" and isinstance(node.layer.call, ModuleCall) and node.layer.call.arguments:
        return node.layer.call.arguments[0]  # of a pooling: its kernel
    return value if isinstance(value, bool | int | float | str | tuple) else None


def definitions(root: Module, others: Mapping[int, Sequence[Module]]) -> list[list[Module]]:
    """The modules that need a class, by definition, each definition after all that it uses.

    `others` are modules that stand in later iterations of a loop for one in its first.
    """
    found: dict[Any, list[Module]] = {}
    for module in _all(root, others):
        if module.kind != "group" and (module is root or not is_empty(module)):
            found.setdefault(id_of(module), []).append(module)
    uses = {key: {id_of(one) for module in group for one in _inside(module)} - {key} for key, group in found.items()}
    made: list[list[Module]] = []
    waiting = dict.fromkeys(found)
    while waiting:
        ready = next((key for key in waiting if not uses[key] & waiting.keys()), None)
        if ready is None:  # blocks that take each other as arguments: a class for each of their modules
            order = {id(module): at for at, module in enumerate(_all(root, others))}
            loose = [module for key in waiting for module in found[key]]
            return made + [[module] for module in sorted(loose, key=lambda module: order[id(module)])]
        del waiting[ready]
        made.append(found[ready])
    return made


def _all(root: Module, others: Mapping[int, Sequence[Module]]) -> list[Module]:
    """Every module, each before those that use it."""
    found: dict[int, Module] = {}
    for module in modules(root):
        for one in (module, *others.get(id(module), ())):
            found.update((id(inner), inner) for inner in modules(one) if id(inner) not in found)
    return list(found.values())


def _inside(module: Module) -> list[Module]:
    return [one for one in modules(module) if one is not module and one.kind != "group" and not is_empty(one)]
