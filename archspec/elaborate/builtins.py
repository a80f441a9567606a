"""The functions of the language: plain arithmetic on numbers and lists, bounded."""

import math
from collections.abc import Callable
from typing import Any

from archspec.core.number import derived
from archspec.elaborate.values import Builtin

LONGEST = 100_000  # entries of a list


class Refused(Exception):
    """A function that cannot take its arguments; the text says why."""


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused("it takes numbers")
    return value


def _list(value: Any) -> tuple[Any, ...]:
    if type(value) is not tuple:
        raise Refused("it takes a list")
    return value


def _extreme(name: str, choose: Callable[..., Any]) -> Callable[..., Any]:
    def function(*values: Any) -> Any:
        if len(values) == 1 and type(values[0]) is tuple:
            if not values[0]:
                raise Refused("the list is empty")
            return choose(_number(value) for value in values[0])
        if len(values) < 2:
            raise Refused("it takes a list, or two numbers and more")
        return derived(choose(_number(value) for value in values), name, *values)

    return function


def _whole(convert: Callable[[Any], int]) -> Callable[[Any], int]:
    def function(value: Any) -> int:
        number = _number(value)
        return int(number if isinstance(number, int) else convert(number))

    return function


def _round(value: Any) -> int:
    """To the nearest integer, halves to the even one, as Python does."""
    made: int = round(_number(value))
    return made


def _sqrt(value: Any) -> float:
    if _number(value) < 0:
        raise Refused("a negative number has no square root")
    return math.sqrt(value)


def _range(*bounds: Any) -> tuple[int, ...]:
    if not 1 <= len(bounds) <= 3 or not all(isinstance(b, int) and not isinstance(b, bool) for b in bounds):
        raise Refused("it takes one to three integers")
    if len(bounds) == 3 and bounds[2] == 0:
        raise Refused("the step is zero")
    made = range(*(int(b) for b in bounds))
    if len(made) > LONGEST:
        raise Refused(f"the list would have {len(made)} entries; the limit is {LONGEST}")
    return tuple(made)


def _enumerate(values: Any) -> tuple[Any, ...]:
    return tuple(enumerate(_list(values)))


def _zip(*lists: Any) -> tuple[Any, ...]:
    lengths = sorted({len(_list(one)) for one in lists})
    if len(lengths) > 1:
        raise Refused("the lists have " + " and ".join(map(str, lengths)) + " entries")
    return tuple(zip(*lists, strict=True))


def _sum(values: Any) -> Any:
    return sum((_number(value) for value in _list(values)), 0)


def _len(values: Any) -> int:
    if isinstance(values, str):
        return len(values)
    return len(_list(values))


def _truths(values: Any) -> tuple[Any, ...]:
    if not all(isinstance(value, bool) for value in _list(values)):
        raise Refused("it takes a list of conditions")
    return tuple(values)


BUILTINS: dict[str, Builtin] = {
    name: Builtin(name, function)
    for name, function in {
        "min": _extreme("min", min),
        "max": _extreme("max", max),
        "round": _round,
        "ceil": _whole(math.ceil),
        "floor": _whole(math.floor),
        "int": _whole(int),
        "abs": lambda value: abs(_number(value)),
        "sqrt": _sqrt,
        "len": _len,
        "range": _range,
        "enumerate": _enumerate,
        "zip": _zip,
        "sum": _sum,
        "any": lambda values: any(_truths(values)),
        "all": lambda values: all(_truths(values)),
    }.items()
}
