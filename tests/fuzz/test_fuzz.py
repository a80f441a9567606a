"""A small share of fuzzing in every run, and that its probes can fail."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fuzz.breakage import KINDS
from fuzz.corpus import SMALL, seeds
from fuzz.makers import Made, mutation, right, wrong
from fuzz.mutations import MUTATIONS
from fuzz.trials import attempt

quietly = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large]
choices = st.randoms(use_true_random=False)  # whose choices hypothesis makes, and simplifies if one fails


@settings(max_examples=150, suppress_health_check=quietly)
@given(number=st.integers(0, 2**32))
def test_changed_specs(tmp_path: Path, number: int) -> None:
    attempt(mutation(Random(number), large=0), tmp_path, deep=number % 8 == 0)


@settings(max_examples=25, suppress_health_check=quietly)
@given(random=choices)
def test_specs_that_are_right(tmp_path: Path, random: Random) -> None:
    attempt(right(random), tmp_path, deep=random.random() < 0.3)


@settings(max_examples=40, suppress_health_check=quietly)
@given(random=choices)
def test_specs_that_are_broken_in_one_way(tmp_path: Path, random: Random) -> None:
    attempt(wrong(random), tmp_path, deep=False)


@pytest.mark.parametrize("kind", KINDS)
def test_each_way_of_breaking(tmp_path: Path, kind: str) -> None:
    for number in range(3):
        attempt(wrong(Random(number), kind), tmp_path, deep=False)


@pytest.mark.parametrize("change", MUTATIONS, ids=lambda one: one.__name__)
def test_each_way_of_changing(tmp_path: Path, change: object) -> None:
    """Each changes something, and copes with what others have left, even with nothing."""
    assert callable(change)
    random = Random(1)
    small = seeds(SMALL)
    for data in (b"", b" ", b"7", small[0].data):
        made = [change(random, data, small) for _ in range(6)]
        assert data != small[0].data or any(one != data for one in made)
        attempt(Made(small[0].suffix, made[-1]), tmp_path, deep=False)


def test_a_failure_is_seen(tmp_path: Path) -> None:
    """What is said to be right and is not, and what is said to be broken and is not, or otherwise, or elsewhere."""
    made = wrong(Random(0), "kernel_too_large")._replace(suffix=".arch")
    known = made.known
    assert known is not None
    fine = right(Random(0))
    text = made._replace(data=known.text.encode())
    attempt(text, tmp_path, deep=False)
    for bad in (
        text._replace(known=None, right=True),
        fine._replace(known=known),
        text._replace(known=known._replace(code="AS404")),
        text._replace(known=known._replace(first=known.last + 1, last=known.last + 9)),
    ):
        with pytest.raises(AssertionError):
            attempt(bad, tmp_path, deep=False)
