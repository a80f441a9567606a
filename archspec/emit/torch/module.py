"""A live module: generated source, executed. The only file that imports torch."""

import linecache
from itertools import count
from typing import Any

import torch
from torch import nn

from archspec.design import Module
from archspec.emit.torch.source import Rebuild, source

_numbers = count(1)


def module(root: Module, spec: str, rebuild: Rebuild | None = None) -> nn.Module:
    """The network as a module with fresh weights. Tracebacks show its source."""
    text = source(root, spec, rebuild)
    name = f"<archspec {root.name} {next(_numbers)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    scope: dict[str, Any] = {"__name__": f"archspec.generated.{root.name}", "torch": torch}
    exec(compile(text, name, "exec"), scope)  # noqa: S102 — source that our own emitter wrote and verified
    classes = [one for one in scope.values() if isinstance(one, type) and issubclass(one, nn.Module)]
    made = [one for one in classes if one.__module__ == scope["__name__"]][-1]()
    assert isinstance(made, nn.Module)
    return made
