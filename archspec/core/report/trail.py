"""The way to a place, told in words: the layer, the instances around it, the networks."""

from collections.abc import Sequence

from archspec.core.diagnostic import Diagnostic, Frame
from archspec.core.report.place import place

MOST_STEPS = 6
MOST_NETWORKS = 3


def steps(diagnostic: Diagnostic) -> list[str]:
    """The layer, then the instances around it from the inside out; long ways without their middle."""
    shown = diagnostic.networks[:MOST_NETWORKS]
    more = len(diagnostic.networks) - len(shown)
    networks = _listed([*shown, f"{more} more"] if more else shown)
    way = [step(frame) for frame in reversed(diagnostic.trail)]
    if len(way) > MOST_STEPS:
        half = MOST_STEPS // 2
        way[half:-half] = [f"in {len(way) - 2 * half} more"]
    if diagnostic.path:
        return [f"at {diagnostic.path} of {networks}" if networks else f"at {diagnostic.path}", *way]
    return [*way, f"in {networks}"] if networks else way


def step(frame: Frame) -> str:
    """`in layer3.4, a Bottleneck, from resnet.arch:61`"""
    article = "an" if frame.block.startswith(tuple("AEIOaeio")) else "a"
    parts = [frame.path, f"{article} {frame.block}" if frame.block else "", f"from {_line(frame)}"]
    return f"in {', '.join(part for part in parts if part)}"


def _line(frame: Frame) -> str:
    return f"{frame.span.source.name}:{place(frame.span).line}"


def _listed(items: Sequence[str]) -> str:
    """`a, b and c`"""
    return " and ".join(part for part in (", ".join(items[:-1]), *items[-1:]) if part)
