"""An estimate as Markdown, for a page, and as comma-separated values, for a spreadsheet."""

from archspec.analysis.estimate.setting import Figures, Setting
from archspec.analysis.estimate.totals import estimate
from archspec.core.report.style import PLAIN
from archspec.design import Module
from archspec.emit.estimate.table import bound_of, lines, table
from archspec.emit.estimate.words import MEMORY_NOTE, NOTE, facts_of
from archspec.emit.summary.formats import page_of, separated

HEADER = (
    "path", "operator", "count", "parameter_bytes", "gradient_bytes", "optimizer_bytes", "buffer_bytes",
    "activation_bytes", "forward_flops", "backward_flops", "moved_bytes", "forward_seconds", "backward_seconds",
    "bound",
)  # fmt: skip


def as_markdown(root: Module, spec: str, setting: Setting, depth: int | None = None, by: str = "") -> str:
    """A table and a list of the totals; a row speaks of all the equal layers it stands for."""
    found = estimate(root, setting)
    columns = table(lines(root, setting, depth, by, paths=True), found, by, PLAIN)
    note = NOTE if setting.device else MEMORY_NOTE
    return page_of(root, spec, columns, facts_of(found)) + f"\n{note}\n"


def as_csv(root: Module, setting: Setting, depth: int | None = None, by: str = "") -> str:
    """A header and a line for each row; figures are those of all equal layers together, in bytes and seconds."""
    header = (by, *HEADER[2:]) if by else HEADER
    made = []
    for one in lines(root, setting, depth, by, paths=True):
        assert one.figures is not None
        made.append([one.name, *([] if by else [one.op]), one.count, *_cells(one.figures, setting)])
    return separated(header, made)


def _cells(figures: Figures, setting: Setting) -> list[str | int]:
    train, timed = setting.train, setting.device is not None
    return [
        figures.parameters * setting.weight,
        figures.parameters * setting.weight if train else 0,
        figures.parameters * setting.state if train else 0,
        figures.buffers, figures.kept, figures.forward_flops, figures.backward_flops, figures.moved,
        f"{figures.forward:.6g}" if timed else "", f"{figures.backward:.6g}" if timed else "",
        bound_of(figures),
    ]  # fmt: skip
