"""The sizes that fit, for people: what holds now, the nearest others, and which layer asks for what."""

import textwrap
from collections.abc import Iterator, Sequence

from archspec.analysis.sizes.fitting import AxisSizes
from archspec.analysis.sizes.progression import Period, Progression, progressions
from archspec.core.report.style import Style
from archspec.design import Module
from archspec.emit.columns import shown

_RUNS = 5  # progressions worth listing
_WIDTH = 100


def text(module: Module, spec: str, axes: Sequence[AxisSizes], style: Style, room: int | None) -> str:
    """Axes of which the same is to be said in one paragraph."""
    inputs = ", ".join(f"{name} {shape}" for name, shape in zip(module.inputs, module.input_shapes, strict=True))
    lines = [style.row((shown(f"{module.name}: {inputs}", style), "strong"), (f"  {spec}", "dim"))]
    groups: dict[AxisSizes, list[AxisSizes]] = {}
    for one in axes:
        groups.setdefault(_nameless(one), []).append(one)
    wide = min(room or _WIDTH, _WIDTH)
    for nameless, alike in groups.items():
        lines.append("")
        one = nameless if len(alike) > 1 else alike[0]
        for name, said in _facts(one, [axis.axis for axis in alike]):
            lines += _wrapped(name, shown(said, style), wide, style)
    return "\n".join(lines) + "\n"


def _nameless(one: AxisSizes) -> AxisSizes:
    """What holds along an axis, without its name: equal for axes of which the same is to be said."""
    refused = tuple(cause._replace(message=cause.message.replace(one.axis, "size")) for cause in one.refused)
    return one._replace(axis="", refused=refused)


def _facts(one: AxisSizes, names: list[str]) -> Iterator[tuple[str, str]]:
    what = " and ".join(names)
    rule = "no window leaves a remainder" if one.strict else "no pixel is lost"
    each = ", each with the other as it is" if len(names) > 1 else ""
    yield what, f"{one.low} to {one.high}{each}; a size fits where {rule}"
    if one.low <= one.present <= one.high:
        yield "  now", f"{one.present}, which {'fits' if one.present in one.sizes else 'does not fit'}"
    else:
        yield "  now", f"{one.present}, beyond what was looked at"
    near = [f"{size} {word}" for size, word in ((one.below, "below"), (one.above, "above")) if size is not None]
    yield "  nearest", ", ".join(near) or "none"
    yield "  fit", _spelled(one.sizes, one.period, one.high)
    if one.period is not None and one.period.length > 1:
        yield "  period", f"{one.period.length}, from {one.period.start} on"
    for cause in one.refused:
        where = f" at {cause.path}" if cause.path else ""
        yield "  do not work", f"{_spelled(cause.sizes, None, one.high)}: {cause.code}{where}, {cause.message}"
    for layer in one.short:
        does = "leave a remainder" if one.strict else "lose pixels"
        yield f"  {does}", f"{_spelled(layer.sizes, layer.period, one.high)} at {layer.path}"
    if one.weighted:
        layers = ", ".join(one.weighted[:_RUNS]) + (", …" if len(one.weighted) > _RUNS else "")
        said = f"of {layers} have shapes that depend on the size: any size that fits makes a network, but one that"
        yield "  weights", f"{said} is built takes the size it was built for"


def _spelled(sizes: Sequence[int], period: Period | None, high: int) -> str:
    """Sizes in few words: `33, 65, 97, …`, by their remainders where they have a period, or as runs."""
    if not sizes:
        return "none"
    runs = progressions(sizes)
    if len(runs) <= _RUNS:
        return ", ".join(map(_run, runs))
    if period is not None:
        start, length = period
        remainders = sorted({size % length for size in sizes if start <= size < start + length})
        early = [size for size in sizes if size < start]
        if len(remainders) <= _RUNS:
            of = f"{', '.join(map(str, remainders))} modulo {length}"
        else:
            of = f"{len(remainders)} of every {length}"
        return f"{of}, from {start} on" + (f"; {len(early)} smaller ones" if early else "")
    kept = runs[:_RUNS]
    return ", ".join(map(_run, kept)) + f", …: {len(sizes)} sizes"


def _run(run: Progression) -> str:
    if run.length == 1:
        return str(run.first)
    if run.length == 2 and run.step == 1:
        return f"{run.first}, {run.last}"
    if run.step == 1:
        return f"{run.first} to {run.last}"
    if run.length == 3:
        return f"{run.first}, {run.first + run.step}, {run.last}"
    return f"{run.first}, {run.first + run.step}, … {run.last}"


def _wrapped(name: str, said: str, wide: int, style: Style) -> Iterator[str]:
    margin = 20
    if len(name) >= margin:
        margin = len(name) + 2
    lines = textwrap.wrap(said, max(20, wide - margin), break_long_words=False, break_on_hyphens=False) or [""]
    for at, line in enumerate(lines):
        yield style.row((name.ljust(margin) if not at else " " * margin, "strong" if not at else ""), (line, ""))
