"""A receptive field as a drawing: the window on each input, and a bar for each layer at which it grew."""

from archspec.emit.diagram.describe import shape_text
from archspec.emit.diagram.field import FieldPicture, Window
from archspec.emit.diagram.palette import CONV, Theme
from archspec.emit.diagram.svg_shapes import Drawing, end_of, number
from archspec.emit.diagram.text_width import text_width
from archspec.emit.figures import grouped

MARGIN, PANEL, BAR, ROW = 20, 240, 300, 18
LONGEST = 44  # characters of a path


def field_svg(picture: FieldPicture, theme: Theme, follow_reader: bool) -> str:
    """The text of the drawing."""
    draw = Drawing(theme)
    draw.text(MARGIN, 30, f"{picture.path} of {picture.network}", 15, bold=True)
    y = 48.0
    for window in picture.windows:
        draw.text(MARGIN, y, f"a unit of {shape_text(picture.output)} sees {window.words}", 11, theme.muted)
        y += 15
    top = y + 14
    bottom = top
    for window in picture.windows:
        bottom = _window(draw, window, bottom) + 26
    x = MARGIN + PANEL + 40
    end, right = _chart(draw, picture, x, top)
    return draw.written(
        right + MARGIN, max(bottom, end) + MARGIN - 8, f"receptive field of {picture.path}", follow_reader
    )


def _window(draw: Drawing, window: Window, top: float) -> float:
    """The input to scale with the window of the middle unit; returns where it ends."""
    theme = draw.theme
    flat = len(window.sizes) == 1
    high, wide_ = (1, window.sizes[0]) if flat else window.sizes[-2:]
    rows, columns = (None, window.axes[0]) if flat else window.axes[-2:]
    left, right = (columns.low, columns.high + 1) if columns else (0, wide_)
    upper, lower = (rows.low, rows.high + 1) if rows else (0, high)
    spread = max(right, wide_) - min(left, 0), max(lower, high) - min(upper, 0)
    k = min(PANEL / spread[0], (PANEL if not flat else 1e9) / spread[1])
    up = 22 / k if flat else 1.0  # what has one axis is drawn as a band
    x, y = MARGIN - min(left, 0) * k, top + 16 - min(upper, 0) * k
    draw.text(MARGIN, top + 4, f"{window.name} {' × '.join(map(grouped, window.sizes))}", 11, bold=True)
    kept = max(left, 0), max(upper, 0), min(right, wide_), min(lower, high)
    draw.rect(x, y, wide_ * k, high * k * up, theme.frames[0], theme.edge)
    inside = max((kept[2] - kept[0]) * k, 1.5), max((kept[3] - kept[1]) * k, 1.5) * up
    draw.rect(x + kept[0] * k, y + kept[1] * k, *inside, theme.accent, theme.accent, ' fill-opacity="0.25"')
    whole = (right - left) * k, (lower - upper) * k * up
    draw.rect(x + left * k, y + upper * k, max(whole[0], 1.5), max(whole[1], 1.5), "none", theme.accent, _DASHED)
    end = top + 16 + spread[1] * k * up
    if (left, upper) < (0, 0) or right > wide_ or lower > high:
        draw.text(MARGIN, end + 14, "dashed: beyond the input it is padding", 10, theme.muted)
        end += 14
    return end


_DASHED = ' stroke-width="1.5" stroke-dasharray="5 3"'


def _chart(draw: Drawing, picture: FieldPicture, x: float, top: float) -> tuple[float, float]:
    """A bar for each step; returns where the chart ends, down and to the right."""
    theme, whole, passing = draw.theme, picture.whole, picture.passing
    most = max([whole, *(one.size for one in picture.steps)])
    labels = [end_of(f"{one.path}{f' ×{one.times:,}' if one.times > 1 else ''}", LONGEST) for one in picture.steps]
    start = x + max([*(text_width(one, 11, bold=True) for one in labels), 60]) + 10
    draw.text(x, top + 4, "grows along", 11, bold=True)
    line = start + whole * BAR / most
    anchor = "end" if line > start + BAR * 0.6 else "start"
    draw.text(line, top + 4, f"input {grouped(whole)} px", 11, theme.text, anchor)
    y = top + 14
    below = y + ROW * len(picture.steps)
    draw.path(f"M{number(line)},{number(top + 10)}V{number(below)}", theme.text, ' stroke-width="1.2"')
    ends = [start + BAR]
    for label, step in zip(labels, picture.steps, strict=True):
        size = BAR if step.all else step.size * BAR / most
        past = step.all or step.size > whole
        paint = theme.kinds[CONV]
        draw.open(f"{step.path}{f': {step.op}' if step.op else ''} sees {'all' if step.all else f'{step.size:,} px'}")
        draw.text(start - 8, y + 11, label, 11, anchor="end", bold=step is passing)
        if past:
            draw.rect(start, y + 2, size, ROW - 6, theme.header, theme.accent, _DASHED)
        else:
            draw.rect(start, y + 2, max(size, 1.5), ROW - 6, paint.fill, paint.stroke)
        said = "all" if step.all else grouped(step.size)
        said += "  ◂ passes the input" if step is passing and not step.all else ""
        at = start + size + 6
        if at - 3 < line < at + text_width(said, 10) + 3:
            at = line + 6  # not across the line
        draw.text(at, y + 11, said, 10, bold=step is passing)
        draw.close()
        ends.append(at + text_width(said, 10, bold=step is passing))
        y += ROW
    note = f"no layer sees more than the {grouped(whole)} pixels of the input" if passing is None else ""
    if passing is not None and passing.all:
        note = f"from {passing.path} on, all of the input is seen"
    if note:
        draw.text(x, y + 16, note, 10, theme.muted)
        ends.append(x + text_width(note, 10))
        y += 16
    return y, max(ends)
