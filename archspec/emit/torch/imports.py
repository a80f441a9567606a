"""What generated source imports beside torch: the modules and functions of operators of the user's own.

Such an operator names them as `MODULE:NAME`, and the file takes them from there: `from my_layers.modules import Swish`.
"""

import ast
from collections.abc import Collection, Iterator, Mapping

from archspec.core.layer import FunctionCall, ModuleCall
from archspec.design import Apply, Module, modules
from archspec.design import nodes as design_nodes
from archspec.emit.python_code import identifier, parsed


def local_names(root: Module, taken: Collection[str]) -> dict[str, str]:
    """What the file calls each `MODULE:NAME` that a design needs: its own name, or one that is not taken."""
    made: dict[str, str] = {}
    for target in sorted(set(_foreign(root))):
        base = identifier(target.rpartition(":")[2])
        name, count = base, 1
        while name in taken or name in made.values():
            count += 1
            name = f"{base}{count}"
        made[target] = name
    return made


def _foreign(root: Module) -> Iterator[str]:
    for module in modules(root):
        for node in design_nodes(module.graph):
            if not isinstance(node, Apply):
                continue
            call = node.layer.call
            targets = [one.target for one in node.layer.initialisation]
            if isinstance(call, ModuleCall | FunctionCall):
                targets.append(call.target)
            yield from (target for target in targets if ":" in target)


def import_lines(names: Mapping[str, str]) -> list[str]:
    """The lines that import what the design needs, a module a line."""
    by_module: dict[str, list[str]] = {}
    for target, local in names.items():
        module, _, name = target.rpartition(":")
        by_module.setdefault(module, []).append(name if name == local else f"{name} as {local}")
    return [f"from {module} import {', '.join(sorted(items))}" for module, items in sorted(by_module.items())]


def bound(source: str) -> set[str]:
    """The names that the functions of a file bind: arguments and variables, which hide what is imported."""
    tree = parsed(source)
    variables = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return variables | {one.arg for one in ast.walk(tree) if isinstance(one, ast.arg)}
