"""Periods and progressions of sizes."""

import random

from archspec.analysis.sizes.progression import Period, Progression, period, progressions


def test_progressions_hold_what_they_were_made_of() -> None:
    draw = random.Random(3)
    for _ in range(300):
        sizes = sorted(draw.sample(range(1, 60), draw.randint(0, 30)))
        runs = progressions(sizes)
        assert [size for run in runs for size in range(run.first, run.last + 1, run.step)] == sizes
        assert sum(run.length for run in runs) == len(sizes)


def test_equal_steps_are_one_progression() -> None:
    assert progressions(range(1, 1000, 32)) == [Progression(1, 993, 32)]
    assert progressions([1, 2, 3, 7, 9, 11, 20]) == [
        Progression(1, 3, 1),
        Progression(7, 11, 2),
        Progression(20, 20, 1),
    ]


def test_the_period_is_the_shortest_and_starts_where_it_begins_to_hold() -> None:
    marks = bytes([1, 1, 1, 0, 1, *[0, 0, 1] * 20])
    assert period(marks, 1) == Period(4, 3)  # the 0 and 1 before the pattern belong to it
    assert period(bytes(40), 1) == Period(1, 1)


def test_no_period_is_made_up() -> None:
    squares = bytes(round(n**0.5) ** 2 == n for n in range(1, 200))
    assert period(squares, 1) is None
    assert period(bytes([0, 1]), 1) is None
