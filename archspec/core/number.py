"""Numbers that remember the expression they came from.

Analyses read the number; generated source (`planes * 4`), `explain` and the provenance in diagnostics read the
expression. Arithmetic on such a number forgets: the result is a plain `int`, and whoever wants the memory kept says so
through `remember`.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import add, eq, floordiv, ge, getitem, gt, le, lt, mod, mul, ne, neg, not_, pow, sub, truediv
from typing import Any, NamedTuple

LARGEST = 100  # a larger expression is remembered as its value: nobody reads it, and written out it may be endless


class Literal(NamedTuple):
    """A value that came from nowhere else."""

    value: Any


class Symbol(NamedTuple):
    """A name in the scope of a block: a parameter (`planes`), a dimension of an input (`in.channels`) or, with its
    definition, a `let`."""

    name: str
    definition: "Expr | None" = None


class Operation(tuple[Any, ...]):
    """An operator (`+`, `//`, `[]`, `min` …) applied to operands. `size` is its own, written out (see `size`).

    The operands stand in the tuple itself: of a network of many different layers a third of the memory is this.
    """

    __slots__ = ()

    def __new__(cls, operator: str, size: int, *operands: "Expr") -> "Operation":
        return tuple.__new__(cls, (operator, size, *operands))

    @property
    def operator(self) -> str:
        made: str = self[0]
        return made

    @property
    def size(self) -> int:
        made: int = self[1]
        return made

    @property
    def operands(self) -> tuple["Expr", ...]:
        return self[2:]

    def __getnewargs__(self) -> tuple[Any, ...]:
        return tuple(self)

    def __repr__(self) -> str:
        return f"Operation{tuple(self)}"


Expr = Literal | Symbol | Operation


@lru_cache(maxsize=4096)
def _integer(value: int) -> Literal:
    """The same literal for the same integer: a few of them make up most expressions."""
    return Literal(value)


def size(expression: Expr) -> int:
    """How many names, values and operators an expression has once its definitions stand in it."""
    if type(expression) is Operation:
        return expression.size
    if type(expression) is Symbol and expression.definition is not None:
        return 1 + size(expression.definition)
    return 1


def applied(operator: str, *operands: Expr) -> Operation:
    """The operator applied to expressions."""
    return Operation(operator, 1 + sum(map(size, operands)), *operands)


class Int(int):
    """An integer with its origin."""

    origin: Expr


class Float(float):
    """A floating-point number with its origin."""

    origin: Expr


def remember(value: Any, origin: Expr) -> Any:
    """The same number, remembering its origin. Values that are no numbers (and booleans) are returned as they are."""
    kind = type(value)
    made: Any
    if kind is int or kind is Int:
        made = Int(value)
    elif kind is float or kind is Float:
        made = Float(value)
    else:
        return value
    made.origin = origin
    return made


def origin(value: Any) -> Expr:
    """The expression a value came from: for a plain value, itself."""
    kind = type(value)
    return value.origin if kind is Int or kind is Float else Literal(value)


def plain(value: Any) -> Any:
    """The value without its memory; lists (tuples) all the way down."""
    kind = type(value)
    if kind is Int:
        return int(value)
    if kind is Float:
        return float(value)
    if kind is tuple:
        return tuple(plain(item) for item in value)
    return value


def derived(value: Any, operator: str, *operands: Any) -> Any:
    """`value`, remembering that it is `operator` applied to `operands`."""
    parts: list[Any] = [operator, 0]  # of an `Operation`, made in one go: most of what is remembered is made here
    length = 1
    for operand in operands:
        kind = type(operand)
        if kind is int:
            parts.append(_integer(operand))
            length += 1
        elif kind is Int or kind is Float:
            one = operand.origin
            parts.append(one)
            length += one[1] if type(one) is Operation else size(one)
        else:
            parts.append(Literal(operand))
            length += 1
    if length > LARGEST:
        return remember(value, Literal(plain(value)))
    parts[1] = length
    return remember(value, tuple.__new__(Operation, parts))


def product(*factors: int) -> int:
    """The product, remembering its factors (ones are left out): `256 * 6 * 6`."""
    total: int = 1
    for factor in factors:
        if factor == 1 and isinstance(origin(factor), Literal):
            continue
        total = factor if total == 1 and type(total) is int else derived(total * factor, "*", total, factor)
    return total


def total(*terms: int) -> int:
    """The sum, remembering its terms."""
    whole: int = terms[0]
    for term in terms[1:]:
        whole = derived(whole + term, "+", whole, term)
    return whole


_COMPUTE: dict[str, Callable[..., Any]] = {
    "+": add, "-": sub, "*": mul, "/": truediv, "//": floordiv, "%": mod, "**": pow,
    "==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge,
    "and": lambda a, b: a and b, "or": lambda a, b: a or b, "not": not_, "neg": neg, "[]": getitem,
    "min": min, "max": max,
}  # fmt: skip


def symbols(made: Expr) -> list[Symbol]:
    """The symbols of an expression, each once."""
    found: dict[str, Symbol] = {}
    stack = [made]
    while stack:
        one = stack.pop()
        if type(one) is Symbol:
            found.setdefault(one.name, one)
        elif type(one) is Operation:
            stack.extend(one.operands)
    return list(found.values())


def substitute(expression: Expr, names: Mapping[str, Expr]) -> Expr | None:
    """The expression with its symbols replaced, definitions followed; none where a symbol has no replacement."""
    if type(expression) is Literal:
        return expression
    if type(expression) is Symbol:
        if expression.name in names:
            return names[expression.name]
        return None if expression.definition is None else substitute(expression.definition, names)
    assert type(expression) is Operation
    operands = [substitute(one, names) for one in expression.operands]
    known = [one for one in operands if one is not None]
    if len(known) < len(operands):
        return None
    made = applied(expression.operator, *known)
    return made if made.size <= LARGEST else None


class Unknown(Exception):
    """An expression that cannot be evaluated in the given names."""


def evaluate(expression: Expr, names: Mapping[str, Any]) -> Any:
    """The value of a remembered expression where the symbols have other values. Raises `Unknown`."""
    if type(expression) is Literal:
        return expression.value
    if type(expression) is Symbol:
        if expression.name in names:
            return names[expression.name]
        if expression.definition is not None:
            return evaluate(expression.definition, names)
        raise Unknown(expression.name)
    assert type(expression) is Operation
    compute = _COMPUTE.get(expression.operator)
    if compute is None:
        raise Unknown(expression.operator)
    try:
        return compute(*(evaluate(one, names) for one in expression.operands))
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise Unknown(str(error)) from None
