"""An estimate for people: a row for each layer, folded block or group, and the totals below."""

from collections.abc import Sequence
from typing import NamedTuple

from archspec.analysis.estimate.rows import groups, rows
from archspec.analysis.estimate.setting import Figures, Setting
from archspec.analysis.estimate.totals import Estimate, estimate
from archspec.analysis.outline import LAYER, OPEN
from archspec.core.report.style import PLAIN, Piece, Style
from archspec.design import Module
from archspec.emit.columns import Column, lay_out, shown, total_width
from archspec.emit.estimate.words import MEMORY_NOTE, NOTE, duration, facts_of
from archspec.emit.figures import amount, compact, grouped
from archspec.emit.summary.totals import facts, heading, set_in

_LEAVING = ("operator", "FLOPs", "gradients", "optimizer", "×", "bound", "parameters")


class Line(NamedTuple):
    """What the cells of a row are made from; an open block has a name alone."""

    name: str
    op: str
    count: int  # type: ignore[assignment]
    figures: Figures | None
    strong: bool = False


def text(
    root: Module, spec: str, setting: Setting, depth: int | None, by: str, style: Style = PLAIN, room: int | None = None
) -> str:
    """The estimate, its table at most `room` columns wide as far as that can be."""
    found = estimate(root, setting)
    columns = table(lines(root, setting, depth, by), found, by, style)
    for title in _LEAVING:
        if room is None or total_width(columns) <= room:
            break
        columns = [one for one in columns if one.title != title]
    note = NOTE if setting.device else MEMORY_NOTE
    made = [*heading(root, spec, style, room), "", *lay_out(columns, style, (len(columns[0].cells) - 1,)), ""]
    made += [*facts(facts_of(found), style, room), "", *set_in(note, style, room)]
    return "\n".join(made) + "\n"


def lines(root: Module, setting: Setting, depth: int | None, by: str, paths: bool = False) -> list[Line]:
    """The rows of a table; with `paths` they are named in full, and open blocks have none."""
    if by:
        return [Line(name, "", count, figures) for name, count, figures in groups(root, setting, by)]
    made = []
    for row in rows(root, setting, depth):
        if row.kind == OPEN and paths:
            continue
        name = row.path if paths else "  " * row.level + row.name
        made.append(Line(name, row.op, row.count, None if row.kind == OPEN else row.figures, row.kind != LAYER))
    return made


def table(made: Sequence[Line], found: Estimate, by: str, style: Style) -> list[Column]:
    """The columns that have something to say, their last cells the totals."""
    setting = found.setting
    whole = found.figures.seconds

    def column(title: str, cells: Sequence[str], last: str = "", right: bool = True) -> Column:
        roles = ["strong" if one.strong and title in ("layer", "block") else "" for one in made]
        pieces: list[Piece] = [(shown(text, style), role) for text, role in zip(cells, roles, strict=True)]
        return Column(shown(title, style), (*pieces, (shown(last, style), "strong")), right)

    def sizes(each: int) -> list[str]:
        return [amount(one.figures.parameters * each) if one.figures and one.figures.parameters else "" for one in made]

    columns = [
        column("block" if by == "block" else "operator" if by else "layer", [one.name for one in made], "", False)
    ]
    if not by:
        columns.append(column("operator", [one.op if one.figures or one.strong else "" for one in made], "", False))
    if any(one.count > 1 for one in made):
        counts = [grouped(one.count) if (one.count > 1 or by) and one.figures else "" for one in made]
        columns.append(column("layers" if by else "×", counts))
    columns.append(column("parameters", sizes(setting.weight), amount(found.parameters)))
    if setting.train:
        columns.append(column("gradients", sizes(setting.weight), amount(found.gradients)))
        if setting.state:
            columns.append(column("optimizer", sizes(setting.state), amount(found.optimizer)))
        kept = [amount(one.figures.kept) if one.figures and one.figures.kept else "" for one in made]
        columns.append(column("activations", kept, amount(found.activations)))
    flops = [_flops(one.figures) for one in made]
    columns.append(column("FLOPs", flops, _flops(found.figures)))
    if setting.device is not None:
        times = [duration(one.figures.seconds) if one.figures and one.figures.seconds else "" for one in made]
        columns.append(column("time", times, duration(whole)))
        shares = [
            f"{100 * one.figures.seconds / whole:.1f} %" if one.figures and one.figures.seconds else "" for one in made
        ]
        columns.append(column("share", shares))
        columns.append(column("bound", [bound_of(one.figures) for one in made], "", False))
    return columns


def _flops(figures: Figures | None) -> str:
    total = figures.forward_flops + figures.backward_flops if figures else 0
    return compact(total) if total else ""


def bound_of(figures: Figures | None) -> str:
    """What the time of a row is spent on: "compute", "memory", or of several layers how much of it on arithmetic."""
    if figures is None or not figures.seconds:
        return ""
    share = figures.bound / figures.seconds
    if share in (0.0, 1.0):
        return "compute" if share else "memory"
    return f"compute {100 * share:.0f} %"
