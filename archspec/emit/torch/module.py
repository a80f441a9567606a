"""A live module: generated source, executed. The only file of the emitters that imports torch."""

import copyreg
import hashlib
import linecache
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from archspec.design import Module
from archspec.emit.extras import missing
from archspec.emit.torch.source import Rebuild, source

try:
    from torch import nn
except ModuleNotFoundError:
    raise missing("live modules", "torch", "torch") from None

_DESIGNS: WeakKeyDictionary[nn.Module, Module] = WeakKeyDictionary()  # what live modules were compiled from
FINGERPRINT = "__fingerprint__"  # the attribute of a loaded module that says which network it is


def module(root: Module, spec: str, rebuild: Rebuild | None = None, fingerprint: str = "") -> nn.Module:
    """The network as a module with fresh weights. Tracebacks show its source, and it can be copied and pickled."""
    loaded = load(source(root, spec, rebuild), root.name, fingerprint)
    made = _classes(loaded)[-1]()
    assert isinstance(made, nn.Module)
    _DESIGNS[made] = root
    return made


def _repr_mimebundle_(self: nn.Module, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """What notebooks show of a compiled network: its diagram, beside what torch prints. A copy is a plain module."""
    from archspec.emit.diagram.notebook import beside

    return beside(_DESIGNS.get(self), repr(self))


def load(text: str, name: str, fingerprint: str = "") -> ModuleType:
    """Generated source as a Python module: one for each text, so that equal designs have the same classes.

    `linecache` knows its lines, for tracebacks and `inspect`. Instances of its classes carry the text when they are
    pickled, so that another process can load them without the spec.
    """
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    qualified = f"archspec.generated.{name}_{digest}"
    known = sys.modules.get(qualified)
    if known is not None:
        return known
    made = ModuleType(qualified)
    made.__dict__[FINGERPRINT] = fingerprint
    made.__file__ = file = f"<archspec {name} {digest}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), made.__dict__)  # noqa: S102 — source that our own emitter wrote and verified
    sys.modules[qualified] = made
    for one in _classes(made):
        one._repr_mimebundle_ = _repr_mimebundle_
        copyreg.pickle(one, _reducer(text, name, fingerprint))
    return made


def fingerprint_of(model: nn.Module) -> str:
    """The fingerprint of the design that a live module was compiled from; empty for other modules."""
    home = sys.modules.get(type(model).__module__)
    return str(getattr(home, FINGERPRINT, ""))


def _classes(made: ModuleType) -> list[type[nn.Module]]:
    """The classes that generated source defines, the network's last."""
    found = [one for one in vars(made).values() if isinstance(one, type) and issubclass(one, nn.Module)]
    return [one for one in found if one.__module__ == made.__name__]


def _reducer(text: str, name: str, fingerprint: str) -> Callable[[nn.Module], tuple[Any, ...]]:
    def reduced(instance: nn.Module) -> tuple[Any, ...]:
        return _instance, (text, name, fingerprint, type(instance).__name__), instance.__getstate__()

    return reduced


def _instance(text: str, name: str, fingerprint: str, kind: str) -> nn.Module:
    """An instance without its state, which pickle sets."""
    made = getattr(load(text, name, fingerprint), kind)
    return made.__new__(made)
