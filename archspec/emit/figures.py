"""Figures as people read them: numbers in groups, bytes, fields and strides in a few characters."""

from fractions import Fraction

from archspec.analysis.receptive_field import Seen
from archspec.core.geometry import Sliding, Stride, Transposed
from archspec.core.layer import Layer
from archspec.core.shape import Shape

_LARGE = ((10**15, "P"), (10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k"))


def grouped(number: int) -> str:
    """`4,089,184,256`"""
    return f"{int(number):,}"


def compact(number: int) -> str:
    """Three digits and a letter: `4.09 G`."""
    for size, letter in _LARGE:
        scaled = number / size
        if scaled >= 0.9995:
            return f"{scaled:.{2 if scaled < 9.995 else 1 if scaled < 99.95 else 0}f} {letter}"
    return str(int(number))


def amount(count: int) -> str:
    """Bytes in powers of ten: `102.2 MB`."""
    return f"{compact(count)}B" if count >= 1000 else f"{count} bytes"


def along(parts: list[str], sign: str = "×") -> str:
    """What holds along each axis: once where all axes agree, else `11×5`."""
    return parts[0] if len(set(parts)) == 1 else sign.join(parts)


def scales(strides: list[Fraction | None]) -> str:
    """How far positions lie apart, in those of the input: `/4`, upsampled `↑2`, by axis `/2×1`; nothing where all is 1.

    An axis that is seen whole has no stride.
    """
    known = [one for one in strides if one is not None]
    if all(one == 1 for one in known):
        return ""
    if len(set(strides)) == 1 and 0 < known[0] < 1:
        return f"↑{_decimal(1 / known[0])}"
    return f"/{along(['–' if one is None else _decimal(one) for one in strides])}"


def _decimal(number: Fraction) -> str:
    return f"{number.numerator}" if number.denominator == 1 else f"{float(number):.3g}"


def field_parts(seen: Seen | None) -> tuple[str, str]:
    """The receptive field in pixels of the input and its stride: `11` and `/4`; `all` where it is global."""
    if seen is None:
        return "", ""
    if all(field is None for field in seen.fields):
        return "all", ""
    sizes = along(["all" if field is None else grouped(field.size) for field in seen.fields])
    strides = scales([None if field is None else field.stride for field in seen.fields])
    return sizes, strides + (" +all" if seen.context else "")


def field_words(seen: Seen) -> tuple[str, str]:
    """The size and the stride of a receptive field that is not global, in full: `195 × 195` and `32`."""
    fields = [field for field in seen.fields if field is not None]
    sizes = " × ".join(grouped(field.size) for field in fields)
    strides = [str(field.stride) for field in fields]
    return sizes, strides[0] if len(set(strides)) == 1 else " × ".join(strides)


def verdict(worst: Stride | None) -> str:
    """What a stride leaves out, nothing where it is exact: `lossy −1 px`."""
    if worst is None or worst.verdict == "exact":
        return ""
    return f"lossy −{worst.unread} px" if worst.verdict == "lossy" else worst.verdict


def window(layer: Layer) -> str:
    """The window of a layer that slides: `7×7 /2`, of a transposed convolution `4×4 ↑2`."""
    sliding = [one for one in layer.windows if isinstance(one, Sliding | Transposed)]
    if not sliding:
        return ""
    said = ["×".join(str(int(one.kernel)) for one in sliding)]
    if any(one.stride > 1 for one in sliding):
        sign = "/" if isinstance(sliding[0], Sliding) else "↑"
        said.append(sign + along([str(int(one.stride)) for one in sliding]))
    if any(one.dilation > 1 for one in sliding):
        said.append("dilation " + along([str(int(one.dilation)) for one in sliding]))
    groups = getattr(layer.call, "keywords", {}).get("groups", 1)
    if groups > 1 and layer.op != "depthwise":
        said.append(f"groups {int(groups)}")
    return " ".join(said)


def shapes(found: tuple[Shape, ...]) -> str:
    """Several shapes; equal ones once."""
    texts = [str(shape) for shape in found]
    return f"{len(texts)} of {texts[0]}" if len(texts) > 1 and len(set(texts)) == 1 else ", ".join(texts)
