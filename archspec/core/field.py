"""Fields: which inputs an output position depends on, along one spatial axis, as an exact periodic map of integers."""

from math import gcd, lcm
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from fractions import Fraction

MOST_PHASES = 4096  # a map with more phases is replaced by the band that holds it: time and memory are bounded
MOST_POSITIONS = 65_536  # the positions for which such a band is promised to hold the map
MOST_TAPS = 65_536  # positions looked at one by one for one composition
MOST_BITS = 65_536  # of the stride of a power

NO_LOW, NO_HIGH = 0, -1  # the interval of a position that reads nothing


class Field(NamedTuple):
    """Output position `period*m + j` reads the inputs `advance*m + low[j]` to `advance*m + high[j]`, both included.

    Borders are ignored: positions may lie in the padding. A position that reads nothing (some positions of a
    transposed convolution do) has `low > high`. Fields made here have the smallest period and one way to be empty, so
    that equal maps are equal tuples. In place of a field, none stands for "global": every position reads all.
    """

    advance: int
    period: int
    low: tuple[int, ...]
    high: tuple[int, ...]

    @property
    def size(self) -> int:
        """Input positions from the first to the last one read: the receptive field, the largest of the phases."""
        if self.period == 1:
            return self.high[0] - self.low[0] + 1
        return max(high - low for low, high in zip(self.low, self.high, strict=True)) + 1

    @property
    def stride(self) -> "Fraction":
        """Input positions per output position."""
        from fractions import Fraction  # start-up is a feature: networks that ask for none do not wait for `decimal`

        return Fraction(self.advance, self.period)

    @property
    def padding(self) -> int:
        """How far before the input the first position that reads anything starts."""
        return -self.low[self._first]

    @property
    def center(self) -> "Fraction":
        """The middle of what position 0 reads; where it reads nothing, the first that does, shifted back to 0."""
        from fractions import Fraction

        at = self._first
        return Fraction(self.low[at] + self.high[at], 2) - self.stride * at

    @property
    def empty(self) -> tuple[int, ...]:
        """The phases that read nothing: their outputs are bias and padding only."""
        return tuple(j for j in range(self.period) if self.low[j] > self.high[j])

    @property
    def rising(self) -> bool:
        """Whether each position starts and ends no earlier than the one before it, and none is empty."""
        low_before, high_before = self.low[-1] - self.advance, self.high[-1] - self.advance
        for low, high in zip(self.low, self.high, strict=True):
            if low > high or low < low_before or high < high_before:
                return False
            low_before, high_before = low, high
        return True

    def interval(self, position: int) -> tuple[int, int]:
        """The first and last input that an output position reads; first > last where it reads nothing."""
        turn, phase = divmod(position, self.period)
        if self.low[phase] > self.high[phase]:
            return NO_LOW, NO_HIGH
        return self.advance * turn + self.low[phase], self.advance * turn + self.high[phase]

    @property
    def _first(self) -> int:
        return next((j for j in range(self.period) if self.low[j] <= self.high[j]), 0)


IDENTITY = Field(1, 1, (0,), (0,))


def periodic(advance: int, low: list[int], high: list[int]) -> Field:
    """The field of these phases in its canonical form."""
    for j in range(len(low)):
        if low[j] > high[j]:
            low[j], high[j] = NO_LOW, NO_HIGH
    period = len(low)
    shared = gcd(advance, period)
    prime = 2
    while shared > 1:
        if prime * prime > shared:
            prime = shared
        while shared % prime == 0:
            shared //= prime
            if _repeats(period // prime, advance // prime, low, high):
                period, advance = period // prime, advance // prime
                del low[period:], high[period:]
        prime += 1
    return Field(advance, period, tuple(low), tuple(high))


def _repeats(period: int, advance: int, low: list[int], high: list[int]) -> bool:
    for j in range(len(low) - period):
        if low[j] > high[j]:
            if low[j + period] <= high[j + period]:
                return False
        elif low[j + period] != low[j] + advance or high[j + period] != high[j] + advance:
            return False
    return True


def band(stride: "Fraction", low: "Fraction", high: "Fraction") -> Field | None:
    """A field of at most `MOST_PHASES` phases that holds [stride*u + low, stride*u + high] for the first positions u.

    For maps that have too many phases to list. Its stride is the nearest fraction that will do; none if that is 0.
    """
    near = stride.limit_denominator(MOST_PHASES)
    if near == 0:
        return None
    advance, period = near.numerator, near.denominator
    margin = abs(stride - near) * MOST_POSITIONS
    start, stop = (low - margin) * period, (high + margin) * period  # as integers over one denominator: it is fast
    every = lcm(start.denominator, stop.denominator)
    first, last, turn = int(start * every), int(stop * every), advance * every
    return periodic(
        advance,
        [(first + turn * j) // (period * every) for j in range(period)],
        [-(-(last + turn * j) // (period * every)) for j in range(period)],
    )


def _bounds(field: Field) -> "tuple[Fraction, Fraction]":
    """The tightest (low, high) such that each position u reads within [stride*u + low, stride*u + high]."""
    from fractions import Fraction

    turns, per = field.advance, field.period
    full = [j for j in range(per) if field.low[j] <= field.high[j]]
    low = min((field.low[j] * per - turns * j for j in full), default=0)
    high = max((field.high[j] * per - turns * j for j in full), default=-per)
    return Fraction(low, per), Fraction(high, per)


def compose(outer: Field | None, inner: Field | None, step: int = 1) -> Field | None:
    """The field of a value seen through two maps.

    `inner` takes a position of the later value to an interval of the middle one, `outer` takes positions of the middle
    one to intervals of the input; the result is the smallest interval that holds them all, phase by phase. `step` says
    that `inner` reads only every step-th position of its interval, as dilated kernels do; that matters only where
    `outer` is not rising, which transposed convolutions and cyclic shifts cause.
    """
    if outer is None or inner is None:
        return None
    advance_out, period_out, low_out, high_out = outer
    advance_in, period_in, low_in, high_in = inner
    if period_out == 1 == period_in:
        if low_in[0] <= high_in[0] and low_out[0] <= high_out[0]:
            low, high = low_out[0] + advance_out * low_in[0], high_out[0] + advance_out * high_in[0]
            return Field(advance_out * advance_in, 1, (low,), (high,))
        return Field(advance_out * advance_in, 1, (NO_LOW,), (NO_HIGH,))
    turns = period_out // gcd(advance_in, period_out)  # of inner, after which outer is at the same phase again
    if period_in * turns > MOST_PHASES:
        stride, (first, last), (start, stop) = outer.stride, _bounds(outer), _bounds(inner)
        return band(stride * inner.stride, first + stride * start, last + stride * stop)
    if not outer.rising:
        return _compose_unsteady(outer, inner, step, turns)
    lows, highs = [], []
    for turned in range(0, advance_in * turns, advance_in):
        for low, high in zip(low_in, high_in, strict=True):
            if low > high:
                lows.append(NO_LOW)
                highs.append(NO_HIGH)
            else:
                turn, phase = divmod(turned + low, period_out)
                lows.append(advance_out * turn + low_out[phase])
                turn, phase = divmod(turned + high, period_out)
                highs.append(advance_out * turn + high_out[phase])
    return periodic(advance_out * (advance_in * turns // period_out), lows, highs)


def _compose_unsteady(outer: Field, inner: Field, step: int, turns: int) -> Field | None:
    """As `compose`, where the ends of an interval need not read the furthest: every position within is looked at."""
    # One round of positions is enough from either end: the next round reads the same, some advances later.
    rounds = outer.period // gcd(outer.period, step)
    widest = min(2 * rounds, (inner.size + step - 1) // step)
    if widest * inner.period * turns > MOST_TAPS and len(outer.empty) < outer.period:
        return compose(_risen(outer), inner)
    lows, highs = [], []
    for turn in range(turns):
        start = inner.advance * turn
        for low, high in zip(inner.low, inner.high, strict=True):
            taps = range(start + low, start + high + 1, step)
            ends = (taps,) if len(taps) <= 2 * rounds else (taps[:rounds], taps[-rounds:])
            read = [outer.interval(tap) for some in ends for tap in some]
            read = [(first, last) for first, last in read if first <= last]
            lows.append(min((first for first, _ in read), default=NO_LOW))
            highs.append(max((last for _, last in read), default=NO_HIGH))
    return periodic(outer.advance * (inner.advance * turns // outer.period), lows, highs)


def _risen(field: Field) -> Field:
    """The smallest rising field that holds this one, of which some phase reads something."""
    reads = [low <= high for low, high in zip(field.low, field.high, strict=True)]
    least = min(low for low, some in zip(field.low, reads, strict=True) if some) + field.advance
    most = max(high for high, some in zip(field.high, reads, strict=True) if some) - field.advance
    lows, highs = list(field.low), list(field.high)
    for j in reversed(range(field.period)):
        least = lows[j] = min(least, lows[j]) if reads[j] else least
    for j in range(field.period):
        most = max(most, highs[j]) if reads[j] else most
        highs[j] = max(most, lows[j])
    return periodic(field.advance, lows, highs)


def hull(a: Field | None, b: Field | None) -> Field | None:
    """The field of a join: the smallest interval that holds what both read, position by position.

    Where the strides differ (such joins are flagged elsewhere) no periodic map is right for every position: the result
    goes on with the stride of `a` and is exact for the positions of the first common period.
    """
    if a is None or b is None:
        return None
    if a == b:
        return a
    advance, period_a, low_a, high_a = a
    _, period_b, low_b, high_b = b
    if period_a == 1 == period_b and low_a[0] <= high_a[0] and low_b[0] <= high_b[0]:
        return Field(advance, 1, (min(low_a[0], low_b[0]),), (max(high_a[0], high_b[0]),))
    period = lcm(a.period, b.period)
    if period > MOST_PHASES:
        (start, stop), (first, last) = _bounds(a), _bounds(b)
        return band(a.stride, min(start, first), max(stop, last))
    lows, highs = [], []
    for j in range(period):
        low, high = a.interval(j)
        first_read, last_read = b.interval(j)
        if low > high:
            low, high = first_read, last_read
        elif first_read <= last_read:
            low, high = min(low, first_read), max(high, last_read)
        lows.append(low)
        highs.append(high)
    return periodic(a.advance * (period // a.period), lows, highs)


def shorter(a: Field | None, b: Field | None) -> Field | None:
    """The field of the smaller size, for the shortest path into a join; `a` where they are equal."""
    if a is None or b is None:
        return a if b is None else b
    return a if a.size <= b.size else b


def power(field: Field | None, count: int) -> Field | None:
    """A field composed with itself `count` times, by repeated squaring.

    None (global) where the stride would have more than `MOST_BITS` bits: it is longer than any input.
    Equal to composing one by one where the field is rising; elsewhere its intervals may be longer, never shorter.
    """
    if field is None:
        return None if count else IDENTITY
    if field.advance != field.period and count * max(field.advance, field.period).bit_length() > MOST_BITS:
        return None
    result: Field | None = IDENTITY
    square: Field | None = field
    while count:
        if count & 1:
            result = compose(result, square)
        count >>= 1
        if count:
            square = compose(square, square)
    return result
