"""PyTorch source of a design: one class per block, loops where the spec repeats. It depends on torch, and on the
modules that operators of the user's own name; on nothing else."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archspec.core.layer import ModuleCall, ParameterCall
from archspec.core.number import origin, plain, symbols
from archspec.design import Instance, Module, modules
from archspec.design import nodes as design_nodes
from archspec.emit.python_code import docstring, identifier, verify
from archspec.emit.torch.docs import title
from archspec.emit.torch.imports import bound, import_lines
from archspec.emit.torch.support import needed
from archspec.emit.torch.writer import Classes, written

_INITIALISE = '''\
def initialise(module: nn.Module, **tensors: Callable[[Tensor], Tensor]) -> nn.Module:
    """A module some of whose tensors start as given."""
    for name, start in tensors.items():
        start(module.get_parameter(name))
    return module
'''

Rebuild = Callable[[Mapping[str, Any]], Module | None]


def source(root: Module, spec: str, rebuild: Rebuild | None = None) -> str:
    """The text of a Python file that defines the network.

    `rebuild` elaborates the network with other parameters. Those that turn out to change nothing but the number they
    stand for become keyword arguments of the class; without it, all are as given.
    """
    exposed: dict[str, Any] = {}
    mentioned = _mentioned(root) if rebuild is not None else set()
    for name, value in root.parameters.items():
        if rebuild is None or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        if name in mentioned:
            changed = plain(value) + 1
            other = rebuild({name: changed})
            if other is not None and _same_but(name, root, other, exposed, value, changed):
                exposed[name] = value
    avoid: set[str] = set()
    while True:
        classes = written(root, exposed, avoid=avoid)
        text = _file(root, classes, spec)
        hidden = bound(text).intersection(classes.imports.values()) if classes.imports else set()
        if not hidden:
            break
        avoid |= hidden  # variables of the same name are there to stay
    verify(text, {target.rpartition(":")[0] for target in classes.imports})
    return text


def _mentioned(root: Module) -> set[str]:
    """The names that the numbers of a design remember."""
    found: set[str] = set()
    for value in _numbers(root):
        waiting = symbols(origin(value))
        while waiting:
            symbol = waiting.pop()
            found.add(symbol.name)
            if symbol.definition is not None:
                waiting += symbols(symbol.definition)
    return found


def _numbers(root: Module) -> Iterator[Any]:
    """Every value that generated constructors are given."""
    for module in modules(root):
        for node in design_nodes(module.graph):
            if isinstance(node, Instance):
                given: list[Any] = list(node.arguments.values())
            elif isinstance(node.layer.call, ModuleCall):
                given = [*node.layer.call.arguments, *node.layer.call.keywords.values()]
            elif isinstance(node.layer.call, ParameterCall):
                given = list(node.layer.call.shape)
            else:
                continue
            for value in given:
                yield from value if isinstance(value, tuple) else (value,)


def _same_but(name: str, root: Module, other: Module, exposed: Mapping[str, Any], value: Any, changed: Any) -> bool:
    """Whether two networks that differ in one parameter have one source, which says that parameter by its name."""
    texts = [
        _file(module, written(module, {**exposed, name: one}, hidden=name), "")
        for module, one in ((root, value), (other, changed))
    ]
    return texts[0] == texts[1] and f"{identifier(name)}: " in texts[0]


def _file(root: Module, classes: Classes, spec: str) -> str:
    """The whole file: imports, support classes, and the classes of the design, the network's last."""
    support = needed(classes.used)
    if "initialise" in classes.used:
        support.insert(0, _INITIALISE)
    words = " ".join([*classes.used, *support])
    standard = []
    if "OrderedDict" in classes.used:
        standard.append("from collections import OrderedDict")
    if "initialise" in classes.used:
        standard += ["from collections.abc import Callable", "from functools import partial"]
    if "Any" in words:
        standard.append("from typing import Any")
    tensors = "Tensor" in words or any("Tensor" in text for text in classes.texts)
    imports = ["from torch import Tensor, nn" if tensors else "from torch import nn"]
    if "torch." in words:
        imports.insert(0, "import torch")
    if "F." in words:
        imports.append("from torch.nn import functional as F")
    others = import_lines(classes.imports)
    plain, taken = (
        [one for one in imports if one.startswith("import")],
        [one for one in imports if one.startswith("from")],
    )
    imports = [*plain, *sorted([*taken, *others], key=lambda line: line.split()[1])]
    said = title(root, spec, sorted({target.partition(":")[0].partition(".")[0] for target in classes.imports}))
    head = [f'"""{docstring(said)}"""', "", *standard, *([""] if standard else []), *imports]
    everything = [*(text.rstrip() for text in support), *classes.texts]
    return "\n".join(head) + "\n\n\n" + "\n\n\n".join(everything) + "\n"
