"""Output sizes against torch's meta device, stride verdicts against the pixels without gradient, and the formulas."""

import ast
import math
import operator
from collections.abc import Callable
from fractions import Fraction

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from signals import signal, size_of, sizes, sliding, slidings, small, transposeds
from torch.nn import functional

from archspec.core.geometry import Adaptive, NoRoom, Resize, Sliding, Stride, Transposed, Whole, Window, same_padding

# ---- output sizes


def torch_size(call: Callable[..., torch.Tensor], *arguments: object, **keywords: object) -> int | None:
    try:
        return call(*arguments, **keywords).shape[-1]
    except RuntimeError:
        return None


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
        (Adaptive(7), 14, "14 / 2 = 7"),
        (Adaptive(4), 10, "10 → 4, windows of 3"),
        (Adaptive(6), 10, "10 → 6, windows of 2 and 3"),
        (Resize(28), 14, "14·2 = 28"),
        (Resize(7), 14, "14 / 2 = 7"),
        (Resize(22, scale=Fraction(3, 2)), 15, "⌊15·1.5⌋ = 22"),
        (Resize(13, scale=Fraction(1.3)), 10, "⌊10·1.3⌋ = 13"),
        (Resize(20), 14, "14 → 20"),
        (Whole(), 14, "14 → 1"),
    ],
)
def test_formulas(window: Window, size: int, text: str) -> None:
    assert window.formula(size) == text


@settings(deadline=None)
@given(sizes, st.one_of(sliding(st.integers(-2, 4), st.booleans()), transposeds))
def test_formulas_are_true(size: int, window: Sliding | Transposed) -> None:
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


def test_planted_mistakes_in_verdicts_are_found() -> None:
    shortcut, stem = Sliding(1, 2), Sliding(7, 2)
    assert verdict_from(unread_by_torch(shortcut, 56), shortcut, 56)[0] == "gaps"
    assert verdict_from(unread_by_torch(stem, 224), stem, 224) != ("pad_only", 0)
    assert verdict_from(unread_by_torch(stem._replace(before=3, after=3), 224), stem, 224) != ("lossy", 1)
