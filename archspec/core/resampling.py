"""Windows that depend on the size of the input, along one spatial axis: adaptive pooling, interpolation, the whole."""

from math import gcd
from typing import TYPE_CHECKING, NamedTuple

from archspec.core.convolution import Stride
from archspec.core.field import MOST_PHASES, Field, band, periodic

if TYPE_CHECKING:
    from fractions import Fraction


class Adaptive(NamedTuple):
    """Adaptive pooling to `out` windows, the i-th from ⌊i·size/out⌋ up to ⌈(i+1)·size/out⌉."""

    out: int

    @property
    def step(self) -> int:
        """The distance between the positions that one output reads."""
        return 1

    def output(self, size: int) -> int:
        return self.out

    def field(self, size: int) -> Field | None:
        """The windows; none where there is only one, which reads everything."""
        if self.out == 1:
            return None
        shared = gcd(size, self.out)
        advance, period = size // shared, self.out // shared
        if period > MOST_PHASES:
            from fractions import Fraction

            return band(Fraction(advance, period), Fraction(1 - period, period), Fraction(advance - 1, period))
        low = [j * advance // period for j in range(period)]
        high = [-(-(j + 1) * advance // period) - 1 for j in range(period)]
        return periodic(advance, low, high)

    def check(self, size: int) -> Stride | None:
        """Always exact: the windows cover the input, whatever its size."""
        return Stride("exact", 0, 0)

    def formula(self, size: int) -> str:
        """`14 / 2 = 7`, or where windows differ `10 → 4, windows of 3 and 4`."""
        size, out = int(size), int(self.out)
        if size % out == 0:
            return f"{size} / {size // out} = {out}"
        turn = range(out // gcd(size, out))  # then the windows are the same again
        lengths = sorted({-(-(i + 1) * size // out) - i * size // out for i in turn}) if out <= MOST_PHASES else []
        return f"{size} → {out}" + (f", windows of {' and '.join(map(str, lengths))}" if lengths else "")


class Resize(NamedTuple):
    """Interpolation to `out` positions as torch does it, but in exact arithmetic instead of floating point.

    mode:          `nearest`, `nearest-exact`, `linear` or `cubic`; `bilinear`, `trilinear` and `bicubic` are the same
    align_corners: the first and the last position of the output are those of the input
    scale:         the factor torch takes the source coordinates from, where it is not out / size
    """

    out: int
    mode: str = "nearest"
    align_corners: bool = False
    scale: "Fraction | None" = None

    @property
    def step(self) -> int:
        """The distance between the positions that one output reads."""
        return 1

    def output(self, size: int) -> int:
        return self.out

    def field(self, size: int) -> Field | None:
        """Position u reads the neighbours of the coordinate it comes from, those whose weight is not 0."""
        nearest = self.mode.startswith("nearest")
        corners = self.align_corners and not nearest
        if corners and size == 1:  # a broadcast: there is no position but 0
            return Field(1, self.out, (0,) * self.out, (0,) * self.out) if self.out <= MOST_PHASES else None
        ratio = self._ratio(size, corners)
        # Position u comes from (2·advance·u + shift) / (2·period), `left` and `right` are the taps on either side of
        # a coordinate between two positions. On a position all weights but its own are 0.
        advance, period = ratio.numerator, ratio.denominator
        shift = 0
        if self.mode == "nearest-exact":  # the pixel that holds the middle of output pixel u
            shift = advance
        elif not corners and not nearest:  # the same, counted from the middles of pixels
            shift = advance - period
        left, right = (0, 0) if nearest else (1, 2) if self.mode in ("cubic", "bicubic") else (0, 1)
        if period > MOST_PHASES:
            from fractions import Fraction

            middle = Fraction(shift, 2 * period)
            return band(ratio, middle - 1 - left, middle + right)
        low, high = [], []
        for start in range(shift, shift + 2 * advance * period, 2 * advance):
            at, between = divmod(start, 2 * period)
            low.append(at - left if between else at)
            high.append(at + right if between else at)
        return periodic(advance, low, high)

    def _ratio(self, size: int, corners: bool) -> "Fraction":
        """Input positions per output position, as torch takes them."""
        from fractions import Fraction

        if corners:  # with a single output position any ratio will do
            return Fraction(size - 1, self.out - 1) if self.out > 1 else Fraction(size)
        # Torch (for two axes, and in every gradient) does not look at the factor where it would be 1 or 2 by the sizes.
        plain = {"nearest": (size, 2 * size), "linear": (size,), "bilinear": (size,), "trilinear": (size,)}
        if self.scale is None or self.out in plain.get(self.mode, ()):
            return Fraction(size, self.out)
        ratio = 1 / self.scale
        near = ratio.limit_denominator(MOST_PHASES)
        # a scale such as 0.3 that went through floating point
        return near if abs(near - ratio) * 2**40 < ratio else ratio

    def check(self, size: int) -> Stride | None:
        """None: no window slides over the input."""
        return None

    def formula(self, size: int) -> str:
        """`14·2 = 28`, `28 / 2 = 14`, `⌊15·1.5⌋ = 22`, or the sizes alone."""
        size, out = int(size), int(self.out)
        if out % size == 0:
            return f"{size}·{out // size} = {out}"
        if size % out == 0:
            return f"{size} / {size // out} = {out}"
        if self.scale is not None:
            from fractions import Fraction

            written = f"{float(self.scale):.6g}"
            if size * Fraction(written) // 1 == out:
                return f"⌊{size}·{written}⌋ = {out}"
        return f"{size} → {out}"


class Whole(NamedTuple):
    """One position that reads the whole input: global pooling."""

    @property
    def step(self) -> int:
        """The distance between the positions that one output reads."""
        return 1

    def output(self, size: int) -> int:
        return 1

    def field(self, size: int = 0) -> Field | None:
        """None: the field is the whole input."""
        return None

    def check(self, size: int) -> Stride | None:
        """None: no window slides over the input."""
        return None

    def formula(self, size: int) -> str:
        return f"{size} → 1"
