"""What a name can stand for beside numbers, strings, lists, true, false and none."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.core.number import Float, Int, plain
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.ops.base import Declared, Operator
from archspec.ops.kinds import briefly
from archspec.syntax import tree

if TYPE_CHECKING:
    from archspec.elaborate.scope import FileScope


class Given(NamedTuple):
    """An argument as given: its value and its place."""

    value: Any
    span: Span


class Arguments(NamedTuple):
    """Arguments gathered so far, by position and by name."""

    positional: tuple[Given, ...] = ()
    named: tuple[tuple[str, Given], ...] = ()

    def joined(self, later: "Arguments") -> "Arguments":
        """These arguments, then later ones; a later one of the same name wins."""
        if not self.named and not self.positional:
            return later
        names = {name for name, _ in later.named}
        kept = tuple((name, given) for name, given in self.named if name not in names)
        return Arguments(self.positional + later.positional, kept + later.named)

    @property
    def key(self) -> Any:
        """The arguments as something to hash."""
        return (
            tuple(freeze(given.value) for given in self.positional),
            tuple(sorted((name, freeze(given.value)) for name, given in self.named)),
        )


NO_ARGUMENTS = Arguments()


class OperatorMaker(NamedTuple):
    """An operator with the arguments given so far; `defaults` are those in scope where it was named."""

    operator: type[Operator]
    arguments: Arguments = NO_ARGUMENTS
    defaults: Arguments = NO_ARGUMENTS

    @property
    def name(self) -> str:
        return self.operator.name


class BlockMaker(NamedTuple):
    """A block with the arguments given so far, and the file it is defined in."""

    block: tree.Block
    scope: "FileScope"
    arguments: Arguments = NO_ARGUMENTS

    @property
    def name(self) -> str:
        return self.block.name


class InitialiserMaker(NamedTuple):
    """An initialiser that is still to get its arguments."""

    initialiser: type[Declared]


class UserFunction(NamedTuple):
    definition: tree.Function
    scope: "FileScope"
    frame: Any  # the scope around a local function


class Builtin(NamedTuple):
    name: str
    function: Callable[..., Any]


class NetworkName(NamedTuple):
    """A network, which is no step."""

    name: str


class View(NamedTuple):
    """The shape of a value in scope: `in`, or a label before a dot. `shape` is none where the value is broken."""

    shape: Shape | None
    span: Span


class SharedLayer:
    """`shared twin: Twin(4096)`: what it makes, the graph where it lives, and the weights of its first use."""

    __slots__ = ("first_use", "maker", "name", "owner", "span", "weights")

    def __init__(self, name: str, maker: OperatorMaker | BlockMaker, owner: Any, span: Span) -> None:
        self.name = name
        self.maker = maker
        self.owner = owner
        self.span = span
        self.weights: Any = None
        self.first_use: Span | None = None


Maker = OperatorMaker | BlockMaker


def freeze(value: Any) -> Any:
    """A value as something to hash, in which 1, 1.0 and true differ."""
    kind = type(value)
    if kind is str or value is None:
        return value
    if kind is tuple:
        return tuple(freeze(item) for item in value)
    if kind is OperatorMaker:
        return ("operator", value.operator.name, value.arguments.key, value.defaults.key)
    if kind is BlockMaker:
        return ("block", id(value.block), value.arguments.key)
    if kind in (UserFunction, Builtin, NetworkName):
        return (kind.__name__, id(value[0]) if kind is UserFunction else value[0])
    value = plain(value)
    if isinstance(value, Declared):
        names = type(value).parameters
        return (type(value).name, tuple(freeze(getattr(value, name)) for name in names))
    return (type(value).__name__, value)


def described(value: Any) -> str:
    """What a value is, in words for a message."""
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int):
        return "an integer"
    if isinstance(value, float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, tuple) and type(value) is tuple:
        return "a list"
    if value is None:
        return "none"
    kinds = {
        OperatorMaker: "an operator", BlockMaker: "a block", UserFunction: "a function", Builtin: "a function",
        NetworkName: "a network", View: "a value", SharedLayer: "a shared layer",
    }  # fmt: skip
    return kinds.get(type(value), "an initialiser")


PLAIN = frozenset({int, Int, float, Float, bool, str, type(None)})  # the types of nearly all arguments


def unusual(value: Any) -> Any:
    """What no operator takes, if a value is that or a list that holds it: a maker, a function, a value of the graph."""
    if type(value) is tuple:
        return next((found for found in map(unusual, value) if found is not None), None)
    if value is None or isinstance(value, (int, float, str, Declared)):
        return None
    return value


def spelled_value(value: Any) -> str:
    """A value in a message: numbers and strings as written, others by their kind."""
    if value is None or isinstance(value, bool | int | float | str):
        return f"`{briefly(value)}`"
    return described(value)


def loosely_equal(left: Any, right: Any) -> bool:
    """Numbers are equal by value; a truth value equals no number; everything else by what it is."""
    if is_number(left) and is_number(right):
        return bool(plain(left) == plain(right))
    return bool(freeze(left) == freeze(right))


NUMBERS = frozenset({int, Int, float, Float})


def is_number(value: Any) -> bool:
    """Whether a value is an integer or a number; truth values are none."""
    return type(value) in NUMBERS
