"""How weights start: where every layer of a kind starts alike, the network says so once."""

from collections.abc import Mapping
from typing import Any

from archspec.core.layer import ModuleCall
from archspec.design import Apply, Module, modules
from archspec.design import nodes as design_nodes
from archspec.emit.python_code import Nest, lines, literal

Starts = dict[str, list[tuple[str, Nest]]]  # by torch class: the tensors and the calls that start them


def uniform_starts(root: Module, imports: Mapping[str, str]) -> Starts:
    """The torch classes whose every layer in the network starts alike, and how. `imports` names what is not torch's."""
    found: dict[str, set[Any]] = {}
    for module in modules(root):
        for node in design_nodes(module.graph):
            if isinstance(node, Apply) and isinstance(node.layer.call, ModuleCall):
                layer = node.layer
                biased = "bias" in layer.weights
                key = tuple((one.weight, one.target, tuple(one.keywords.items())) for one in layer.initialisation)
                found.setdefault(node.layer.call.target, set()).add((key, biased))
    made: Starts = {}
    for target, keys in found.items():
        if not target.startswith("nn."):
            continue
        starts = {one for key, _ in keys for one in key}
        if not starts:
            continue
        alike = all(set(key) == {one for one in starts if one[0] != "bias" or biased} for key, biased in keys)
        if alike and len({weight for weight, _, _ in starts}) == len(starts):
            made[target] = [
                (weight, _start(weight, imports.get(function, function), options))
                for weight, function, options in sorted(starts, reverse=True)
            ]
    return made


def _start(weight: str, function: str, options: tuple[tuple[str, Any], ...]) -> Nest:
    return Nest(f"{function}(", (f"module.{weight}", *(f"{key}={literal(value)}" for key, value in options)), ")")


def _always_biased(root: Module, target: str) -> bool:
    return all(
        "bias" in node.layer.weights
        for module in modules(root)
        for node in design_nodes(module.graph)
        if isinstance(node, Apply) and isinstance(node.layer.call, ModuleCall) and node.layer.call.target == target
    )


def start_lines(root: Module, starts: Starts) -> list[str]:
    """The loop over the modules of a network that starts their weights."""
    if not starts:
        return []
    made = ["        for module in self.modules():"]
    alike: dict[tuple[str, ...], list[str]] = {}  # the torch classes that start in the same way
    for target, calls in starts.items():
        alike.setdefault(tuple(_start_line(root, target, *one) for one in calls), []).append(target)
    for at, (texts, targets) in enumerate(alike.items()):
        made.append(f"            {'if' if at == 0 else 'elif'} isinstance(module, {' | '.join(targets)}):")
        for text in texts:
            made += text.split("\n")
    return made


def _start_line(root: Module, target: str, weight: str, call: Nest) -> str:
    """The call that starts a tensor, on a condition where a layer may lack it, or torch says that it may."""
    if weight == "bias" and (target.startswith("nn.Conv") or not _always_biased(root, target)):
        return "\n".join(["                if module.bias is not None:", *lines(call, 20)])
    return "\n".join(lines(call, 16))
