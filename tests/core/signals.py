"""Torch as the oracle of geometry: signals along one axis, what windows make of them, and the support of gradients."""

import math
from fractions import Fraction
from math import gcd

import pytest
import torch
from hypothesis import assume, reject
from hypothesis import strategies as st
from torch.nn import functional

from archspec.core.geometry import (
    IDENTITY,
    Adaptive,
    Field,
    NoRoom,
    Resize,
    Sliding,
    Transposed,
    Whole,
    Window,
    through,
)  # fmt: skip

torch.set_num_threads(1)  # the tensors are tiny: handing them to threads takes longer than the arithmetic

LINEAR = ("nearest", "nearest-exact", "linear")  # modes with positive weights only
NOISE = 1e-10  # a weight of linear interpolation that is 0 comes out as some 1e-16; others are far above this
small = st.integers(1, 6)
sizes = st.integers(1, 40)


def sliding(pads: st.SearchStrategy[int], ceil: st.SearchStrategy[bool]) -> st.SearchStrategy[Sliding]:
    return st.builds(Sliding, small, small, st.integers(1, 4), pads, pads, ceil)


slidings = sliding(st.integers(-2, 4), st.just(False))
transposeds = st.builds(Transposed, small, small, st.integers(1, 4), st.integers(0, 3), st.integers(0, 3), st.just(0))
resizes = st.builds(Resize, st.integers(2, 24), st.sampled_from(LINEAR), st.booleans(), st.none())
windows = st.one_of(slidings, transposeds, resizes, st.builds(Adaptive, st.integers(2, 12)))
steady = st.one_of(slidings, resizes, st.builds(Adaptive, st.integers(2, 12)))


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
    """A signal, what a chain of windows makes of it, and the field of that. Chains that do not fit are skipped."""
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


def size_of(window: Window, size: int) -> int | None:
    """The output size, none where a window refuses; then the smallest size that it names is the smallest there is."""
    try:
        return window.output(size)
    except NoRoom as error:
        refusal = error
    assert refusal.smallest > size
    assert window.output(refusal.smallest) >= 1
    for less in range(1, refusal.smallest):
        with pytest.raises(NoRoom):
            window.output(less)
    assert refusal.formula == window.formula(size)
    return None
