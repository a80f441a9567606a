"""A layer's call as live torch objects: what generated source would build and apply."""

from typing import Any

import torch
from torch import nn
from torch.nn import functional as F

from archspec.core.layer import Call, Cut, FunctionCall, Layer, Methods, ModuleCall, Name, ParameterCall, Pass
from archspec.core.number import plain
from archspec.emit.torch.support import SUPPORT

NAMES: dict[str, Any] = {"Any": Any, "torch": torch, "Tensor": torch.Tensor, "nn": nn, "F": F}
for _text in SUPPORT.values():
    exec(_text, NAMES)  # noqa: S102  our own text, as generated source carries it


SIGNS: dict[str, Any] = {"+": torch.add, "-": torch.sub, "*": torch.mul, "@": torch.matmul}


def named(path: str) -> Any:
    """The object that a dotted name stands for."""
    first, *rest = path.split(".")
    found = NAMES[first]
    for name in rest:
        found = getattr(found, name)
    return found


def value(argument: Any) -> Any:
    if isinstance(argument, Name):
        return named(argument.text)
    if isinstance(argument, tuple):
        return tuple(value(item) for item in argument)
    return plain(argument)


class Function(nn.Module):
    """A function call as a module, so that all calls are applied alike."""

    def __init__(self, call: FunctionCall) -> None:
        super().__init__()
        self.call = call

    def forward(self, *inputs: torch.Tensor) -> Any:
        arguments = [value(item) for item in self.call.arguments]
        keywords = {key: value(item) for key, item in self.call.keywords.items()}
        match self.call.form:
            case "infix":
                made = inputs[0]
                for other in (*inputs[1:], *arguments):
                    made = SIGNS[self.call.target](made, other)
                return made
            case "index":
                cuts = [slice(*one) if isinstance(one, Cut) else one for one in self.call.arguments]
                return inputs[0][(slice(None), *cuts)]
            case "list":
                return named(self.call.target)(list(inputs), *arguments, **keywords)
            case "method":
                return getattr(inputs[0], self.call.target)(*inputs[1:], *arguments, **keywords)
        return named(self.call.target)(*inputs, *arguments, **keywords)


class Learned(nn.Module):
    """A learned tensor as a module, so that it is applied as all others are."""

    def __init__(self, shape: tuple[int, ...], leading: int) -> None:
        super().__init__()
        self.value = nn.Parameter(torch.zeros((1,) * leading + shape))
        self.rank = len(shape)

    def forward(self) -> torch.Tensor:
        return self.value.expand(2, *[-1] * self.rank)


def built(call: Call) -> nn.Module:
    match call:
        case Pass():
            return nn.Identity()
        case Methods(calls):
            return nn.Sequential(*map(Function, calls))
        case ParameterCall(shape, leading):
            return Learned(plain(shape), leading)
        case ModuleCall(target, arguments, keywords):
            made: nn.Module = named(target)(
                *map(value, arguments), **{key: value(one) for key, one in keywords.items()}
            )
            return made
    return Function(call)


def initialise(module: nn.Module, layer: Layer) -> None:
    for start in layer.initialisation:
        keywords = {key: value(one) for key, one in start.keywords.items()}
        named(start.target)(getattr(module, start.weight), *map(value, start.arguments), **keywords)
