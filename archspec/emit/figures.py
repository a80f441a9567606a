"""Figures as people read them: numbers in groups, bytes, fields and strides in a few characters."""

from fractions import Fraction

from archspec.analysis.receptive_field import Seen
from archspec.core.geometry import Field, Sliding, Stride, Transposed
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


def along(parts: list[str]) -> str:
    """What holds along each axis: once where all axes agree, else `11×5`."""
    return parts[0] if len(set(parts)) == 1 else "×".join(parts)


def scale(stride: Fraction) -> str:
    """How far positions lie apart, in those of the input: `/4`, upsampled `↑2`; nothing where the stride is 1."""
    if stride == 1:
        return ""
    sign, factor = ("/", stride) if stride > 1 or stride == 0 else ("↑", 1 / stride)
    return f"{sign}{float(factor):.4g}" if factor.denominator > 1 else f"{sign}{factor}"


def field_parts(seen: Seen | None) -> tuple[str, str]:
    """The receptive field in pixels of the input and its stride: `11` and `/4`; `all` where it is global."""
    if seen is None:
        return "", ""
    if all(field is None for field in seen.fields):
        return "all", ""
    sizes = along(["all" if field is None else grouped(field.size) for field in seen.fields])
    scales = [scale(_stride(field)) for field in seen.fields]
    strides = along(scales) if len(set(scales)) == 1 else along([one or "/1" for one in scales])
    return sizes, strides + (" +all" if seen.context else "")


def field_words(seen: Seen) -> tuple[str, str]:
    """The size and the stride of a receptive field that is not global, in full: `195 × 195` and `32`."""
    fields = [field for field in seen.fields if field is not None]
    sizes = " × ".join(grouped(field.size) for field in fields)
    strides = [str(field.stride) for field in fields]
    return sizes, strides[0] if len(set(strides)) == 1 else " × ".join(strides)


def _stride(field: Field | None) -> Fraction:
    return Fraction(1) if field is None else field.stride


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


def spelled_in_ascii(text: str) -> str:
    """The same without the signs of Unicode."""
    for sign, spelling in _SPELLED.items():
        text = text.replace(sign, spelling)
    return text


_SPELLED = {
    "×": "x", "−": "-", "·": "*", "…": "..", "→": "->", "↑": "^", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")",
    "─": "-", "≤": "<=", "≥": ">=",
}  # fmt: skip
