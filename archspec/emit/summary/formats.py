"""The summary of a network as Markdown, for a page, and as comma-separated values, for a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

from archspec.analysis.outline import OPEN, Entry, outline
from archspec.analysis.receptive_field import Seen
from archspec.analysis.worst_stride import gravest
from archspec.core.report.visible import visible
from archspec.core.shape import Shape
from archspec.design import Module
from archspec.emit.columns import Column
from archspec.emit.figures import along
from archspec.emit.summary.table import paths_table
from archspec.emit.summary.totals import totals

HEADER = (
    "path", "operator", "inputs", "outputs", "count", "parameters", "macs", "receptive_field", "receptive_stride",
    "verdict", "remainder", "unread", "file", "line",
)  # fmt: skip


def as_markdown(
    root: Module, spec: str, mode: str = "eval", depth: int | None = None, chosen: Sequence[str] = ()
) -> str:
    """A table and a list of the totals. As on a terminal, a row speaks of all the equal layers it stands for."""
    columns = paths_table(list(outline(root, mode, depth, fold_idle=True)), root, chosen)
    return page(root, spec, mode, columns)


def page(root: Module, spec: str, mode: str, columns: Sequence[Column]) -> str:
    """A table between the name of the network and its totals."""
    return page_of(root, spec, columns, totals(root, mode))


def page_of(root: Module, spec: str, columns: Sequence[Column], facts: Sequence[tuple[str, str]]) -> str:
    """A table between the name of the network and what is said of it."""
    lines = [f"**{_escaped(root.name)}** ({_escaped(spec)})", ""]
    if root.docs.strip():
        lines += [_escaped(root.docs.strip().splitlines()[0]), ""]
    lines.append(_cells([column.title for column in columns]))
    lines.append(_cells(["---:" if column.right else "---" for column in columns]))
    lines += [_cells([_escaped(text) for text, _ in row]) for row in zip(*(one.cells for one in columns), strict=True)]
    lines += ["", *(f"- {name}: {_escaped(said)}" for name, said in facts)]
    return "\n".join(lines) + "\n"


def _cells(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(text: str) -> str:
    """A text that Markdown shows as it is."""
    shown = re.sub(r"([\\`*\[\]<>|&#~])", r"\\\1", visible(text.strip()))
    return re.sub(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", r"\\_", shown)


def as_csv(root: Module, mode: str = "eval", depth: int | None = None, chosen: Sequence[str] = HEADER) -> str:
    """A header and a line for each layer or folded block; figures are those of one of the `count` equal ones."""
    rows = (_line(root, entry) for entry in outline(root, mode, depth) if entry.kind != OPEN)
    at = [HEADER.index(name) for name in chosen]
    return separated(chosen, ([row[one] for one in at] for row in rows))


def separated(header: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    made = io.StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([inert(str(cell)) for cell in row] for row in rows)
    return made.getvalue()


def _line(root: Module, entry: Entry) -> list[str | int]:
    seen = next((seen for at, seen in entry.view.items() if root.input_shapes[at].spatial), None)
    worst = gravest(entry.verdicts or ())
    verdict: list[str | int] = ["", "", ""] if worst is None else [worst.verdict, worst.remainder, worst.unread]
    return [
        entry.path, entry.op, _sizes(entry.inputs), _sizes(entry.outputs), entry.count, entry.parameters, entry.macs,
        *_field(seen), *verdict, entry.span.source.name, entry.span.line,
    ]  # fmt: skip


def _field(seen: Seen | None) -> tuple[str, str]:
    """Size and stride in pixels, where axes differ as `11x5`; `all` and nothing where the field is global."""
    if seen is None or all(field is None for field in seen.fields):
        return "all" if seen else "", ""
    sizes = ["all" if field is None else str(field.size) for field in seen.fields]
    steps = ["" if field is None else f"{float(field.stride):.6g}" for field in seen.fields]
    return along(sizes, "x"), along(steps, "x")


def _sizes(shapes: tuple[Shape, ...]) -> str:
    return " ".join("x".join(str(int(size)) for size in shape.sizes) for shape in shapes)


def inert(cell: str) -> str:
    """What a spreadsheet does not take for a formula."""
    cell = visible(cell)
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell
