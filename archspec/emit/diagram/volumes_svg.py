"""The figure of volumes as SVG."""

from archspec.emit.diagram.dot_labels import KINDS, amount
from archspec.emit.diagram.palette import COMBINE, LETTERS, Theme
from archspec.emit.diagram.svg_shapes import Drawing, number
from archspec.emit.diagram.text_width import text_width
from archspec.emit.diagram.volumes import LABEL, MARGIN, SLANT, Figure, Volume

SCALE_NOTE = "Edges grow with the square root of sizes: fronts with height and channels, depth with width."


def volumes_svg(figure: Figure, theme: Theme, follow_reader: bool) -> str:
    """The text of the drawing."""
    draw = Drawing(theme)
    scene = figure.scene
    draw.text(MARGIN, 28, scene.network, 15, bold=True)
    draw.text(MARGIN, 44, amount(scene.figures), 10, theme.muted)
    for arc in figure.arcs:
        (x0, y0), (x1, y1), y = arc.start, arc.end, arc.high
        colour = theme.bad if arc.bad else theme.accent if arc.skip else theme.edge
        ends = number(x0), number(x1), number(y)
        path = f"M{ends[0]},{number(y0)}C{ends[0]},{ends[2]} {ends[1]},{ends[2]} {ends[1]},{number(y1 - 4)}"
        draw.path(path, colour, ' stroke-width="1.4"')
        draw.polygon([(x1 - 3, y1 - 6), (x1, y1), (x1 + 3, y1 - 6)], colour, colour)
    for arrow in figure.arrows:
        start, end, y = arrow.start + 2, arrow.end - 2, figure.middle
        colour = theme.bad if arrow.bad else theme.edge
        draw.path(f"M{number(start)},{number(y)}H{number(end - 4)}", colour)
        draw.polygon([(end - 6, y - 3), (end, y), (end - 6, y + 3)], colour, colour)
    for volume in figure.volumes:
        draw.open(f"{volume.id}: {volume.names[1]}")
        _ball(draw, volume) if volume.sign else _volume(draw, volume)
        _names(draw, volume, figure.floor)
        draw.close()
    for arc in (one for one in figure.arcs if one.label):
        x, y = arc.peak
        colour = theme.bad if arc.bad else theme.accent if arc.skip else theme.muted
        draw.text(x, y - 3, arc.label, LABEL, colour, "middle", halo=True)
    for bracket in figure.brackets:
        line = f"M{number(bracket.start)},{number(bracket.y - 5)}v5H{number(bracket.end)}v-5"
        draw.path(line, theme.muted)
        draw.text((bracket.start + bracket.end) / 2, bracket.y + 12, bracket.label, 10, anchor="middle", bold=True)
    width, height = _legend(draw, figure)
    return draw.written(max(width, figure.width), height, f"{scene.network}, as volumes", follow_reader)


def _volume(draw: Drawing, one: Volume) -> None:
    """Front, top and side; the letter of its kind above."""
    paint, ground = draw.theme.kinds[one.kind], draw.theme.ground
    left, right, low, high, back = one.x, one.x + one.w, one.y, one.y - one.h, one.d
    top = [(left, high), (left + back, high - back), (right + back, high - back), (right, high)]
    side = [(right, high), (right + back, high - back), (right + back, low - back), (right, low)]
    for face, shade in ((top, "0.16"), (side, "0.3")):
        draw.polygon(face, ground, paint.stroke)
        draw.polygon(face, paint.stroke, paint.stroke, f' fill-opacity="{shade}"')
    draw.rect(left, high, one.w, one.h, paint.fill, paint.stroke)
    if one.letter:
        draw.text(
            left + (one.w + back) / 2, high - back - 4, one.letter, 10, paint.stroke, "middle", bold=True, halo=True
        )


def _ball(draw: Drawing, one: Volume) -> None:
    paint = draw.theme.kinds[COMBINE]
    x, y, r = one.x + one.w / 2, one.y - one.h / 2, one.w / 2
    draw.add(f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(r)}" fill="{paint.fill}" stroke="{paint.stroke}"/>')
    draw.text(x, y + 4.5, one.sign, 13, paint.stroke, "middle", bold=True)


def _names(draw: Drawing, one: Volume, floor: float) -> None:
    """Two lines, slanted so that they find room under a narrow volume."""
    x, y = one.x + one.w / 2, floor
    draw.add(f'<g transform="rotate({SLANT} {number(x)} {number(y)})">')
    draw.text(x, y, one.names[0], 10, bold=True)
    draw.text(x, y + 11, one.names[1], 9, draw.theme.muted)
    draw.close()


def _legend(draw: Drawing, figure: Figure) -> tuple[float, float]:
    """The kinds that are there, the notes and the scale; returns how wide it is and where it ends."""
    theme, x, y = draw.theme, MARGIN, figure.legend
    there = {one.kind for one in figure.volumes}
    for kind in (one for one in LETTERS if one in there):
        paint = theme.kinds[kind]
        draw.rect(x, y - 10, 13, 13, paint.fill, paint.stroke)
        draw.text(x + 6.5, y, LETTERS[kind], 9, paint.stroke, "middle", bold=True)
        draw.text(x + 18, y, KINDS[kind], 10, theme.muted)
        x += 30 + text_width(KINDS[kind], 10)
    right = x
    for note in (*figure.notes, SCALE_NOTE):
        y += 15
        draw.text(MARGIN, y, note, 9, theme.muted)
        right = max(right, MARGIN + text_width(note, 9))
    return right, y + 14
