"""The summary of a network by operators or blocks: a row for each, and totals that are the sum of the rows."""

from collections.abc import Sequence

from archspec.analysis.groups import Group, groups
from archspec.core.report.style import PLAIN, Piece, Style
from archspec.design import Module
from archspec.emit.columns import Column, lay_out, shown, total_width
from archspec.emit.figures import compact, grouped
from archspec.emit.summary.formats import page, separated
from archspec.emit.summary.totals import facts, heading, totals

COLUMNS = ("name", "layers", "parameters", "buffers", "macs", "share")
_USUAL = ("name", "layers", "parameters", "macs", "share")


def summary_by(
    root: Module, spec: str, by: str, mode: str, style: Style, room: int | None, chosen: Sequence[str] = ()
) -> str:
    """The summary for people; `by` is "op" or "block"."""
    columns = _table(root, by, mode, style, chosen or _USUAL)
    if room is not None and total_width(columns) > room:
        columns = _table(root, by, mode, style, chosen or _USUAL, brief=True)
    if room is not None and total_width(columns) > room and not chosen:
        columns = columns[:-1]  # MACs say what their share does
    rows = len(columns[0].cells) - 1
    lines = [*heading(root, spec, style, room), "", *lay_out(columns, style, (rows,)), ""]
    return "\n".join([*lines, *facts(totals(root, mode), style, room)]) + "\n"


def markdown_by(root: Module, spec: str, by: str, mode: str, chosen: Sequence[str] = ()) -> str:
    return page(root, spec, mode, _table(root, by, mode, PLAIN, chosen or _USUAL))


def csv_by(root: Module, by: str, mode: str, chosen: Sequence[str] = ()) -> str:
    """Without a line of totals; the share is a fraction of 1."""
    found = groups(root, by, mode)
    macs = sum(one.macs for _, one in found)
    rows = [{"name": name, **one._asdict(), "share": f"{one.macs / macs:.6g}" if macs else ""} for name, one in found]
    header = chosen or COLUMNS
    return separated(header, ([row[key] for key in header] for row in rows))


def _table(root: Module, by: str, mode: str, style: Style, chosen: Sequence[str], brief: bool = False) -> list[Column]:
    found = groups(root, by, mode)
    whole = Group()
    for _, one in found:
        whole = whole.plus(one, 1, True, True)
    number = compact if brief else grouped
    titles = {"name": "operator" if by == "op" else "block", "macs": "MACs"}
    if brief:
        titles["parameters"] = "params"

    def cell(key: str, name: str, one: Group) -> str:
        if key == "name":
            return name
        if key == "share":
            return f"{100 * one.macs / whole.macs:.1f} %" if one.macs else ""
        count: int = getattr(one, key)
        return number(count) if count else ""

    made = []
    for key in chosen:
        cells: list[Piece] = [(shown(cell(key, name, one), style), "") for name, one in found]
        last = "" if key in ("name", "share") else number(getattr(whole, key))
        made.append(Column(titles.get(key, key), (*cells, (last, "strong")), right=key != "name"))
    return made
