"""The arithmetic of strides and receptive fields of one layer."""

from collections.abc import Iterator
from fractions import Fraction

from archspec.analysis.flat import strides
from archspec.analysis.locate import Found
from archspec.analysis.receptive_field import Seen
from archspec.core.geometry import Field, Sliding, Stride, Whole
from archspec.core.layer import Layer
from archspec.design import Apply, Module
from archspec.emit.figures import field_words
from archspec.ops.fitting import AXES

Fact = tuple[str, str]


def stride_facts(layer: Layer) -> list[Fact]:
    """What the stride leaves out along each axis, and the sizes at which it would leave out nothing."""
    found = strides(layer) or ()
    sizes = layer.inputs[0].spatial if layer.inputs else ()  # a learned tensor has none
    said = [
        _stride(one, window, int(size)) if one is not None and isinstance(window, Sliding) else ""
        for one, window, size in zip(found, layer.windows, sizes, strict=False)
    ]
    return per_axis("stride", said)


def per_axis(title: str, said: list[str]) -> list[Fact]:
    """What is said of the axes: in one line where it is the same for all, else a line for those that are alike."""
    if not any(said):
        return []
    if len(set(said)) == 1:
        return [(title, said[0])]
    axes: dict[str, list[str]] = {}
    for axis, text in zip(AXES[len(said)], said, strict=True):
        axes.setdefault(text, []).append(axis)
    lines = [f"{', '.join(names)}: {text}" for text, names in axes.items() if text]
    return [("" if at else title, line) for at, line in enumerate(lines)]


def _stride(found: Stride, window: Sliding, size: int) -> str:
    if window.stride == 1:
        return "exact: the window moves by 1"
    formula = window.formula(size)
    division = formula[1 : max(formula.find("⌋"), formula.find("⌉"))]
    left = f"{division} leaves {found.remainder or 'nothing'}"
    if found.verdict == "lossy":
        lost = "the last pixel is" if found.unread == 1 else f"the last {int(found.unread)} pixels are"
        left += f", {lost} never read"
    elif found.verdict == "gaps":
        skipped = window.stride - window.extent
        left += f", and {_pixels(skipped)} skipped after each window of {window.extent}"
    elif found.remainder:
        left += ", the last window reaches beyond the end" if window.ceil else ", which is padding"
        left += ": every pixel is read"
    if found.remainder:
        below, above = window.arithmetic_neighbours(size)
        left += f"; nothing is left over at {above if below is None else f'{below} and {above}'}"
    return f"{found.verdict}: {left}"


def _pixels(count: int) -> str:
    return "1 pixel is" if count == 1 else f"{int(count)} pixels are"


def field_facts(root: Module, found: Found) -> Iterator[Fact]:
    """What the output sees of each image that enters the network, and how that follows from what the inputs see."""
    for at, seen in found.view.items():
        sizes = root.input_shapes[at].spatial
        if not sizes:
            continue
        name = root.inputs[at]
        before = [(source, view[at]) for source, view in zip(found.sources, found.given, strict=True) if at in view]
        if seen.is_global:
            yield "receptive field", f"all of {name}{_why(found, before)}"
            continue
        words, step = field_words(seen)
        unchanged = len(before) == 1 and before[0][1].fields == seen.fields
        as_before = ", as its input" if unchanged else ""
        yield "receptive field", f"{words} pixels of {name}, stride {step}{as_before}"
        if len(before) > 1:
            for source, one in before:
                yield f"  {source}", f"all of {name}" if one.is_global else "{}, stride {}".format(*field_words(one))
        elif before and not unchanged and type(found.node) is Apply:
            yield from _steps(found.node.layer, before[0][1], seen)
        if seen.shortest != seen.fields:
            yield "  shortest path", " × ".join("all" if one is None else str(one.size) for one in seen.shortest)
        if seen.context:
            yield "  context", f"a gate or the like brings in all of {name} beside it"


def _why(found: Found, before: list[tuple[str, Seen]]) -> str:
    """Why a field is global: by this layer, or since one before it."""
    if any(one.is_global for _, one in before):
        return ", as of its input"
    if type(found.node) is not Apply:
        return ""
    layer = found.node.layer
    if layer.mixes:
        return f": every output of `{layer.op}` reads every input"
    return f": `{layer.op}` reads all positions" if any(isinstance(one, Whole) for one in layer.windows) else ""


def _steps(layer: Layer, before: Seen, after: Seen) -> Iterator[Fact]:
    """Size, stride, padding and centre, each from the one before; of transposed and other windows the results alone."""
    axes = list(zip(before.fields, after.fields, layer.windows, strict=True))
    for title, at in (("size", 0), ("stride", 1), ("padding", 2), ("center", 3)):
        yield from per_axis(f"  {title}", [_step(b, a, window)[at] for b, a, window in axes])


def _step(before: Field | None, after: Field | None, window: object) -> tuple[str, str, str, str]:
    if before is None or after is None:
        return "all", "", "", ""
    made = (Fraction(after.size), after.stride, Fraction(after.padding), after.center)
    was = (Fraction(before.size), before.stride, Fraction(before.padding), before.center)
    if isinstance(window, Sliding):
        step, reach = before.stride, Fraction(window.dilation * (window.kernel - 1))
        kernel = f"({int(window.kernel)} − 1)"
        if window.dilation > 1:
            kernel = f"{int(window.dilation)}·{kernel}"
        shift = f"({kernel} / 2 − {int(window.before)})"
        sums = (was[0] + reach * step, step * window.stride, was[2] + window.before * step,
                was[3] + (reach / 2 - window.before) * step)  # fmt: skip
        texts = (f"{_n(was[0])} + {kernel}·{_n(step)}", f"{_n(step)}·{int(window.stride)}",
                 f"{_n(was[2])} + {int(window.before)}·{_n(step)}", f"{_n(was[3])} + {shift}·{_n(step)}")  # fmt: skip
        # where the input repeats in phases, the sums need not hold
        if sums == made:
            return tuple(f"{text} = {_n(one)}" for text, one in zip(texts, made, strict=True))  # type: ignore[return-value]
    return tuple(f"{_n(a)} → {_n(b)}" for a, b in zip(was, made, strict=True))  # type: ignore[return-value]


def _n(number: Fraction) -> str:
    """A number, halves as decimals and others as fractions."""
    decimal = number.denominator in (2, 4) and abs(number) < 10**9
    return (str(float(number)) if decimal else str(number)).replace("-", "−")
