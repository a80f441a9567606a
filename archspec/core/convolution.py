"""Windows that slide: convolution, pooling, padding and cropping, and transposed convolution, along one spatial axis.

Sizes and positions are in pixels (or tokens, or whatever the axis counts).
"""

from math import gcd
from typing import NamedTuple

from archspec.core.field import IDENTITY, MOST_PHASES, Field, periodic


class Stride(NamedTuple):
    """What a sliding window leaves out of an input of a given size.

    verdict:   `exact`     the windows end where the (padded) input ends
               `pad_only`  they do not, but every pixel up to the end is read: only padding is left over
               `gaps`      the stride is longer than the window, so that pixels between windows are never read
               `lossy`     pixels at the end that would lie in the next window are never read
    remainder: (size + padding - effective kernel) modulo the stride
    unread:    real pixels behind the last window; a crop is no loss
    """

    verdict: str
    remainder: int
    unread: int


class NoRoom(Exception):
    """No window fits: the sum that shows it, and the smallest input size that has room."""

    def __init__(self, message: str, formula: str, smallest: int) -> None:
        super().__init__(message)
        self.formula = formula
        self.smallest = smallest


def same_padding(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """TensorFlow's SAME: (before, after) such that the output is ⌈size / stride⌉; the odd one goes after."""
    total = max((-(-size // stride) - 1) * stride + dilation * (kernel - 1) + 1 - size, 0)
    return total // 2, total - total // 2


def _padded(size: int, before: int, after: int) -> str:
    """`227 + 2·1`, or `224 + 1 + 2`, or for a crop `32 − 2·4`."""
    if before == after:
        return f"{size} + 2·{before}" if before >= 0 else f"{size} − 2·{-before}"
    return f"{size}" + "".join(f" + {pad}" if pad >= 0 else f" − {-pad}" for pad in (before, after))


def _signed(number: int) -> str:
    return f"{number}" if number >= 0 else f"−{-number}"


def _effective(kernel: int, dilation: int) -> str:
    return f"{kernel}" if dilation == 1 or kernel == 1 else f"({dilation}·({kernel} − 1) + 1)"


class Sliding(NamedTuple):
    """A window that slides: convolution and pooling; with a kernel of 1 also padding and, where negative, cropping."""

    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    ceil: bool = False

    @property
    def extent(self) -> int:
        """The effective kernel: positions from the first tap to the last."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def step(self) -> int:
        """The distance between the positions that one output reads."""
        return self.dilation

    def output(self, size: int) -> int:
        """The output size. Raises `NoRoom`.

        With `ceil`, torch's rule: windows may stick out at the end, but the last one starts in the input or in the
        padding before it.
        """
        kernel, stride, dilation, before, after, ceil = self
        room = size + before + after - dilation * (kernel - 1) - 1
        if ceil or room < 0 or before < 0 or after < 0:
            if size < self._smallest:
                raise self._no_room(size)
            if ceil:
                return self._unclipped(size) - self._clipped(size)
        return room // stride + 1

    def field(self, size: int = 0) -> Field:
        """Position u reads from `stride*u - before` to the end of that window, whatever the size."""
        kernel, stride, dilation, before, _, _ = self
        if kernel == 1 == stride and before == 0:
            return IDENTITY
        return Field(stride, 1, (-before,), (dilation * (kernel - 1) - before,))

    def check(self, size: int) -> Stride:
        """What the stride leaves out. Raises `NoRoom`."""
        kernel, stride, dilation, before, after, _ = self
        last = self.output(size) - 1
        extent = dilation * (kernel - 1) + 1
        remainder = (size + before + after - extent) % stride
        stop = size if after >= 0 else size + after  # what is cropped is meant to go
        last = min(last, (stop + before - 1) // stride)  # the last window that does not lie in the padding after
        unread = min(max(stop - (last * stride - before + extent), 0), stop + min(before, 0))
        if unread > max(stride - extent, 0):
            return Stride("lossy", remainder, unread)
        if stride > extent:
            first = max(before // stride, 0)  # the first window behind which a gap is not all padding
            if unread or first * stride - before + extent < stop:
                return Stride("gaps", remainder, unread)
        return Stride("pad_only" if remainder else "exact", remainder, unread)

    def formula(self, size: int) -> str:
        """The output size as a sum: `⌊(227 + 2·0 − 11) / 4⌋ + 1 = 55`."""
        padded = _padded(size, self.before, self.after)
        room = size + self.before + self.after - self.extent
        if self.kernel == 1 == self.stride and (self.before or self.after) and not self.ceil:
            return f"{padded} = {_signed(room + 1)}"
        inside = f"({padded} − {_effective(self.kernel, self.dilation)}) / {self.stride}"
        if not self.ceil:
            return f"⌊{inside}⌋ + 1 = {_signed(room // self.stride + 1)}"
        if self._clipped(size):  # the last window would start in the padding after
            return f"⌈{inside}⌉ + 1 − 1 = {_signed(self._unclipped(size) - 1)}"
        return f"⌈{inside}⌉ + 1 = {_signed(self._unclipped(size))}"

    def arithmetic_neighbours(self, size: int) -> tuple[int | None, int]:
        """The nearest input sizes, not above and not below this one, that leave no remainder; none where none fits."""
        fits = self.extent - self.before - self.after  # one window, nothing left over
        least = max(1, 1 - min(self.before, 0) - min(self.after, 0))
        least = max(fits, least + (fits - least) % self.stride)
        if size < least:
            return None, least
        left = (size - fits) % self.stride
        return size - left, size + (self.stride - left) % self.stride

    def _unclipped(self, size: int) -> int:
        return -((self.extent - size - self.before - self.after) // self.stride) + 1

    def _clipped(self, size: int) -> bool:
        return (self._unclipped(size) - 1) * self.stride >= size + self.before

    @property
    def _smallest(self) -> int:
        """The smallest input that has room for a window, and of which a crop leaves something."""
        least = self.extent - self.before - self.after - (self.stride - 1 if self.ceil else 0)
        return max(1 - min(self.before, 0) - min(self.after, 0), least)

    def _no_room(self, size: int) -> NoRoom:
        left = size + min(self.before, 0) + min(self.after, 0)
        padded = _padded(size, self.before, self.after)
        if left < 1:
            message = f"nothing is left of {size} after cropping"
        else:
            message = f"a window of {self.extent} does not fit into {padded}"
        return NoRoom(message, self.formula(size), self._smallest)


POINT = Sliding(1)  # looks at single positions: most convolutions do along each axis


class Transposed(NamedTuple):
    """A transposed convolution; `extra` is what torch calls output_padding."""

    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    extra: int = 0

    @property
    def step(self) -> int:
        """The distance between the positions that one output reads."""
        return self.dilation // gcd(self.dilation, self.stride)

    def output(self, size: int) -> int:
        """The output size. Raises `NoRoom`."""
        kernel, stride, dilation, before, after, extra = self
        made = (size - 1) * stride - before - after + dilation * (kernel - 1) + extra + 1
        if made < 1:
            short = stride * (size - 1) + 1 - made  # what the first position has to make up for
            smallest = 1 + max(0, -(-short // stride))
            raise NoRoom(f"the output would have {_signed(made)} positions", self.formula(size), smallest)
        return made

    def field(self, size: int = 0) -> Field | None:
        """Position u reads each i for which `u + before - stride*i` is a multiple of the dilation within the kernel.

        Each of the `stride` phases reads its own share of the kernel; where stride and dilation share a divisor, or
        the kernel is shorter than the stride, some phases read nothing.
        """
        kernel, stride, dilation, before, _, _ = self
        if stride > MOST_PHASES:
            return None
        shared = gcd(dilation, stride)
        every = stride // shared  # taps of one phase are so far apart
        inverse = pow(dilation // shared, -1, every) if every > 1 else 0
        low, high = [], []
        for at in range(before, before + stride):
            tap = (at // shared * inverse) % every
            if at % shared or tap >= kernel:
                low.append(1)
                high.append(0)
            else:
                last = tap + (kernel - 1 - tap) // every * every
                low.append((at - dilation * last) // stride)
                high.append((at - dilation * tap) // stride)
        return periodic(1, low, high)

    def check(self, size: int) -> Stride | None:
        """None: no window slides over the input."""
        return None

    def formula(self, size: int) -> str:
        """The output size as a sum: `(14 − 1)·2 − 2·1 + 4 = 28`."""
        kernel, stride, dilation, before, after, extra = self
        pads = f"2·{before}" if before == after else f"{before} − {after}"
        more = f" + {extra}" if extra else ""
        made = (size - 1) * stride - before - after + dilation * (kernel - 1) + extra + 1
        return f"({size} − 1)·{stride} − {pads} + {_effective(kernel, dilation)}{more} = {_signed(made)}"
