"""How much of a design a scene shows: all of a small one, of a large one each kind of block where it first comes."""

import re
from collections.abc import Callable, Collection

from archspec.analysis.summaries import summarise
from archspec.design import ALWAYS, Graph, Instance, Module, Repeat, nodes
from archspec.emit.scene import CannotDraw, Scene
from archspec.emit.scene_builder import Builder, Opens, Seen, TooMany
from archspec.emit.sketch import Sketcher

COMFORTABLE = 40  # up to so many boxes, and
ROWS = 30  # with no more than these one after the other, everything stands open: it fits a screen
READABLE = 80  # more boxes than these are drawn only for those who ask
MOST = 800  # no more are drawn: layout takes more than linear time, and nobody reads them


def scene(
    module: Module,
    *,
    depth: int | None = None,
    fold: bool = True,
    expand: Collection[str] = (),
    most: int = MOST,
) -> Scene:
    """The scene of a network.

    depth:  how many levels of modules stand open: 0 draws every child of the network as one box. None opens all of a
            small network, and of a larger one each kind of block where it first comes
    fold:   draw equal iterations and equal neighbours once; else one by one, where they are few enough
    expand: paths of modules to open in any case, and those around them
    most:   the most boxes to draw; where there are more, less is opened, and a note says so

    Raises `CannotDraw` where that does not help, or where a path leads to no module.
    """
    notes: list[str] = []
    if not fold and (layers := _written_out(module)) > most:
        notes.append(f"Equal iterations are drawn once: one by one they are {layers:,} layers.")
        fold = True
    sketcher = Sketcher(fold)
    asked = _Asked(expand)
    levels = _levels(module)
    tries: list[tuple[Opens, int, str]] = []
    if depth is None:
        tries.append((lambda seen: True, COMFORTABLE, ""))
        tries.append((_first_of_each(lambda one: one.kind == "block" and sketcher.structure(one)), READABLE, ""))
        tries.append((_first_of_each(lambda one: one.name.rstrip("0123456789")), READABLE, ""))
        tries.extend((_to(level), READABLE, "") for level in range(levels - 1, -1, -1))
    else:
        tries.append((_to(depth), most, ""))
        for level in range(min(levels, depth) - 1, -1, -1):
            tries.append((_to(level), most, f"Open to a depth of {level}: deeper there are more than {most:,} boxes."))
    tries.append((_to(0), most, ""))
    for opens, limit, note in tries:
        found = _attempt(sketcher, asked.beside(opens), most if expand else limit, module, notes, note)
        if found is not None and (limit != COMFORTABLE or _rows(found) <= ROWS):
            return asked.met(found)
    sketcher = Sketcher(fold, chains=True)
    note = f"Long chains are drawn as one box: in full there are more than {most:,}."
    found = _attempt(sketcher, asked.beside(_to(0)), most, module, notes, note)
    if found is None:
        raise CannotDraw(f"`{module.name}` has more than {most:,} parts side by side; name groups of them in the spec")
    return asked.met(found)


def _attempt(
    sketcher: Sketcher, opens: Opens, most: int, module: Module, notes: list[str], note: str
) -> Scene | None:
    try:
        return Builder(sketcher, opens, most).scene(module, (*notes, note) if note else tuple(notes))
    except TooMany:
        return None


def _rows(scene: Scene) -> int:
    """How many boxes follow each other."""
    rows: dict[str, int] = {}
    for edge in scene.edges:  # those into a box stand before those out of it
        rows[edge.target] = max(rows.get(edge.target, 1), rows.get(edge.source, 1) + 1)
    return max(rows.values(), default=1)


def _to(level: int) -> Opens:
    return lambda seen: seen.around < level


def _first_of_each(sort: Callable[[Module], int | str]) -> Opens:
    """Open modules where one of their sort is first met on the main path; those of no sort (false) always."""
    known: set[int | str] = set()

    def opens(seen: Seen) -> bool:
        if seen.phase != ALWAYS:
            return False
        own = sort(seen.module)
        first = own is False or own not in known
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
            raise CannotDraw(f"there is no module `{path}` to expand")
        return scene


def _names(name: str, wanted: str) -> bool:
    """Whether the name of a child, `3–5` standing for several, is the one wanted."""
    match = re.fullmatch(r"(.*?)(\d+)–(\d+)", name)
    if match is None or name == wanted:
        return name == wanted
    number = wanted.removeprefix(match[1])
    return wanted.startswith(match[1]) and number.isdecimal() and int(match[2]) <= int(number) <= int(match[3])


def _levels(module: Module) -> int:
    """How deep modules stand within modules."""

    def of_graph(graph: Graph, of: object) -> int:
        return max((1 + of(node.module) for node in nodes(graph) if type(node) is Instance), default=0)  # type: ignore[operator]

    return summarise(module, of_graph)


def _written_out(module: Module) -> int:
    """How many layers there are, every iteration by itself."""

    def of_graph(graph: Graph, of: object) -> int:
        total = 0
        for node in graph.nodes:
            if type(node) is Repeat:
                total += int(node.count) * of_graph(node.body, of)
            else:
                total += of(node.module) if type(node) is Instance else 1  # type: ignore[operator]
        return total

    return summarise(module, of_graph)
