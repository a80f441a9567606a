"""How much of a design a scene shows: all of a small one, of a large one each kind of block where it first comes."""

import re
from collections.abc import Callable, Collection, Iterator
from functools import partial

from archspec.analysis.summaries import summarise
from archspec.core.diagnostic import Severity
from archspec.design import ALWAYS, Graph, Instance, Module, nodes
from archspec.elaborate.draft import Draft
from archspec.emit.diagram.scene import CannotDraw, Scene
from archspec.emit.diagram.scene_builder import Builder, Opens, Seen, TooMany
from archspec.emit.diagram.sketcher import NO_FAILURES, Sketcher
from archspec.emit.diagram.ushape import u_shape
from archspec.emit.layer_count import layer_count

COMFORTABLE = 40  # up to so many boxes, and
ROWS = 30  # with no more than these one after the other, everything stands open: it fits a screen
READABLE = 80  # more boxes than these are drawn only for those who ask
MOST = 800  # no more are drawn: layout takes more than linear time, and nobody reads them


def scene(
    shown: Module | Draft,
    *,
    depth: int | None = None,
    fold: bool = True,
    expand: Collection[str] = (),
    most: int = MOST,
) -> Scene:
    """The scene of a network, or of what there is of one that has errors; those without a place in it are noted.

    depth:  how many levels of modules stand open: 0 draws every child of the network as one box. None opens all of a
            small network, and of a larger one each kind of block where it first comes; but what is a U with its
            children closed stays one
    fold:   draw equal iterations and equal neighbours once; else one by one, where they are few enough
    expand: paths of modules to open in any case, and those around them
    most:   the most boxes to draw; where there are more, less is opened, and a note says so

    Raises `CannotDraw` where that does not help, or where a path leads to no module.
    """
    return Unfolding(shown, fold).scene(depth, expand, most)


class Unfolding:
    """The scenes of a network, one after the other; modules are sketched once for all of them."""

    def __init__(self, shown: Module | Draft, fold: bool = True) -> None:
        self.module, self.failures = (
            (shown.module, shown.failures) if isinstance(shown, Draft) else (shown, NO_FAILURES)
        )
        self.fold = fold
        self.errors = _elsewhere(shown) if isinstance(shown, Draft) else []
        self.levels = _levels(self.module)
        self._sketchers: dict[tuple[bool, bool], Sketcher] = {}

    def scene(self, depth: int | None = None, expand: Collection[str] = (), most: int = MOST) -> Scene:
        """As the function of that name."""
        notes, fold = list(self.errors), self.fold
        if not fold and (layers := layer_count(self.module)) > most:
            notes.append(f"Equal iterations are drawn once: one by one they are {layers:,} layers.")
            fold = True
        sketcher = self._sketcher(fold)
        asked = _Asked(expand)

        def attempt(opens: Opens, most: int, note: str = "", sketcher: Sketcher = sketcher) -> Scene | None:
            return _attempt(sketcher, opens, most, self.module, (*notes, note))

        if depth is None and not expand:
            found = attempt(_to(0), min(READABLE, most))
            if found is not None and u_shape(found) is not None:
                return found
        for opens, limit, note in self._tries(sketcher, depth, most):
            found = attempt(opens(), min(limit, most), note)
            if found is None or (limit == COMFORTABLE and _rows(found) > ROWS):
                continue
            if expand:
                found = attempt(asked.beside(opens()), most, note)
            if found is not None:
                return asked.met(found)
        note = f"Long chains are drawn as one box: in full there are more than {most:,}."
        found = attempt(asked.beside(_to(0)), most, note, self._sketcher(fold, chains=True))
        if found is None:
            name = self.module.name
            raise CannotDraw(f"`{name}` has more than {most:,} parts side by side; name groups of them in the spec")
        return asked.met(found)

    def _tries(
        self, sketcher: Sketcher, depth: int | None, most: int
    ) -> Iterator[tuple[Callable[[], Opens], int, str]]:
        """What may stand open, the most first: how to tell, for how many boxes at most, and what to note of it."""
        if depth is None:
            yield lambda: _everything, COMFORTABLE, ""
            yield lambda: _first_of_each(lambda one: _structure(sketcher, one)), READABLE, ""
            yield lambda: _first_of_each(lambda one: one.name.rstrip("0123456789")), READABLE, ""
            yield from ((partial(_to, level), READABLE, "") for level in range(self.levels - 1, -1, -1))
            yield partial(_to, 0), most, ""
            return
        yield partial(_to, depth), most, ""
        for level in range(min(self.levels, depth) - 1, -1, -1):
            yield partial(_to, level), most, f"Open to a depth of {level}: deeper there are more than {most:,} boxes."

    def _sketcher(self, fold: bool, chains: bool = False) -> Sketcher:
        key = fold, chains
        if key not in self._sketchers:
            self._sketchers[key] = Sketcher(fold, chains, self.failures)
        return self._sketchers[key]


def _elsewhere(draft: Draft) -> list[str]:
    """The errors that no step stands for."""
    placed = {one.diagnostic.order for found in draft.failures.values() for one in found}
    errors = [one for one in draft.diagnostics if one.severity == Severity.ERROR and one.order not in placed]
    return [f"{one.rule.code} in line {one.span.line}: {one.message}" for one in errors]


def _attempt(sketcher: Sketcher, opens: Opens, most: int, module: Module, notes: tuple[str, ...]) -> Scene | None:
    try:
        return Builder(sketcher, opens, most).scene(module, tuple(note for note in notes if note))
    except TooMany:
        return None


def _rows(scene: Scene) -> int:
    """How many boxes follow each other."""
    rows: dict[str, int] = {}
    for edge in scene.edges:  # those into a box stand before those out of it
        rows[edge.target] = max(rows.get(edge.target, 1), rows.get(edge.source, 1) + 1)
    return max(rows.values(), default=1)


def _everything(seen: Seen) -> bool:
    return True


def _to(level: int) -> Opens:
    return lambda seen: seen.around < level


def _structure(sketcher: Sketcher, module: Module) -> int | None:
    """What blocks built alike have in common; groups have nothing."""
    return sketcher.structure(module) if module.kind == "block" else None


def _first_of_each(sort: Callable[[Module], int | str | None]) -> Opens:
    """Open modules where one of their sort is first met on the main path; those of no sort always."""
    known: set[int | str | None] = set()

    def opens(seen: Seen) -> bool:
        if seen.phase != ALWAYS:
            return False
        own = sort(seen.module)
        first = own is None or own not in known
        known.add(own)
        return first

    return opens


class _Asked:
    """The modules that are to be opened in any case."""

    def __init__(self, paths: Collection[str]) -> None:
        self.paths = [path.split(".") for path in paths]
        self.missing = set(paths)

    def beside(self, opens: Opens) -> Opens:
        def both(seen: Seen) -> bool:
            own = opens(seen)
            return self._holds(seen.path.split(".")) or own

        return both if self.paths else opens

    def _holds(self, path: list[str]) -> bool:
        """Whether a path is asked for, or that of a module around one that is."""
        found = False
        for wanted in self.paths:
            if len(path) <= len(wanted) and all(_names(name, one) for name, one in zip(path, wanted, strict=False)):
                found = True
                if len(path) == len(wanted):
                    self.missing.discard(".".join(wanted))
        return found

    def met(self, scene: Scene) -> Scene:
        for path in sorted(self.missing):
            raise CannotDraw(f"`{path}` is no module that can be opened")
        return scene


def _names(name: str, wanted: str) -> bool:
    """Whether the name of a child, `3…5` standing for several, is the one wanted."""
    match = re.fullmatch(r"(.*?)(\d+)…(\d+)", name)
    if match is None or name == wanted:
        return name == wanted
    number = wanted.removeprefix(match[1])
    return wanted.startswith(match[1]) and number.isdecimal() and int(match[2]) <= int(number) <= int(match[3])


def _levels(module: Module) -> int:
    """How deep modules stand within modules."""

    def of_graph(graph: Graph, of: Callable[[Module], int]) -> int:
        return max((1 + of(node.module) for node in nodes(graph) if type(node) is Instance), default=0)

    return summarise(module, of_graph, "levels")
