"""The kinds of parameter an operator can declare: what values they take, and how they are told apart from bad ones."""

from typing import Any, NamedTuple, Protocol

from archspec.core.nearest import nearest
from archspec.core.number import Int, plain

_BRIEF = 80  # characters of a value that a message shows


class BadValue(Exception):
    """A value that a parameter cannot take; the text says why, `help` what it takes instead."""

    def __init__(self, reason: str, help: str = "") -> None:
        super().__init__(reason)
        self.help = help


class Kind(Protocol):
    """What values a parameter takes."""

    @property
    def words(self) -> str:
        """What it takes, in words for a manual page."""
        ...

    def accept(self, value: Any) -> Any:
        """The value in its canonical form. Raises `BadValue`."""
        ...


def spelled(value: Any) -> str:
    """A value as a spec would write it."""
    value = plain(value)
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple):
        return "[" + ", ".join(spelled(item) for item in value) + "]"
    return str(value)


def briefly(value: Any) -> str:
    """A value in a message, which one has to be able to read: the middle of what is long is left out."""
    text = spelled(value)
    return text if len(text) <= _BRIEF else f"{text[: _BRIEF - 20]}…{text[-19:]}"


_INTEGERS = frozenset({int, Int})


class Integer(NamedTuple):
    """A whole number between bounds (both included)."""

    least: int = 1
    most: int = 2**31 - 1

    @property
    def words(self) -> str:
        if self.most < 2**31 - 1:
            return f"an integer from {self.least} to {self.most}"
        return "an integer" if self.least < -(2**30) else f"an integer, at least {self.least}"

    def accept(self, value: Any) -> Any:
        if type(value) not in _INTEGERS:
            value = self._whole(value)
        if value < self.least:
            raise BadValue(f"{briefly(value)} is below {self.least}")
        if value > self.most:
            raise BadValue(f"{briefly(value)} is above {self.most}")
        return value

    def _whole(self, value: Any) -> int:
        if isinstance(value, float) and value.is_integer():
            return int(value)  # whole, however it was computed: `channels / 2`
        if isinstance(value, bool) or not isinstance(value, int):
            hint = f"round it: `{int(value // 1)}`, `//`, `int` or `round`" if isinstance(value, float) else ""
            raise BadValue(f"{briefly(value)} is not an integer", hint)
        return value


class Real(NamedTuple):
    """A number between bounds: both included, unless `above` leaves out the lower one and `below` the upper one.

    `help` says what may have been meant by a number that is too large.
    """

    least: float = float("-inf")
    most: float = float("inf")
    above: bool = False
    below: bool = False
    help: str = ""

    @property
    def words(self) -> str:
        if float("-inf") < self.least and self.most < float("inf") and not (self.above or self.below):
            return f"a number from {self.least:g} to {self.most:g}"
        lower = f", at least {self.least:g}" if self.least > float("-inf") else ""
        lower = f" above {self.least:g}" if self.above else lower
        upper = f"{' and' if lower else ''} below {self.most:g}" if self.below else ""
        return f"a number{lower}{upper}"

    def accept(self, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadValue(f"{briefly(value)} is not a number")
        if value >= self.most and (self.below or value > self.most):
            raise BadValue(f"{briefly(value)} is not {self.words}", self.help)
        if not value >= self.least or (self.above and value == self.least):
            raise BadValue(f"{briefly(value)} is not {self.words}")
        return value


def epsilon(call: str) -> Real:
    """What keeps a normalisation from dividing by 0. In other libraries the channels stand in its place."""
    return Real(0.0, 1.0, above=True, below=True, help=f"the channels are those of the input: write `{call}`")


class Boolean(NamedTuple):
    """True or false."""

    @property
    def words(self) -> str:
        return "true or false"

    def accept(self, value: Any) -> Any:
        if not isinstance(value, bool):
            raise BadValue(f"{briefly(value)} is neither true nor false")
        return value


class Choice(NamedTuple):
    """One of a few words."""

    options: tuple[str, ...]

    @property
    def words(self) -> str:
        return "one of " + ", ".join(f'"{option}"' for option in self.options)

    def accept(self, value: Any) -> Any:
        if not isinstance(value, str) or value not in self.options:
            raise BadValue(f"{briefly(value)} is not {self.words}", nearest_option(value, self.options))
        return value


def nearest_option(value: Any, options: tuple[str, ...]) -> str:
    near = nearest(value, options) if isinstance(value, str) else ""
    return f'did you mean "{near}"?' if near else ""


def _check_axes(value: tuple[Any, ...]) -> None:
    if not value:
        raise BadValue("the list is empty")
    if len(value) > 3:
        raise BadValue(f"{briefly(value)} has {len(value)} entries; there are at most 3 spatial axes")


class PerAxis(NamedTuple):
    """One value for every spatial axis, or a list of one for each."""

    of: Any
    # Lists are accepted here; that their length fits the input is known only when the operator meets its input.

    @property
    def words(self) -> str:
        return f"{self.of.words}, or a list of one for each spatial axis"

    def accept(self, value: Any) -> Any:
        if isinstance(value, tuple):
            _check_axes(value)
            return tuple(self.of.accept(item) for item in value)
        return self.of.accept(value)


class Padding(NamedTuple):
    """Padding of a window: a number, a list of one for each axis, a list of [before, after] pairs, or a word."""

    words_allowed: tuple[str, ...] = ()
    least: int = 0

    @property
    def words(self) -> str:
        *others, last = ["a list of [before, after] pairs", *(f'"{word}"' for word in self.words_allowed)]
        return ", ".join(["an integer", "a list of one for each spatial axis", *others]) + f" or {last}"

    def accept(self, value: Any) -> Any:
        if isinstance(value, str):
            if value not in self.words_allowed:
                allowed = " or ".join(f'"{word}"' for word in self.words_allowed)
                raise BadValue(f"{briefly(value)} is not {allowed}", nearest_option(value, self.words_allowed))
            return value
        if isinstance(value, tuple):
            _check_axes(value)
            return tuple(self._entry(item) for item in value)
        return Integer(self.least).accept(value)

    def _entry(self, item: Any) -> Any:
        if isinstance(item, tuple):
            if len(item) != 2:
                raise BadValue(f"{briefly(item)} is not a [before, after] pair")
            return tuple(Integer(self.least).accept(side) for side in item)
        return Integer(self.least).accept(item)


class ListOf(NamedTuple):
    """A list of values of one kind."""

    of: Any
    least: int = 0

    @property
    def words(self) -> str:
        return f"a list, each {self.of.words}"

    def accept(self, value: Any) -> Any:
        if not isinstance(value, tuple):
            raise BadValue(f"{briefly(value)} is not a list")
        if len(value) < self.least:
            raise BadValue(f"{briefly(value)} has fewer than {self.least} entries")
        return tuple(self.of.accept(item) for item in value)


class OneOrMore(NamedTuple):
    """A value of one kind, or a list of such; a list either way once accepted."""

    of: Any

    @property
    def words(self) -> str:
        return f"{self.of.words}, or a list of them"

    def accept(self, value: Any) -> Any:
        if not isinstance(value, tuple):
            return (self.of.accept(value),)
        if not value:
            raise BadValue("the list is empty")
        return tuple(self.of.accept(item) for item in value)


class Optional(NamedTuple):
    """A value of some kind, or `none`."""

    of: Any

    @property
    def words(self) -> str:
        return f"{self.of.words}, or none"

    def accept(self, value: Any) -> Any:
        return None if value is None else self.of.accept(value)


class Initialiser(NamedTuple):
    """How a weight starts, such as `kaiming_normal(mode="fan_out")`; none leaves torch's own."""

    @property
    def words(self) -> str:
        return "an initialiser, or none"

    def accept(self, value: Any) -> Any:
        if value is None or getattr(value, "is_initialiser", False):
            return value
        raise BadValue(f"{briefly(value)} is not an initialiser", 'write e.g. `kaiming_normal(mode="fan_out")`')
