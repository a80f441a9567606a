"""Fields against the support of gradients, and the laws they obey."""

from fractions import Fraction
from math import lcm, prod

import pytest
import torch
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from signals import (
    follow,
    resized,
    rounds,
    run,
    signal,
    size_of,
    slidings,
    steady,
    supports,
    transposeds,
    windows,
    wrong,
)  # fmt: skip

from archspec.core.field import MOST_PHASES, band, periodic
from archspec.core.geometry import (
    IDENTITY,
    Adaptive,
    Field,
    Resize,
    Sliding,
    Transposed,
    Whole,
    Window,
    compose,
    hull,
    power,
    shorter,
    through,
)  # fmt: skip

# ---- fields


@settings(deadline=None, max_examples=400)
@given(st.integers(12, 40), windows)
def test_field_of_one_window(size: int, window: Window) -> None:
    x, y, field = follow(size, [window])
    assert wrong(field, supports(x, y)) == []
    assert field == window.field(size)


@settings(deadline=None, max_examples=600)
@given(st.integers(24, 70), st.lists(windows, min_size=2, max_size=4))
def test_field_of_a_chain(size: int, chain: list[Window]) -> None:
    x, y, field = follow(size, chain)
    evidence = supports(x, y)
    assume(any(read is not None for read in evidence))
    if listable(chain, size):
        assert wrong(field, evidence) == []
    else:  # a band
        assert field is not None
        reads = [(field.interval(u), read) for u, read in enumerate(evidence) if read is not None]
        assert all(low <= first <= last <= high for (low, high), (first, last) in reads if first <= last)


def listable(chain: list[Window], size: int) -> bool:
    """Whether the phases of a chain are few enough to be listed, whatever they have in common."""
    fields = []
    for window in chain:
        fields.append(window.field(size))
        size = window.output(size)
    return phases(*fields) <= MOST_PHASES


def phases(*fields: Field | None) -> int:
    """The most phases that a composition can have."""
    return prod(1 if field is None else field.period for field in fields)


@settings(deadline=None, max_examples=300)
@given(st.integers(24, 60), st.data())
def test_field_of_branches(size: int, data: st.DataObject) -> None:
    stem = data.draw(st.lists(windows, max_size=1))
    x, y, field = follow(size, stem)
    made: list[torch.Tensor] = []
    total: Field | None = None
    strides = data.draw(st.permutations([data.draw(st.integers(1, 3)), 1]))
    for order in (strides, strides[::-1]):  # equal strides in all, whichever way round
        branch, seen = y, field
        for stride in order:
            kind = data.draw(st.sampled_from([slidings, transposeds]) if stride == 1 else st.just(slidings))
            window = data.draw(kind)._replace(stride=stride)
            if size_of(window, branch.shape[-1]) is None:
                reject()
            seen = through(seen, window, branch.shape[-1])
            branch = run(branch, window)
        total = hull(total, seen) if made else seen
        made.append(branch)
    common = min(branch.shape[-1] for branch in made)
    y = made[0][..., :common] + made[1][..., :common]
    evidence = supports(x, y)
    assume(any(read is not None for read in evidence))
    assert wrong(total, evidence) == []
    last = data.draw(windows)
    assume(1 <= (size_of(last, common) or 0) <= 120)
    assert wrong(through(total, last, common), supports(x, run(y, last))) == []


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "linear", "cubic", "linear corners", "cubic corners"])
def test_field_of_interpolation_up_to_the_borders(mode: str) -> None:
    """What is read beyond a border is read at the border, which the position reads anyway."""
    mode, corners = mode.split(maxsplit=1)[0], mode.endswith("corners")
    for size in range(1, 17):
        for out in range(1, 25):
            x = signal(size)
            field = Resize(out, mode, corners).field(size)
            assert field is not None
            for u, read in enumerate(supports(x, resized(x, mode, corners, out))):
                assert read is not None
                if not rounds(u, Fraction(size, out), mode) or read[0] == field.interval(u)[0]:
                    assert seen(field, u, size) == read, (size, out, u)


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "linear"])
@pytest.mark.parametrize("factor", ["3/2", "2", "2.1", "1.3", "4/3", "0.3", "5/8", "0.75", "2.5"])
def test_field_of_interpolation_by_a_factor(factor: str, mode: str) -> None:
    """Torch takes the coordinates from the factor, not from the sizes; and the factor may come from a float."""
    scale = Fraction(factor)
    for size in range(4, 30):
        x, out = signal(size), int(size * scale)
        field = Resize(out, mode, scale=scale).field(size)
        assert field is not None
        assert field == Resize(out, mode, scale=Fraction(float(scale))).field(size)
        assert field.stride == 1 / scale or (out in (size, 2 * size) and field.stride == Fraction(size, out))
        evidence = supports(x, resized(x, mode, False, None, float(scale)))
        assert len(evidence) == out
        for u, read in enumerate(evidence):
            if not rounds(u, 1 / scale, mode):
                assert seen(field, u, size) == read, (size, u)


def seen(field: Field, u: int, size: int) -> tuple[int, int]:
    """The part of an interval that lies in the input."""
    low, high = field.interval(u)
    return max(low, 0), min(high, size - 1)


def test_what_the_properties_say() -> None:
    field = compose(Sliding(7, 2, 1, 3, 3).field(), Sliding(3, 2, 1, 1, 1).field())  # the stem of ResNet
    assert field == Field(4, 1, (-5,), (5,))
    assert (field.size, field.stride, field.padding, field.center) == (11, 4, 5, 0)
    deconvolution = Transposed(3, 2, 2).field()  # every other position reads nothing
    assert deconvolution == Field(1, 2, (-2, 0), (0, -1))
    assert (deconvolution.empty, deconvolution.size, deconvolution.stride) == ((1,), 3, Fraction(1, 2))
    shifted = Transposed(3, 2, 2, 1, 1).field()  # position 0 reads nothing, position 1 reads -1 to 1
    assert shifted is not None
    assert (shifted.empty, shifted.padding, shifted.center) == ((0,), 1, Fraction(-1, 2))
    assert Whole().field(9) is None
    assert Adaptive(1).field(9) is None
    assert Adaptive(7).field(14) == Sliding(2, 2).field()
    assert Adaptive(3).field(7) == Field(7, 3, (0, 2, 4), (2, 4, 6))
    assert compose(None, IDENTITY) is compose(IDENTITY, None) is hull(None, IDENTITY) is None


def test_a_map_that_reads_nothing_at_all() -> None:
    nothing = compose(Transposed(1, 2, 1, 1).field(), Sliding(1, 2).field())
    assert nothing == Field(1, 1, (0,), (-1,))
    assert (nothing.size, nothing.empty, nothing.padding) == (0, (0,), 0)
    for later in (Sliding(3, 2), Transposed(3, 3), Transposed(2, 3, 2)):
        again = through(nothing, later, 9)
        assert again is not None
        assert again.size == 0
        assert len(again.empty) == again.period
        assert again.stride == nothing.stride * later.field().stride
    assert hull(nothing, IDENTITY) == hull(IDENTITY, nothing) == IDENTITY


# ---- laws


@settings(deadline=None)
@given(st.integers(24, 60), steady, steady, steady)
def test_composition_is_associative_and_has_a_one(size: int, a: Window, b: Window, c: Window) -> None:
    f, g, h = a.field(size), b.field(size + 1), c.field(size + 2)
    assume(phases(f, g, h) <= MOST_PHASES)  # beyond it, bands
    assert compose(compose(f, g), h) == compose(f, compose(g, h))
    assert compose(f, IDENTITY) == f == compose(IDENTITY, f)


@settings(deadline=None)
@given(st.integers(8, 20), windows, windows, windows)
def test_composing_blocks_first_never_loses_a_position(size: int, a: Window, b: Window, c: Window) -> None:
    """Where a deconvolution leaves holes, intervals of blocks hold more than the exact walk finds, never less."""
    f, g, h = a.field(size), b.field(size), c.field(size)
    assume(phases(f, g, h) <= MOST_PHASES)  # beyond it, bands
    walked, folded = through(through(f, b, size), c, size), compose(f, compose(g, h))
    assert walked is not None
    assert folded is not None
    assert walked.stride == folded.stride
    assert contains(folded, walked)


def contains(outer: Field, inner: Field) -> bool:
    pairs = [(outer.interval(u), inner.interval(u)) for u in range(lcm(outer.period, inner.period))]
    return all(b[0] > b[1] or a[0] <= b[0] <= b[1] <= a[1] for a, b in pairs)


@settings(deadline=None)
@given(st.one_of(slidings, steady), st.integers(0, 6))
def test_power_is_repeated_composition(window: Window, count: int) -> None:
    field = window.field(12)
    expected: Field | None = IDENTITY
    for _ in range(count):
        expected = compose(expected, field)
    assume(phases(*[field] * count) <= MOST_PHASES)  # beyond it, bands
    assert power(field, count) == expected


def test_power_of_a_billion() -> None:
    assert power(Sliding(3, 1, 1, 1, 1).field(), 10**9) == Field(1, 1, (-(10**9),), (10**9,))
    unsteady = compose(Sliding(2, 2).field(), Transposed(3, 2, 2).field())  # a stride of 1 with empty positions
    assert unsteady is not None
    assert unsteady.period > 1
    large = power(unsteady, 10**9)
    assert large is not None
    assert large.size > 10**9
    assert power(Sliding(3, 2).field(), 10**9) is None  # a stride longer than any input
    assert power(Sliding(3, 2).field(), 40) == Field(2**40, 1, (0,), (2 * (2**40 - 1),))
    assert power(None, 3) is None
    assert power(None, 0) == IDENTITY


@settings(deadline=None)
@given(st.integers(8, 40), windows, windows)
def test_hull_is_the_smallest_that_holds_both(size: int, a: Window, b: Window) -> None:
    f, g = a.field(size), b.field(size)
    assert f is not None
    assert g is not None
    both = hull(f, g)
    assert both is not None
    assert both.stride == f.stride
    for u in range(lcm(f.period, g.period)):
        read = [one for one in (f.interval(u), g.interval(u)) if one[0] <= one[1]]
        assert both.interval(u) == ((min(r[0] for r in read), max(r[1] for r in read)) if read else (0, -1))
    if f.stride == g.stride:
        assert both == hull(g, f)
    assert shorter(f, g) == (g if g.size < f.size else f)
    assert shorter(None, f) == shorter(f, None) == f


@settings(deadline=None)
@given(st.integers(2, 9), st.lists(st.integers(-9, 9), min_size=1, max_size=6), st.integers(1, 5))
def test_fields_are_canonical(advance: int, low: list[int], times: int) -> None:
    """A map written with a longer period is the same tuple after any composition."""
    high = [start + at % 3 - 1 for at, start in enumerate(low)]  # some are empty
    short = periodic(advance, list(low), list(high))
    long = [(a + advance * turn, b + advance * turn) for turn in range(times) for a, b in zip(low, high, strict=True)]
    assert periodic(advance * times, [a for a, _ in long], [b for _, b in long]) == short
    assert [short.interval(u)[0] for u in range(len(low)) if u not in _empty(low, high)] == [
        a for u, a in enumerate(low) if u not in _empty(low, high)
    ]


def _empty(low: list[int], high: list[int]) -> set[int]:
    return {u for u in range(len(low)) if low[u] > high[u]}


# ---- maps too large to list


@settings(deadline=None, max_examples=30)
@given(st.integers(60, 400), st.integers(60, 400), st.integers(60, 400), st.integers(60, 400))
def test_bands_hold_maps_with_too_many_phases(a: int, b: int, c: int, d: int) -> None:
    first, second = Resize(b, "linear").field(a), Resize(d, "linear").field(c)
    assert first is not None
    assert second is not None
    both = compose(first, second)
    assert both is not None
    assert both.period <= MOST_PHASES
    for u in range(0, 5000, 7):
        low, high = second.interval(u)
        low, high = first.interval(low)[0], first.interval(high)[1]
        start, stop = both.interval(u)
        assert start <= low <= high <= stop
        assert stop - start <= high - low + 8 + 4 * float(both.stride)


def test_enormous_windows_are_bounded() -> None:
    for window in (Resize(99_991, "linear"), Resize(99_991, "cubic", True), Adaptive(99_991)):
        field, exact = window.field(70_001), Fraction(70_001, 99_991)
        assert field is not None
        assert field.period <= MOST_PHASES
        assert abs(field.stride - exact) < 1e-4
        assert all(field.interval(u)[0] <= u * 70_001 // 99_991 <= field.interval(u)[1] for u in range(0, 65_536, 11))
    for stride in (Fraction(10_001, 5_000), Fraction(4_999, 5_000), Fraction(12_345, 98_765)):
        drifting = band(stride, Fraction(-3, 7), Fraction(5, 7))
        assert drifting is not None
        for u in (*range(0, 65_536, 97), 65_535):
            low, high = drifting.interval(u)
            assert low <= stride * u - Fraction(3, 7)
            assert high >= stride * u + Fraction(5, 7)
    assert Transposed(3, 10**9).field() is None
    assert band(Fraction(1, 10**9), Fraction(0), Fraction(0)) is None
    holes = through(Transposed(1, 4096).field(), Sliding(4096), 10)  # too many positions to look at
    assert holes is not None
    assert contains(holes, Field(1, 4096, tuple([0] + [1] * 4095), tuple([0] + [1] * 4095)))


# ---- planted mistakes: the checks above can fail


class IgnoresDilation(Sliding):
    def field(self, size: int = 0) -> Field:
        return Field(self.stride, 1, (-self.before,), (self.kernel - 1 - self.before,))


class IgnoresPadding(Sliding):
    def field(self, size: int = 0) -> Field:
        return Field(self.stride, 1, (0,), (self.extent - 1,))


class OneHullForAllPhases(Transposed):
    def field(self, size: int = 0) -> Field | None:
        right = super().field(size)
        assert right is not None
        return Field(1, right.period, (min(right.low),) * right.period, (max(right.high),) * right.period)


class ForgetsThatTapsAreApart(Sliding):
    @property
    def step(self) -> int:
        return 1


class AlwaysTwoTaps(Resize):
    def field(self, size: int) -> Field | None:
        right = super().field(size)
        return right and Field(right.advance, right.period, right.low, tuple(low + 1 for low in right.low))


@pytest.mark.parametrize(
    "chain",
    [
        [IgnoresDilation(3, 1, 2)],
        [Sliding(3, 2), IgnoresDilation(3, 1, 2)],
        [IgnoresPadding(3, 1, 1, 1, 1)],
        [OneHullForAllPhases(3, 2)],
        [OneHullForAllPhases(3, 2, 2), Sliding(1)],
        [Transposed(3, 2, 2), ForgetsThatTapsAreApart(2, 1, 2)],
        [AlwaysTwoTaps(20, "linear", True)],
    ],
)
def test_planted_mistakes_in_fields_are_found(chain: list[Window]) -> None:
    x, y, field = follow(20, chain)
    assert wrong(field, supports(x, y))
    honest = [next(kind for kind in (Sliding, Transposed, Resize) if isinstance(one, kind))(*one) for one in chain]
    x, y, field = follow(20, honest)
    assert wrong(field, supports(x, y)) == []
