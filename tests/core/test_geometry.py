"""Sizes, fields and stride verdicts against torch: output shapes on the meta device, and the support of gradients."""

import ast
import math
import operator
from collections.abc import Callable
from fractions import Fraction
from math import gcd, lcm

import pytest
import torch
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st
from torch.nn import functional

from archspec.core.field import MOST_PHASES, band, periodic
from archspec.core.geometry import (
    IDENTITY,
    Adaptive,
    Field,
    NoRoom,
    Resize,
    Sliding,
    Stride,
    Transposed,
    Whole,
    Window,
    compose,
    hull,
    power,
    same_padding,
    shorter,
    through,
)  # fmt: skip

LINEAR = ("nearest", "nearest-exact", "linear")  # modes with positive weights only
NOISE = 1e-10  # a weight of linear interpolation that is 0 comes out as some 1e-16; others are far above this
small = st.integers(1, 6)


def sliding(pads: st.SearchStrategy[int], ceil: st.SearchStrategy[bool]) -> st.SearchStrategy[Sliding]:
    return st.builds(Sliding, small, small, st.integers(1, 4), pads, pads, ceil)


slidings = sliding(st.integers(-2, 4), st.just(False))
transposeds = st.builds(Transposed, small, small, st.integers(1, 4), st.integers(0, 3), st.integers(0, 3), st.just(0))
resizes = st.builds(Resize, st.integers(2, 24), st.sampled_from(LINEAR), st.booleans(), st.none())
windows = st.one_of(slidings, transposeds, resizes, st.builds(Adaptive, st.integers(2, 12)))
steady = st.one_of(slidings, resizes, st.builds(Adaptive, st.integers(2, 12)))


# ---- torch as the oracle


def surrounded(x: torch.Tensor, before: int, after: int) -> torch.Tensor:
    """The signal with NaN around it: what touches a border shows it, and is no evidence about a field."""
    return functional.pad(x, (before, after), value=float("nan"))


def run(x: torch.Tensor, window: Window) -> torch.Tensor:
    """The window, with positive weights, on a signal of shape (1, 1, size); NaN where a border comes in."""
    size = x.shape[-1]
    match window:
        case Sliding(kernel, stride, dilation, before, after):
            weight = torch.ones(1, 1, kernel, dtype=x.dtype)
            return functional.conv1d(surrounded(x, before, after), weight, stride=stride, dilation=dilation)
        case Transposed(kernel, stride, dilation, before):
            weight = torch.ones(1, 1, kernel, dtype=x.dtype)
            more = dilation * kernel  # enough input before and after for every output position
            y = functional.conv_transpose1d(surrounded(x, more, more), weight, stride=stride, dilation=dilation)
            start = more * stride + before
            return y[..., start : start + window.output(size)]
        case Resize(out, mode, corners):
            corners = corners and mode == "linear"
            less = 1 if corners else 0
            shared = gcd(size - less, out - less)
            more, made = (size - less) // shared, (out - less) // shared  # one more period at either end
            y = resized(surrounded(x, more, more), mode, corners, out + 2 * made)
            if mode.startswith("nearest"):
                picked = resized(torch.arange(size + 2 * more)[None, None], mode, False, out + 2 * made)[0, 0]
                u = torch.arange(out + 2 * made)
                exact = (2 * u + (mode != "nearest")) * (size + 2 * more) // (2 * (out + 2 * made))
                assume(bool((picked == exact).all()))  # single precision
            return y[..., made : made + out]
        case Adaptive(out):
            return functional.adaptive_avg_pool1d(x, out)
        case Whole():
            return x.sum(-1, keepdim=True)


def resized(x: torch.Tensor, mode: str, corners: bool, out: int | None, factor: float | None = None) -> torch.Tensor:
    """Torch's interpolation of a signal, as one row of a plane: it has cubic for two axes only."""
    to = {"size": (2, out)} if factor is None else {"scale_factor": (1.0, factor)}
    if not mode.startswith("nearest"):
        named = {"linear": "bilinear", "cubic": "bicubic"}[mode]
        plane = x.unsqueeze(-2).expand(-1, -1, 2, -1)
        return functional.interpolate(plane, **to, mode=named, align_corners=corners)[..., 0, :]
    # torch's gradient of nearest rounds otherwise than the values do: the values say which positions are taken
    positions = torch.arange(x.shape[-1], dtype=torch.float64).expand(1, 1, 2, -1)
    return x[..., functional.interpolate(positions, **to, mode=mode)[0, 0, 0].long()]


def rounds(u: int, ratio: Fraction, mode: str) -> bool:
    """Whether nearest takes a coordinate that is an integer: in torch's single precision it may be one below."""
    coordinate = {"nearest": ratio * u, "nearest-exact": ratio * (2 * u + 1) / 2}.get(mode, Fraction(1, 2))
    return u > 0 and coordinate.denominator == 1


def supports(x: torch.Tensor, y: torch.Tensor) -> list[tuple[int, int] | None]:
    """For each output its first and last input with a gradient, (0, -1) without any; none where a border comes in."""
    each = torch.eye(y.shape[-1], dtype=y.dtype)[:, None, None]  # one row a backward pass, all passes at once
    (gradients,) = torch.autograd.grad(y, x, each, is_grads_batched=True, retain_graph=True, materialize_grads=True)
    found: list[tuple[int, int] | None] = []
    for weights, value in zip(gradients[:, 0, 0].abs().tolist(), y[0, 0].tolist(), strict=True):
        if math.isnan(value):
            found.append(None)
        else:
            read = [at for at, weight in enumerate(weights) if weight > NOISE]
            found.append((read[0], read[-1]) if read else (0, -1))
    return found


def signal(size: int) -> torch.Tensor:
    return torch.ones(1, 1, size, dtype=torch.float64, requires_grad=True)


def wrong(field: Field | None, evidence: list[tuple[int, int] | None]) -> list[int]:
    """The positions where a field does not say what the gradients say."""
    assert field is not None
    return [u for u, read in enumerate(evidence) if read is not None and field.interval(u) != read]


def follow(size: int, chain: list[Window]) -> tuple[torch.Tensor, torch.Tensor, Field | None]:
    """A signal, what a chain of windows makes of it, and the field of the result. Chains that do not fit are skipped."""
    x = signal(size)
    y: torch.Tensor = x
    field: Field | None = IDENTITY
    for window in chain:
        size = y.shape[-1]
        expected = size_of(window, size) or 0
        if not 1 <= expected <= 120:
            reject()
        field = through(field, window, size)
        y = run(y, window)
        assert y.shape[-1] == expected
    return x, y, field


# ---- output sizes


def torch_size(call: Callable[..., torch.Tensor], *arguments: object, **keywords: object) -> int | None:
    try:
        return call(*arguments, **keywords).shape[-1]
    except RuntimeError:
        return None


def size_of(window: Window, size: int) -> int | None:
    try:
        return window.output(size)
    except NoRoom as error:
        assert error.smallest > size
        assert window.output(error.smallest) >= 1
        for less in range(1, error.smallest):
            with pytest.raises(NoRoom):
                window.output(less)
        assert error.formula == window.formula(size)
        return None


sizes = st.integers(1, 40)


@settings(deadline=None)
@given(sizes, sliding(st.integers(0, 5), st.just(False)))
def test_convolution_sizes(size: int, window: Sliding) -> None:
    kernel, stride, dilation, before, after, _ = window
    x = functional.pad(torch.empty(1, 1, size, device="meta"), (before, after))
    weight = torch.empty(1, 1, kernel, device="meta")
    assert size_of(window, size) == torch_size(functional.conv1d, x, weight, stride=stride, dilation=dilation)


@settings(deadline=None)
@given(sizes, st.integers(1, 7), small, small, st.integers(0, 3), st.booleans())
def test_pool_sizes(size: int, kernel: int, stride: int, dilation: int, pad: int, ceil: bool) -> None:
    pad = min(pad, kernel // 2)
    x = torch.empty(1, 1, size, device="meta")
    made = torch_size(functional.max_pool1d, x, kernel, stride, pad, dilation, ceil_mode=ceil)
    assert size_of(Sliding(kernel, stride, dilation, pad, pad, ceil), size) == made


@settings(deadline=None)
@given(sizes, transposeds, st.integers(0, 5))
def test_transposed_sizes(size: int, window: Transposed, extra: int) -> None:
    kernel, stride, dilation, pad, _, _ = window
    extra = min(extra, max(stride, dilation) - 1)
    x, weight = torch.empty(1, 1, size, device="meta"), torch.empty(1, 1, kernel, device="meta")
    made = torch_size(functional.conv_transpose1d, x, weight, None, stride, pad, extra, 1, dilation)
    assert size_of(Transposed(kernel, stride, dilation, pad, pad, extra), size) == made


@settings(deadline=None)
@given(sizes, st.integers(1, 40), st.sampled_from(["nearest", "linear"]))
def test_sizes_that_are_given(size: int, out: int, mode: str) -> None:
    x = torch.empty(1, 1, size, device="meta")
    assert size_of(Adaptive(out), size) == torch_size(functional.adaptive_avg_pool1d, x, out)
    assert size_of(Resize(out, mode), size) == torch_size(functional.interpolate, x, out, mode=mode)
    assert size_of(Whole(), size) == torch_size(functional.adaptive_avg_pool1d, x, 1)


@settings(deadline=None)
@given(sizes, st.integers(-9, 9), st.integers(-9, 9))
def test_padding_and_cropping_sizes(size: int, before: int, after: int) -> None:
    made = torch_size(functional.pad, torch.empty(1, 1, size, device="meta"), (before, after))
    if size + min(before, 0) + min(after, 0) < 1:
        made = None  # torch makes a signal of padding only, or of size 0
    assert size_of(Sliding(1, 1, 1, before, after), size) == made


def test_sizes_in_the_literature() -> None:
    assert Sliding(11, 4).output(227) == 55  # AlexNet
    assert Sliding(3, 2, ceil=True).output(112) == 56  # a pool of SqueezeNet 1.1
    assert Sliding(2, 2, ceil=True).output(1) == 1  # torch: a window may start in the input and stick out
    assert Sliding(2, 3, 1, 1, 1, ceil=True).output(5) == 2  # the third window would start in the padding
    with pytest.raises(NoRoom):
        Sliding(3, 2).output(2)  # dividing before checking would give 1


@settings(deadline=None)
@given(sizes, st.integers(1, 7), small, small)
def test_same_padding_keeps_size_over_stride(size: int, kernel: int, stride: int, dilation: int) -> None:
    before, after = same_padding(size, kernel, stride, dilation)
    assert Sliding(kernel, stride, dilation, before, after).output(size) == -(-size // stride)
    assert after - before in (0, 1)
    if before + after:  # and no less padding does
        assert (size_of(Sliding(kernel, stride, dilation, before, after - 1), size) or 0) == -(-size // stride) - 1


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
    phases = 1
    for window in chain:
        field = window.field(size)
        phases *= 1 if field is None else field.period
        size = window.output(size)
    return phases <= MOST_PHASES


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
    assert compose(compose(f, g), h) == compose(f, compose(g, h))
    assert compose(f, IDENTITY) == f == compose(IDENTITY, f)


@settings(deadline=None)
@given(st.integers(8, 20), windows, windows, windows)
def test_composing_blocks_first_never_loses_a_position(size: int, a: Window, b: Window, c: Window) -> None:
    """Where a deconvolution leaves holes, intervals of blocks hold more than the exact walk finds, never less."""
    f, g, h = a.field(size), b.field(size), c.field(size)
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
    assume(expected is not None and expected.period <= MOST_PHASES // 24)  # beyond it, bands
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
    assert Transposed(3, 10**9).field() is None
    assert band(Fraction(1, 10**9), Fraction(0), Fraction(0)) is None
    holes = through(Transposed(1, 4096).field(), Sliding(4096), 10)  # too many positions to look at
    assert holes is not None
    assert contains(holes, Field(1, 4096, tuple([0] + [1] * 4095), tuple([0] + [1] * 4095)))


# ---- stride verdicts


def unread_by_torch(window: Sliding, size: int) -> set[int]:
    """The pixels without a gradient, those that are cropped aside."""
    kernel, stride, dilation, before, after, ceil = window
    x = signal(size)
    kernel = dilation * (kernel - 1) + 1  # verdicts are about windows, holes within them are not their concern
    if ceil:
        y = functional.avg_pool1d(x, kernel, stride, before, ceil_mode=True)
    else:
        weight = torch.ones(1, 1, kernel, dtype=x.dtype)
        y = functional.conv1d(functional.pad(x, (before, after)), weight, stride=stride)
    (gradient,) = torch.autograd.grad(y.sum(), x)
    kept = range(max(-before, 0), size + min(after, 0))
    return {at for at in kept if gradient[0, 0, at] == 0}


def verdict_from(unread: set[int], window: Sliding, size: int) -> tuple[str, int]:
    """Verdict and unread pixels at the end as the gradients have them."""
    at = stop = size + min(window.after, 0)
    while at - 1 in unread:
        at -= 1
    gap = max(window.stride - window.extent, 0)
    if stop - at > gap:
        return "lossy", stop - at
    if unread:
        return "gaps", stop - at
    exact = (size + window.before + window.after - window.extent) % window.stride == 0
    return ("exact" if exact else "pad_only"), 0


pools = st.builds(
    lambda kernel, stride, pad, ceil: Sliding(kernel, stride, 1, min(pad, kernel // 2), min(pad, kernel // 2), ceil),
    st.integers(1, 7), st.integers(1, 9), st.integers(0, 3), st.booleans(),
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(sizes, st.one_of(pools, slidings))
def test_verdicts_against_pixels_without_gradient(size: int, window: Sliding) -> None:
    try:
        found = window.check(size)
    except NoRoom:
        assume(False)
    assert (found.verdict, found.unread) == verdict_from(unread_by_torch(window, size), window, size)
    assert found.remainder == (size + window.before + window.after - window.extent) % window.stride
    if window.ceil:
        assert found.verdict != "lossy"


def test_verdicts_of_well_known_layers() -> None:
    assert Sliding(11, 4).check(227) == Stride("exact", 0, 0)  # AlexNet
    assert Sliding(11, 4).check(224) == Stride("lossy", 1, 1)
    assert Sliding(7, 2, 1, 3, 3).check(224) == Stride("pad_only", 1, 0)  # ResNet
    assert Sliding(7, 2).check(224) == Stride("lossy", 1, 1)  # SqueezeNet 1.0
    assert Sliding(2, 2).check(25) == Stride("lossy", 1, 1)
    assert Sliding(1, 2).check(56) == Stride("gaps", 1, 1)  # a shortcut of ResNet
    assert Sliding(2, 4).check(5) == Stride("lossy", 3, 3)  # one more pixel would have made another window
    assert Sliding(1, 2).check(1) == Stride("exact", 0, 0)
    assert Sliding(1, 1, 1, -2, -2).check(9) == Stride("exact", 0, 0)  # cropping is no loss
    assert Adaptive(3).check(7) == Stride("exact", 0, 0)
    assert Transposed(3, 2).check(7) is Resize(9).check(7) is Whole().check(7) is None


@settings(deadline=None)
@given(st.integers(1, 60), slidings)
def test_neighbours_leave_no_remainder_and_are_the_nearest(size: int, window: Sliding) -> None:
    below, above = window.arithmetic_neighbours(size)

    def fits(other: int) -> bool:
        try:
            return window.check(other).remainder == 0
        except NoRoom:
            return False

    assert fits(above)
    assert not any(fits(other) for other in range(size, above))
    assert below is None or (below <= size and fits(below))
    assert not any(fits(other) for other in range((below or 0) + 1, size + 1))


# ---- formulas


@pytest.mark.parametrize(
    ("window", "size", "text"),
    [
        (Sliding(11, 4), 227, "⌊(227 + 2·0 − 11) / 4⌋ + 1 = 55"),
        (Sliding(3, 1, 2, 1, 2), 28, "⌊(28 + 1 + 2 − (2·(3 − 1) + 1)) / 1⌋ + 1 = 27"),
        (Sliding(3, 2, ceil=True), 112, "⌈(112 + 2·0 − 3) / 2⌉ + 1 = 56"),
        (Sliding(2, 3, 1, 1, 1, ceil=True), 5, "⌈(5 + 2·1 − 2) / 3⌉ + 1 − 1 = 2"),
        (Sliding(1, 1, 1, -4, -4), 32, "32 − 2·4 = 24"),
        (Sliding(1, 1, 1, 1, -1), 32, "32 + 1 − 1 = 32"),
        (Sliding(5), 2, "⌊(2 + 2·0 − 5) / 1⌋ + 1 = −2"),
        (Transposed(4, 2, 1, 1, 1), 14, "(14 − 1)·2 − 2·1 + 4 = 28"),
        (Transposed(3, 2, 2, 1, 0, 1), 14, "(14 − 1)·2 − 1 − 0 + (2·(3 − 1) + 1) + 1 = 31"),
        (Adaptive(7), 14, "14 → 7"),
        (Resize(28), 14, "14 → 28"),
        (Whole(), 14, "14 → 1"),
    ],
)
def test_formulas(window: Window, size: int, text: str) -> None:
    assert window.formula(size) == text


@settings(deadline=None)
@given(sizes, sliding(st.integers(-2, 4), st.booleans()))
def test_formulas_are_true(size: int, window: Sliding) -> None:
    try:
        expected = window.output(size)
    except NoRoom as error:
        message = str(error)
        assert message[0].islower()
        assert not message.endswith(".")
        return
    sum_, value = window.formula(size).split(" = ")
    python = sum_.translate(str.maketrans({"·": "*", "−": "-", "⌊": "floor(", "⌈": "ceil(", "⌋": ")", "⌉": ")"}))
    assert worked_out(ast.parse(python, mode="eval").body) == int(value) == expected


def worked_out(node: ast.expr) -> Fraction:
    signs = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
    match node:
        case ast.BinOp(left, sign, right):
            return signs[type(sign)](worked_out(left), worked_out(right))
        case ast.Call(ast.Name(name), [inside]):
            return Fraction({"floor": math.floor, "ceil": math.ceil}[name](worked_out(inside)))
        case ast.Constant(int() as value):
            return Fraction(value)
    raise AssertionError(ast.dump(node))


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


def test_planted_mistakes_in_verdicts_are_found() -> None:
    shortcut, stem = Sliding(1, 2), Sliding(7, 2)
    assert verdict_from(unread_by_torch(shortcut, 56), shortcut, 56)[0] == "gaps"
    assert verdict_from(unread_by_torch(stem, 224), stem, 224) != ("pad_only", 0)
    assert verdict_from(unread_by_torch(stem._replace(before=3, after=3), 224), stem, 224) != ("lossy", 1)
