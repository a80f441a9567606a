"""archspec: a declarative compiler and analyzer for neural-network architectures.

The public names are loaded when first used, so that importing archspec costs next to nothing.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from archspec.analysis.extraction import NoSuchModule
    from archspec.api import Checked, check, compile, load, render, sizes, to_source, to_test
    from archspec.core.diagnostic import Diagnostic, SpecError
    from archspec.core.shape import Shape
    from archspec.designs import Design
    from archspec.emit.torch.weights import LoadReport, WeightsError, load_weights, save_weights
    from archspec.estimating import estimate
    from archspec.ops.plugins import PluginError, use
    from archspec.sweeping import sweep
    from archspec.targets import TargetError, find

__all__ = [
    "Checked", "Design", "Diagnostic", "LoadReport", "NoSuchModule", "PluginError", "Shape", "SpecError",
    "TargetError", "WeightsError", "check", "compile", "estimate", "find", "load", "load_weights", "render",
    "save_weights", "sizes", "sweep", "to_source", "to_test", "use",
]  # fmt: skip
__version__ = "0.1.0"

_HOMES = {
    "Design": "archspec.designs",
    "LoadReport": "archspec.emit.torch.weights",
    "WeightsError": "archspec.emit.torch.weights",
    "load_weights": "archspec.emit.torch.weights",
    "save_weights": "archspec.emit.torch.weights",
    "NoSuchModule": "archspec.analysis.extraction",
    "TargetError": "archspec.targets",
    "find": "archspec.targets",
    "Diagnostic": "archspec.core.diagnostic",
    "SpecError": "archspec.core.diagnostic",
    "Shape": "archspec.core.shape",
    "estimate": "archspec.estimating",
    "sweep": "archspec.sweeping",
    "PluginError": "archspec.ops.plugins",
    "use": "archspec.ops.plugins",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'archspec' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "archspec.api")), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
