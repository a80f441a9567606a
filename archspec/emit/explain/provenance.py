"""Where a number comes from: the expression it remembers, the values of the names in it, and who gave them."""

from collections.abc import Iterator, Mapping
from typing import Any

from archspec.core.number import Literal, Symbol, Unknown, evaluate, origin, plain, symbols
from archspec.design import Instance, Module
from archspec.emit.python_code import Unsayable, expression
from archspec.ops.kinds import spelled

Around = tuple[tuple[str, Instance], ...]  # the instances around a layer with their paths, outermost first


class _Themselves(Mapping[str, str]):
    """Every name, spelled as it is."""

    def __getitem__(self, name: str) -> str:
        return name

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def said(value: Any) -> str:
    """The expression a number remembers, as the spec writes it: `4 * planes`; nothing for a plain number."""
    made = origin(value)
    if type(made) is Literal:
        return ""
    try:
        return expression(made, _Themselves())
    except Unsayable:
        return ""


def provenance(value: Any, root: Module, around: Around) -> list[str]:
    """Where a number comes from, `512 = 4 * planes`, then each name in it; nothing for a plain number."""
    text = said(value)
    if not text:
        return []
    names = environment(root, around)
    made = origin(value)
    found = symbols(made)
    if type(made) is Symbol and made.definition is None:
        return [f"{int(value)} = {text}{_given(text, around, root)}"]
    lines = [f"{int(value)} = {text}"]
    while found:
        symbol = found.pop(0)
        lines.append(_symbol(symbol, names, around, root))
        if symbol.definition is not None:
            found += [one for one in symbols(symbol.definition) if one not in found]
    return list(dict.fromkeys(lines))


def environment(root: Module, around: Around) -> dict[str, Any]:
    """The values of the names that numbers inside the innermost module remember."""
    names: dict[str, Any] = {}
    for module in (root, *(instance.module for _, instance in around)):
        if module.kind != "group":  # a group sees the names around it
            names = {}
            for shape in module.input_shapes:
                for size in shape.sizes:
                    made = origin(size)
                    if type(made) is Symbol:
                        names[made.name] = int(size)
        names.update(module.parameters)
    return names


def _symbol(symbol: Symbol, names: Mapping[str, Any], around: Around, root: Module) -> str:
    try:
        value = spelled(plain(evaluate(symbol, names)))
    except Unknown:
        return symbol.name
    if symbol.definition is not None:
        try:
            return f"{symbol.name} = {expression(symbol.definition, _Themselves())} = {value}"
        except Unsayable:
            return f"{symbol.name} = {value}"
    return f"{symbol.name} = {value}{_given(symbol.name, around, root)}"


def _given(name: str, around: Around, root: Module) -> str:
    """Which block has this parameter, and what it was given as, from the inside out."""
    said_so = ""
    for path, instance in reversed(around):
        if instance.module.kind == "group":
            continue
        if name not in instance.arguments:
            return said_so
        said_so += f", a parameter of {path}" if not said_so else f" of {path}"
        made = origin(instance.arguments[name])
        if type(made) is Literal:
            return said_so
        text = said(instance.arguments[name])
        said_so += f", given as {text}"
        if type(made) is not Symbol or made.definition is not None:
            return said_so
        name = made.name
    if name in root.parameters:
        said_so += f" of {root.name}" if said_so else f", a parameter of {root.name}"
    return said_so
