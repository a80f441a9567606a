"""Branches that do not fit each other: which is to blame, and what would bring them together."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from archspec.core.diagnostic import RULES, Edit, Fix, Label
from archspec.core.edits import argument
from archspec.core.geometry import NoRoom, Sliding
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.core.written import without_comments
from archspec.design import Apply
from archspec.elaborate.report import Poison
from archspec.ops.base import DoesNotFit

if TYPE_CHECKING:
    from archspec.elaborate.elaborator import Elaborator


class Branch:
    """What one branch made: its value (none where broken), its place, and the layers on its way."""

    __slots__ = ("nodes", "span", "value")

    def __init__(self, value: int | None, span: Span, nodes: list[Any]) -> None:
        self.value = value
        self.span = span
        self.nodes = nodes


class Repair(NamedTuple):
    """An argument of one layer that would close a gap: `stride=1`, and the formulas that show it."""

    node: Apply
    name: str
    value: int
    formulas: tuple[str, ...]

    @property
    def words(self) -> str:
        """The argument as it is written there."""
        return f"{self.name}: {self.value}" if self.node.span.source.is_yaml else f"{self.name}={self.value}"

    def edit(self) -> Edit | None:
        """The edit that gives the argument; none where the call or the argument there is not plain."""
        return argument(self.node.span, self.node.operator, self.name, str(self.value))


def disagreement(
    run: "Elaborator",
    join: str,
    error: DoesNotFit,
    branches: list[Branch],
    shapes: tuple[Shape, ...],
    odd: int,
    other: int,
    residual: bool,
    sizes: tuple[str, ...],
) -> Poison:
    """Report branches that a join does not take: the odd one, and another to hold against it."""
    names = ("the body", "the skip") if residual else None
    culprit, target = branches[odd], shapes[other]
    what = names[odd] if names else "this branch"
    that = names[other] if names else "this one"
    labels: tuple[Label, ...] = (
        Label(culprit.span, f"{what} is {shapes[odd]}"),
        Label(branches[other].span, f"{that} is {target}"),
    )
    notes = () if residual and shapes[odd].spatial == target.spatial else sizes  # the labels show the shapes
    help, fix = error.help, None
    repair = None
    if join == "concat" or _width(shapes[odd]) == _width(target):  # else sizes would not be all there is to mend
        if residual:
            repair = next(_repairs(branches[1], shapes[1], shapes[0], downsample=True), None)
        repair = repair or next(_repairs(culprit, shapes[odd], target), None)
        if repair is None and residual:
            repair = next(_repairs(branches[other], target, shapes[odd]), None)
    if repair is not None:
        place, change = repair.node.span, repair.words
        notes = (*notes, *repair.formulas)
        help = f"`{change}` in `{_short(place.text)}` closes it"
        labels = (*labels, Label(place, f"this {repair.name}")) if place != culprit.span else labels
        edit = repair.edit()
        if edit is not None:
            fix = Fix(f"write `{change}`", (edit,))
    elif residual and shapes[0].channel_axis is not None and shapes[1].channel_axis is not None:
        projection = _projection(shapes[0], shapes[1])
        if projection:
            shown = f"skip {{ {projection} }}"
            if culprit.span.source.is_yaml:
                shown = f"skip: [conv: [{projection.removeprefix('conv(').rstrip(')').replace('=', ': ')}]]"
            help = f"a projection in the skip closes it: `{shown}`"
            edit = _projecting(branches, projection)
            fix = None if edit is None else Fix("project the skip", (edit,))
    poison = run.report.add(RULES[error.rule], error.message, labels, notes, help, fix)
    poison.culprits = (odd,)
    return poison


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 48 else text[:47] + "…"


def _width(shape: Shape) -> int:
    return 0 if shape.channel_axis is None else int(shape.channels)


# --- sizes: one argument of one layer -------------------------------------------------------------------------------


def _repairs(branch: Branch, shape: Shape, target: Shape, downsample: bool = False) -> Iterator[Repair]:
    """The arguments that would give a branch the spatial sizes of the target, layer by layer.

    A stride of 1, or a padding that keeps the size; with `downsample`, a stride that makes the branch as much smaller.
    """
    if len(shape.spatial) != len(target.spatial) or shape.spatial == target.spatial:
        return
    layers = [node for node in branch.nodes if type(node) is Apply and node.layer.windows]
    if any(not isinstance(window, Sliding) for node in layers for window in node.layer.windows):
        return
    changes = _strides(shape, target) if downsample else (_no_stride, _kept_size)
    for at, node in enumerate(layers):
        before: Any = node.layer.windows
        entering = node.layer.inputs[0].spatial
        for change in changes:
            name, value, after = change(before)
            if not name or after == before:
                continue
            try:
                sizes = tuple(window.output(size) for window, size in zip(after, entering, strict=True))
                for later in layers[at + 1 :]:
                    sizes = tuple(w.output(size) for w, size in zip(later.layer.windows, sizes, strict=True))
            except NoRoom:
                continue
            if sizes == target.spatial:
                pairs = zip(before, after, entering, strict=True)
                words = f"with {name} {value}"
                formulas = dict.fromkeys(f"{o.formula(n)}; {words}: {w.formula(n)}" for o, w, n in pairs)
                yield Repair(node, name, value, tuple(formulas))


Windows = tuple[Sliding, ...]
Change = tuple[str, int, Windows]


def _no_stride(windows: Windows) -> Change:
    return "stride", 1, tuple(window._replace(stride=1) for window in windows)


def _kept_size(windows: Windows) -> Change:
    """The padding of as many on either side as the window reaches, of windows that have none yet."""
    one = windows[0]
    if windows.count(one) < len(windows) or one.kernel % 2 == 0 or one.before or one.after:
        return "", 0, windows
    reach = one.dilation * (one.kernel // 2)
    return "padding", reach, tuple(window._replace(before=reach, after=reach) for window in windows)


def _strides(shape: Shape, target: Shape) -> tuple[Any, ...]:
    """The stride that makes a shape as small as another, of windows that have none yet."""
    ratios = {-(-have // want) for have, want in zip(shape.spatial, target.spatial, strict=True) if want}
    if len(ratios) != 1:
        return ()
    ratio = int(ratios.pop())

    def downsampled(windows: Windows) -> Change:
        if ratio < 2 or any(window.stride != 1 for window in windows):
            return "", 0, windows
        return "stride", ratio, tuple(window._replace(stride=ratio) for window in windows)

    return (downsampled,)


# --- widths: a projection -------------------------------------------------------------------------------------------


def _projection(body: Shape, skip: Shape) -> str:
    """The 1×1 convolution that brings the skip to the body's shape; nothing where none does."""
    if body.rank != skip.rank or not body.spatial or body.channels == skip.channels:
        return ""
    stride = ""
    if body.spatial != skip.spatial:
        ratios = {-(-b // a) for a, b in zip(body.spatial, skip.spatial, strict=True) if a}
        if len(ratios) != 1:
            return ""
        ratio = int(ratios.pop())
        if any(-(-b // ratio) != a for a, b in zip(body.spatial, skip.spatial, strict=True)):
            return ""
        stride = f", stride={ratio}"
    return f"conv({int(body.channels)}, 1{stride})"


def _projecting(branches: list[Branch], projection: str) -> Edit | None:
    """The edit that puts a projection into the skip of a residual: behind its last step, or as the whole of it."""
    body, skip = (branch.span for branch in branches)
    if body.source.is_yaml:
        return None
    following = without_comments(body.source.text[body.end :], is_yaml=False).lstrip()
    if not re.match(r"skip\s*\{", following):
        return Edit(Span(body.source, body.end, body.end), f" skip {{ {projection} }}")
    if not branches[1].nodes or not skip.text.endswith("}"):
        return None
    end = skip.start + len(without_comments(skip.text[:-1], is_yaml=False).rstrip())
    return Edit(Span(skip.source, end, end), f" -> {projection}")
