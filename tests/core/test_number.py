"""Numbers that remember: what they came from, equal and unchanged wherever it goes."""

import copy
import pickle

import pytest

from archspec.core.number import LARGEST, Int, Literal, Operation, Symbol, applied, derived, evaluate, origin, remember

WIDTH = remember(24, Symbol("width"))


def test_an_operation_holds_its_operands() -> None:
    made = origin(derived(WIDTH * 2, "*", WIDTH, 2))
    assert isinstance(made, Operation)
    assert (made.operator, made.operands, made.size) == ("*", (Symbol("width"), Literal(2)), 3)
    assert made == applied("*", Symbol("width"), Literal(2))
    assert made != applied("*", Literal(2), Symbol("width"))
    assert evaluate(made, {"width": 5}) == 10


@pytest.mark.parametrize("operands", [(), (Literal(1),), (Literal(1), Literal(2), Symbol("width"))])
def test_operations_travel(operands: tuple[Literal | Symbol, ...]) -> None:
    made = applied("max", applied("min", *operands), Literal(3))
    for same in (pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made)):
        assert type(same) is Operation and same == made and same.operands == made.operands
    assert repr(made).startswith("Operation(") and repr(operands)[1:-1].rstrip(",") in repr(made)


def test_equal_integers_are_told_from_truths_and_reals() -> None:
    made = [origin(derived(2, "+", 1, one)) for one in (1, True, 1.0)]
    assert [[type(one.value) for one in each.operands] for each in made] == [[int, int], [int, bool], [int, float]]


def test_what_nobody_reads_is_forgotten() -> None:
    number = WIDTH
    for _ in range(LARGEST):
        number = derived(number + 1, "+", number, 1)
    assert type(number) is Int and int(number) == 24 + LARGEST
    assert all(type(one) is not Operation or one.size <= LARGEST for one in [origin(number)])
