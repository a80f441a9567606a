"""Undoing what plugins leave in this process: registries, modules and where Python looks."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from archspec.ops import INITIALISERS, OPERATORS, offers, plugins

_STAYS = ("archspec", "torch", "numpy", "jsonschema", "yaml")  # what plugins have not brought


@contextmanager
def restored() -> Iterator[None]:
    """Whatever is used or installed within is forgotten after it."""
    registries: list[dict[str, Any]] = [OPERATORS, INITIALISERS, plugins._ASIDE, plugins.USED]
    sets = [plugins.INSTALLED]
    entries, names = [dict(one) for one in registries], [set(one) for one in sets]
    path, modules = list(sys.path), set(sys.modules)
    try:
        yield
    finally:
        for registry, kept in zip(registries, entries, strict=True):
            registry.clear()
            registry.update(kept)
        for known, before in zip(sets, names, strict=True):
            known.clear()
            known.update(before)
        sys.path[:] = path
        for name in set(sys.modules) - modules:
            if name.partition(".")[0] not in _STAYS:
                del sys.modules[name]
        offers._found.clear()
