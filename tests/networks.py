"""The networks that ship, by name, each elaborated when a test first asks for it."""

from collections.abc import Iterator, Mapping
from functools import cache

import archspec
from archspec.elaborate.files import shipped
from archspec.elaborate.workspace import Workspace


@cache
def loadable() -> tuple[str, ...]:
    """Their names, templates and what is there to be refused left out."""
    found: list[str] = []
    for path in sorted(shipped().rglob("*.arch")):
        if "broken" not in path.name:
            workspace = Workspace()
            folder = path.parent.relative_to(shipped()).as_posix()
            found += [f"{folder}/{name}" for name in workspace.networks(workspace.open(path, path.name))]
    return tuple(found)


class _Networks(Mapping[str, archspec.Design]):
    """Reading it elaborates one network, once: to collect tests by name costs no more than reading the texts."""

    def __init__(self) -> None:
        self._known: dict[str, archspec.Design] = {}

    def __getitem__(self, name: str) -> archspec.Design:
        if name not in loadable():
            raise KeyError(name)
        if name not in self._known:
            self._known[name] = archspec.load(name)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(loadable())

    def __len__(self) -> int:
        return len(loadable())


NETWORKS = _Networks()
