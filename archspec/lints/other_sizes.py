"""A network whose branches meet at the declared size, and not at others near it.

A map of odd size that is halved and doubled comes back one pixel smaller: a join with what was kept beside it then
fails. At the declared size nothing of that shows; the first image of another size ends the program. The finding names
the sizes at which everything meets; `archspec sizes` says more of them. Sizes that are too small for the network, and
those that lose pixels, are no concern of this rule.

Example:
    network example {
        input image: [3, 32, 32]
        stem: conv(8, 3, padding=1)
        (stem) -> deep: { maxpool(2) -> conv(16, 3, padding=1) -> relu -> upsample(2) }
        (stem, deep) -> concat
    #                   ^^^^^^
        conv(4, 1)
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        stem: conv(8, 3, padding=1)
        (stem) -> deep: { maxpool(2) -> conv(16, 3, padding=1) -> relu -> upsample(size=[stem.height, stem.width]) }
        (stem, deep) -> concat
        conv(4, 1)
    }
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from archspec.core.diagnostic import Diagnostic, Severity
from archspec.core.shape import Shape
from archspec.design import Module
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Again, Here
from archspec.ops.fitting import AXES

if TYPE_CHECKING:
    from archspec.analysis.sizes.fitting import AxisSizes, Refused

RULE = declared("AS713", "other-sizes", __doc__, Severity.INFO)

_NEAR = 96  # sizes looked at on either side of the present one: enough to tell multiples of 32
_FEW = 4
_MEET = "AS401"  # branches that do not


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    network, again = here.root, here.again
    if here.module is not network or again is None:
        return
    axes = [one for one in _along(network, again) if _unmet(one)]
    seen: set[object] = set()
    for one in axes:
        size = _nearest(one)
        met = again(network, _entering(network, one, size))
        if not isinstance(met, Diagnostic) or met.rule.code != _MEET or met.span in seen:
            continue
        seen.add(met.span)
        alike = [other for other in axes if other.present == one.present and _failing(other) == _failing(one)]
        message = f"at a {one.axis} of {size} instead of {one.present}, {met.message}"
        notes = (_condition(one, " and ".join(other.axis for other in alike)), _places(one, network.name))
        help = "pad or resize what enters, or resize what was brought back to the size of what it meets"
        yield met._replace(rule=RULE, message=message, notes=notes, help=help, fix=None, networks=(here.network,))


def _along(network: Module, again: Again) -> "tuple[AxisSizes, ...]":
    """The sizes near the present ones, axis by axis."""
    from archspec.analysis.sizes.fitting import MOST, fitting  # for those who select the rule

    spatial = [int(size) for shape in network.input_shapes for size in shape.spatial]
    if not spatial or max(spatial) - min(spatial) + 2 * _NEAR >= MOST:
        return ()  # nothing to look at, or axes too far apart to look at together
    low = max(1, min(spatial) - _NEAR)
    return fitting(network, again, low, max(spatial) + _NEAR)


def _unmet(one: "AxisSizes") -> "list[Refused]":
    return [cause for cause in one.refused if cause.code == _MEET]


def _failing(one: "AxisSizes") -> set[int]:
    return {size for cause in one.refused for size in cause.sizes}


def _nearest(one: "AxisSizes") -> int:
    """The size nearest to the present one at which branches do not meet, the larger of two."""
    sizes = [size for cause in _unmet(one) for size in cause.sizes]
    return min(sizes, key=lambda size: (abs(size - one.present), -size))


def _entering(network: Module, one: "AxisSizes", size: int) -> tuple[Shape, ...]:
    """What enters the network where one axis has another size."""
    entering = []
    for name, shape in zip(network.inputs, network.input_shapes, strict=True):
        sizes = [int(known) for known in shape.sizes]
        if name in one.inputs:
            sizes[shape.spatial_axes[AXES[len(shape.spatial)].index(one.axis)]] = size
        entering.append(Shape(tuple(sizes), shape.roles))
    return tuple(entering)


def _condition(one: "AxisSizes", names: str) -> str:
    """Of which sizes everything meets."""
    from archspec.analysis.sizes.progression import period

    failing = _failing(one)
    marks = bytes(size in failing for size in range(one.low, one.high + 1))
    found = period(marks, one.low)
    if found is None:
        return f"{sum(marks)} of the sizes from {one.low} to {one.high} fail"
    start, length = found
    fine = sorted(size % length for size in range(start, start + length) if size not in failing)
    if fine == [0]:
        return f"everything meets where {names} can be divided by {length}"
    if len(fine) <= _FEW:
        return f"everything meets where {names} leave {' or '.join(map(str, fine))} when divided by {length}"
    return f"everything meets at {len(fine)} of every {length} sizes of {names}"


def _places(one: "AxisSizes", network: str) -> str:
    """Which joins fail, and how often."""
    causes = sorted(_unmet(one), key=lambda cause: -len(cause.sizes))
    said = [f"{len(cause.sizes)} at {cause.path or network}" for cause in causes[:_FEW]]
    more = ", …" if len(causes) > _FEW else ""
    return f"of the sizes from {one.low} to {one.high}, {', '.join(said)}{more} fail first"
