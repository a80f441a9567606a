"""A receptive field in characters: a bar for each layer at which it grew."""

from collections.abc import Iterator

from archspec.core.report.style import Style
from archspec.core.report.visible import prose, visible, width, wrap
from archspec.emit.diagram.describe import shape_text
from archspec.emit.diagram.field import FieldPicture
from archspec.emit.diagram.svg_shapes import end_of
from archspec.emit.figures import grouped


def field_text(picture: FieldPicture, style: Style) -> str:
    """The chart, in the characters and columns of a style."""
    return "\n".join(_lines(picture, style)) + "\n"


def _lines(picture: FieldPicture, style: Style) -> Iterator[str]:
    def plain(said: str) -> str:
        return visible(said) if style.unicode else prose(said.replace("×", "x").replace("…", "~"), unicode=False)

    yield style.paint(plain(f"{picture.path} of {picture.network}"), "strong")
    for window in picture.windows:
        yield from wrap(plain(f"a unit of {shape_text(picture.output)} sees {window.words}"), style.width)
        if window.passes:
            yield plain(f"which is larger than {window.name}: the rest is padding")
    yield ""
    most = max([picture.whole, *(one.size for one in picture.steps)])
    labels = [plain(end_of(f"{one.path}{f' ×{one.times:,}' if one.times > 1 else ''}", 40)) for one in picture.steps]
    margin = max(map(width, labels), default=0) + 2
    figures = ["all" if one.all else grouped(one.size) for one in picture.steps]
    mark = "  passes the input"
    room = max(style.width - margin - max(map(len, figures), default=0) - len(mark) - 2, 8)
    whole = picture.whole * room // most
    inside, past, line = ("█", "▒", "│") if style.unicode else ("#", "%", "|")
    for label, said, step in zip(labels, figures, picture.steps, strict=True):
        size = room if step.all else max(step.size * room // most, 1)
        bar = (past if step.all or step.size > picture.whole else inside) * size
        bar = bar if size > whole else bar.ljust(whole) + line
        end = mark if step is picture.passing and not step.all else ""
        yield f"{label}{' ' * (margin - width(label))}{bar} {said}{end}".rstrip()
    yield f"{' ' * (margin + whole)}{line} {plain(f'input {grouped(picture.whole)} px')}"
