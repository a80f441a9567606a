"""What a name means at a place: the frames of the bodies around it, then its file, then operators and functions."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from archspec.core.source import Span
from archspec.elaborate.builtins import BUILTINS
from archspec.elaborate.values import (
    NO_ARGUMENTS,
    Arguments,
    BlockMaker,
    InitialiserMaker,
    NetworkName,
    OperatorMaker,
    SharedLayer,
    UserFunction,
)
from archspec.ops import INITIALISERS, OPERATORS
from archspec.ops.plugins import known
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.graph import GraphBuilder

MISSING: Any = type("Missing", (), {"__repr__": lambda self: "MISSING"})()
POISONED: Any = type("Poisoned", (), {"__repr__": lambda self: "POISONED"})()  # a name whose value was reported broken


class FileScope:
    """The definitions of a file. `imported` maps names to the scopes of the files they come from."""

    def __init__(self, file: tree.File) -> None:
        self.file = file
        self.definitions: dict[str, tree.Block | tree.Network | tree.Variant | tree.Let | tree.Function] = {}
        self.lets: dict[str, tree.Let] = {}
        self.imported: dict[str, tuple[FileScope, str]] = {}
        self.broken: set[str] = set(file.broken)
        self.values: dict[str, Any] = {}  # of the lets, once evaluated
        self.evaluate_let: Callable[[FileScope, tree.Let], None] | None = None
        self.places: dict[str, Span] = {}  # where each name of the file is defined or imported
        self.evaluating: list[tree.Let] = []  # those whose value is being asked for
        self.defaults: dict[str, Arguments] = {}

    def lookup(self, name: str) -> Any:
        if name in self.broken:
            return POISONED
        if name in self.imported:
            scope, original = self.imported[name]
            return scope.lookup(original)
        if name in self.lets:
            if name not in self.values and self.evaluate_let is not None:
                self.evaluate_let(self, self.lets[name])
            return self.values.get(name, POISONED)
        found = self.definitions.get(name)
        if found is None:
            return MISSING
        if isinstance(found, tree.Block):
            return BlockMaker(found, self)
        if isinstance(found, tree.Function):
            return UserFunction(found, self, None)
        return NetworkName(name)

    def names(self) -> list[str]:
        return [*self.definitions, *self.lets, *self.imported]


class Frame:
    """The names of one body. `builder` is the graph whose labels can be read there."""

    __slots__ = ("builder", "defaults", "file", "names", "parent")

    def __init__(self, file: FileScope, parent: "Frame | None" = None, builder: "GraphBuilder | None" = None) -> None:
        self.file = file
        self.parent = parent
        self.builder: GraphBuilder | None = builder if builder is not None or parent is None else parent.builder
        self.names: dict[str, Any] = {}
        self.defaults: dict[str, Arguments] = {}

    def inner(self, builder: "GraphBuilder | None" = None) -> "Frame":
        return Frame(self.file, self, builder)

    def local(self, name: str) -> Any:
        frame: Frame | None = self
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.parent
        return MISSING

    def lookup(self, name: str) -> Any:
        """The value of a name; `MISSING`, or `POISONED` where its own error has been reported."""
        found = self.local(name)
        if found is MISSING:
            found = self.file.lookup(name)
        if found is not MISSING:
            return found
        if name in OPERATORS:
            return OperatorMaker(OPERATORS[name], NO_ARGUMENTS, self.defaults_of(name))
        if name in INITIALISERS:
            return InitialiserMaker(INITIALISERS[name])
        if name in BUILTINS:
            return BUILTINS[name]
        offered = known(name)  # by an installed package
        return MISSING if offered is None else OperatorMaker(offered, NO_ARGUMENTS, self.defaults_of(name))

    def defaults_of(self, operator: str) -> Arguments:
        """The defaults in scope for an operator, innermost last so that it wins."""
        found: list[Arguments] = []
        frame: Frame | None = self
        while frame is not None:
            if frame.defaults and operator in frame.defaults:
                found.append(frame.defaults[operator])
            frame = frame.parent
        made = self.file.defaults.get(operator, NO_ARGUMENTS)
        for arguments in reversed(found):
            made = made.joined(arguments)
        return made

    def steps(self) -> list[str]:
        """The names that could be meant where a step stands."""
        kinds = (OperatorMaker, BlockMaker, SharedLayer)
        return [name for name in dict.fromkeys(self.visible()) if type(self.lookup(name)) in kinds]

    def joins(self) -> list[str]:
        """The names that could be meant before branches."""
        made = [(name, self.lookup(name)) for name in self.steps()]
        return [name for name, one in made if type(one) is OperatorMaker and one.operator.ports.most != 1]

    def visible(self) -> list[str]:
        """Every name that could be meant here, for the nearest one to a misspelt one."""
        names: list[str] = []
        frame: Frame | None = self
        while frame is not None:
            names.extend(frame.names)
            frame = frame.parent
        return [*names, *self.file.names(), *OPERATORS, *INITIALISERS, *BUILTINS]
