"""Blocks and cyclic shifts against a plain account of what each position reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archspec.core.field import IDENTITY, MOST_PHASES
from archspec.core.geometry import Blocks, Rolled, compose, through


def windows(size: int, block: int, shift: int) -> list[set[int]]:
    """For each position those in its block; the blocks start at `shift`, and what lies before is one of its own."""
    return [{at for at in range(size) if (at - shift) // block == (u - shift) // block} for u in range(size)]


@given(st.integers(1, 40), st.integers(1, 12), st.data())
def test_blocks(size: int, block: int, data: st.DataObject) -> None:
    shift = data.draw(st.integers(0, block - 1))
    field = Blocks(block, shift).field(size)
    assert field is not None
    for u, read in enumerate(windows(size, block, shift)):
        low, high = field.interval(u)
        assert set(range(max(low, 0), min(high, size - 1) + 1)) == read
    assert field.size == block
    assert field.rising


@given(st.integers(1, 40), st.integers(-60, 60))
def test_cyclic_shift(size: int, by: int) -> None:
    field = Rolled(by).field(size)
    assert field is not None
    for u in range(size):
        assert field.interval(u) == ((u - by) % size, (u - by) % size)


@given(st.integers(2, 40), st.integers(1, 12), st.integers(0, 11))
def test_shifted_blocks_are_blocks_of_a_shifted_map(size: int, block: int, shift: int) -> None:
    """Without a mask, what the shift brings to one block sees each other: the published mask keeps that apart."""
    shift %= block
    moved = through(through(Rolled(-shift).field(size), Blocks(block), size), Rolled(shift), size)
    direct = Blocks(block, shift).field(size)
    assert moved is not None
    assert direct is not None
    for u in range(size):
        last = (u - shift) % size // block * block + block - 1
        if u >= shift and last + shift < size:  # no end of the map within
            assert moved.interval(u) == direct.interval(u)


def test_there_and_back() -> None:
    there = Rolled(3).field(7)
    assert compose(there, Rolled(-3).field(7)) is not None
    assert [compose(there, Rolled(-3).field(7)).interval(u) for u in range(7)] == [(u, u) for u in range(7)]  # type: ignore[union-attr]
    assert Rolled(0).field(7) == Rolled(14).field(7) == IDENTITY


def test_two_layers_of_windows_see_further() -> None:
    field = compose(Blocks(4).field(), Blocks(4, 2).field())
    assert field is not None
    assert [field.interval(u) for u in range(8)] == [(-4, 3), (-4, 3), *[(0, 7)] * 4, *[(4, 11)] * 2]


def test_what_is_too_long_to_list_is_bounded() -> None:
    assert Rolled(1).field(MOST_PHASES + 1) is None
    held = Blocks(MOST_PHASES + 1).field()
    assert held is not None
    assert held.interval(5)[0] <= 0
    assert held.interval(5)[1] >= MOST_PHASES


@pytest.mark.parametrize(
    ("window", "formula"), [(Blocks(7, 3), "56 → 56, in blocks of 7"), (Rolled(-3), "56 → 56, moved by -3")]
)
def test_the_size_stays(window: Blocks | Rolled, formula: str) -> None:
    assert window.output(56) == 56
    assert window.check(56) is None
    assert window.formula(56) == formula
    assert window.step == 1
