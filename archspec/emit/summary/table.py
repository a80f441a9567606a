"""The summary of a network for people: a table with a row for each layer or folded block, and the totals below it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from archspec.analysis.outline import LAYER, OPEN, Entry, outline
from archspec.core.report.style import PLAIN, Piece, Style
from archspec.core.report.visible import width
from archspec.design import TRAIN, Apply, Instance, Module
from archspec.emit.columns import Column, lay_out, shown, total_width
from archspec.emit.figures import compact, field_parts, grouped, shapes, verdict, window
from archspec.emit.summary.totals import facts, heading, set_in, totals

_SHORT = 10  # characters that are left of an operator's name where room is scarce
_SHORTEST = 12  # likewise of the name of a layer
COLUMNS = ("layer", "operator", "input", "output", "count", "parameters", "macs", "field", "stride")
_LEAVING: tuple[dict[str, Any], ...] = ({"op": 0}, {"verdict": False}, {"field": ""}, {"lossy": False}, {"macs": None})
_NOTE = "A row marked × stands for so many equal layers: its figures are of all, its field is of the last."


class Row(NamedTuple):
    """What the cells of a row are made from. An input has no entry."""

    name: str
    level: int
    op: str
    window: str
    output: str
    entry: Entry | None


class Look(NamedTuple):
    """Which columns there are, and how brief they are."""

    field: str = "receptive field"  # its title; empty where there is no such column
    tight: bool = False  # 64×55×55 instead of 64 × 55 × 55
    window: bool = True
    op: int = 99  # characters of the operator; 0 where it has no column and stands beside names that say nothing
    number: Callable[[int], str] = grouped  # of parameters
    macs: Callable[[int], str] | None = grouped
    verdict: bool = True  # also where no pixel is lost
    lossy: bool = True
    first: bool = False  # of several outputs the first alone
    name: int = 0  # characters that a name may take; 0 for any number


def _looks(chosen: bool) -> Iterator[Look]:
    """From the fullest to the briefest: what is said elsewhere goes first. Columns that were chosen stay."""
    look = Look()
    yield look
    for change in (
        {"field": "field"}, {"tight": True}, {"window": False}, {"op": _SHORT}, {"op": 0}, {"macs": compact},
        {"number": compact}, {"verdict": False}, {"field": ""}, {"lossy": False}, {"first": True},
        {"macs": None}, {"name": _SHORTEST},
    ):  # fmt: skip
        if chosen and change in _LEAVING:
            continue
        look = look._replace(**change)
        yield look


def summary(
    root: Module,
    spec: str,
    mode: str = "eval",
    depth: int | None = None,
    style: Style = PLAIN,
    room: int | None = None,
    chosen: Sequence[str] = (),
) -> str:
    """The summary of a network, its table at most `room` columns wide as far as that can be (none: as wide as it is).

    What a row says of several equal layers, it says of all of them together: the rows add up to the totals. Columns may
    be `chosen` from `COLUMNS`.
    """
    entries = list(outline(root, mode, depth, fold_idle=True))
    lines = heading(root, spec, style, room)
    lines += ["", *table(entries, root, style, room, whole=True, chosen=chosen), ""]
    lines += facts(totals(root, mode, entries if depth is None else ()), style, room)
    if any(one.count > 1 for one in entries):
        lines += ["", *set_in(_NOTE, style, room)]
    return "\n".join(lines) + "\n"


def table(
    entries: Sequence[Entry],
    root: Module,
    style: Style,
    room: int | None,
    whole: bool = False,
    chosen: Sequence[str] = (),
) -> list[str]:
    """The lines of a table alone; of a `whole` network with its inputs first and its totals last."""
    rows = _inputs(root) if whole else []
    lowest = min((entry.level for entry in entries), default=0)
    rows += [_row(entry, entry.name, entry.level - lowest) for entry in entries]
    made: list[Column] = []
    for look in _looks(bool(chosen)):
        made = _columns(rows, look, style, root, whole, chosen)
        if room is None or total_width(made) <= room:
            break
    return lay_out(made, style, (len(rows),) if whole else ())


def paths_table(entries: Sequence[Entry], root: Module, chosen: Sequence[str] = ()) -> list[Column]:
    """The columns of the table of a network, with paths instead of a tree."""
    rows = _inputs(root) + [_row(entry, entry.path, 0) for entry in entries if entry.kind != OPEN]
    return _columns(rows, Look(), PLAIN, root, True, chosen)


def _inputs(root: Module) -> list[Row]:
    named = zip(root.inputs, root.input_shapes, strict=True)
    return [Row(name, 0, "input", "", str(shape), None) for name, shape in named]


def _row(entry: Entry, name: str, level: int) -> Row:
    text = window(entry.node.layer) if type(entry.node) is Apply else ""
    output = "" if entry.kind == OPEN else shapes(entry.outputs)
    # a named group is no definition: its name would only stand twice
    op = "" if type(entry.node) is Instance and entry.node.module.kind == "group" else entry.op
    return Row(name, level, op, text, output, entry)


def _columns(
    rows: list[Row], look: Look, style: Style, root: Module, totals: bool, chosen: Sequence[str]
) -> list[Column]:
    """The chosen columns; else those that have something to say."""
    counted = [row.entry for row in rows if row.entry is not None and row.entry.kind != OPEN]
    end: tuple[Piece, ...] = (("", ""),) if totals else ()

    def column(title: str, cell: Callable[[Row], Piece], right: bool = False, last: str = "") -> Column:
        cells = tuple((shown(text, style), role) for text, role in map(cell, rows))
        return Column(shown(title, style), cells + (((shown(last, style), "strong"),) if totals else ()), right)

    parameters = sum(one.count * one.parameters for one in counted)
    macs = sum(one.count * one.macs for one in counted)
    said = look.macs or compact
    fields = _fields(rows, root)
    title = "parameters" if look.number is grouped else "params"
    made = {
        "layer": column("layer", lambda row: _name(row, look)),
        "operator": column("operator", lambda row: (_operator(row, look), "")),
        "input": column("input", lambda row: (_brief(_input(row), look), "")),
        "output": column("output", lambda row: (_brief(row.output, look), "")),
        "count": column("×", lambda row: (_count(row), ""), right=True),
        "parameters": column(title, lambda row: _parameters(row, look), True, look.number(parameters)),
        "macs": column("MACs", lambda row: (_macs(row, said), ""), True, said(macs)),
        "field": Column(look.field or "field", tuple((shown(cell, style), "") for cell in fields) + end),
        "stride": column("stride", _verdict),
    }
    if chosen:
        return [made[name] for name in chosen]
    verdicts = {one.worst.verdict for one in counted if one.worst is not None} - {"exact"}
    telling = {
        "operator": bool(look.op),
        "input": False,
        "count": any(entry.count > 1 for entry in counted),
        "macs": look.macs is not None,
        "field": bool(look.field) and any(fields),
        "stride": bool(verdicts) and (look.verdict or (look.lossy and "lossy" in verdicts)),
    }
    return [made[name] for name in COLUMNS if telling.get(name, True)]


def _input(row: Row) -> str:
    return shapes(row.entry.inputs) if row.entry is not None and row.entry.kind != OPEN else ""


def _brief(text: str, look: Look) -> str:
    """Shapes in little room: tight, and of several the first."""
    first, *more = text.split(", ")
    text = f"{first}, …" if look.first and more else text
    return text.replace(" × ", "×") if look.tight else text


def _name(row: Row, look: Look) -> Piece:
    name = row.name
    if not look.op and row.op and name != row.op:
        # numbers say nothing without their operator
        name = f"{name} {row.op}" if name[:1].isdigit() else name
    text = "  " * row.level + name
    if look.name and width(text) > look.name:
        text = text[: look.name - 1] + "…"
    return text, "strong" if row.entry is not None and row.entry.kind != LAYER else ""


def _operator(row: Row, look: Look) -> str:
    op = row.op if len(row.op) <= look.op else row.op[: look.op - 1] + "…"
    return f"{op} {row.window}" if look.window and row.window else op


def _count(row: Row) -> str:
    entry = row.entry
    return grouped(entry.count) if entry is not None and entry.count > 1 and entry.kind != OPEN else ""


def _parameters(row: Row, look: Look) -> Piece:
    entry = row.entry
    if entry is None or entry.kind == OPEN:
        return "", ""
    if entry.reused and entry.own:
        return "shared", "secondary"
    return (look.number(entry.count * entry.parameters), "") if entry.parameters else ("", "")


def _macs(row: Row, said: Callable[[int], str]) -> str:
    entry = row.entry
    if entry is None or entry.kind == OPEN:
        return ""
    if not entry.runs:
        return "in training" if entry.phase == TRAIN else "in evaluation"
    return said(entry.count * entry.macs) if entry.macs else ""


def _fields(rows: list[Row], root: Module) -> list[str]:
    """Sizes to the right, strides to the left of a line between them."""
    parts = [_field(row.entry, root) for row in rows]
    widest = max((len(size) for size, _ in parts), default=0)
    return [f"{size:>{widest}} {stride}".rstrip() for size, stride in parts]


def _field(entry: Entry | None, root: Module) -> tuple[str, str]:
    if entry is None or entry.kind == OPEN or not entry.runs:
        return "", ""
    return field_parts(next((seen for at, seen in entry.view.items() if root.input_shapes[at].spatial), None))


def _verdict(row: Row) -> Piece:
    if row.entry is None or row.entry.kind == OPEN:
        return "", ""
    text = verdict(row.entry.worst)
    return text, "warning" if text.startswith("lossy") else ""
