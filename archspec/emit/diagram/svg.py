"""What makes an SVG drawing by Graphviz ours: titles that say what one points at, colours of the reader's theme.

Graphviz calls nodes by ids made of plain characters; the texts around them are its own. So this works on the text.
"""

import re
from html import escape, unescape

from archspec.core.report.visible import visible
from archspec.emit.diagram.describe import shape_text
from archspec.emit.diagram.dot import Names
from archspec.emit.diagram.palette import DARK, ENTRY, INPUT, LIGHT, OUTPUT, colours
from archspec.emit.diagram.scene import Box, Frame, Scene, boxes, frames


def finished(drawing: str, scene: Scene, follow_reader: bool) -> str:
    """The drawing with titles; with `follow_reader`, one in light colours turns dark for readers who prefer that."""
    drawing = re.sub(r"<!--.*?-->\n?|<!DOCTYPE.*?>\n?", "", drawing, flags=re.DOTALL)
    titles = _titles(scene)

    def retitled(match: re.Match[str]) -> str:
        lines = titles.get(unescape(match[1]))
        return f"<title>{escape(chr(10).join(map(visible, lines)))}</title>\n" if lines else ""

    drawing = _flowing(re.sub(r"<title>(.*?)</title>\n?", retitled, drawing))
    start = f'<svg role="img" aria-label="{escape(visible(scene.network))}"'
    drawing = drawing.replace("<svg", start, 1)
    if follow_reader:
        drawing = drawing.replace('<g id="graph0"', f'<style>{stylesheet()}</style>\n<g id="graph0"', 1)
    return drawing


_PIECE = r'<text [^>]*text-anchor="start"[^>]* y="([^"]*)"([^>]*)>([^<]*)</text>'


def _flowing(drawing: str) -> str:
    """The pieces of a line in one text: Graphviz places each as wide as its own font has made the one before it."""
    made: list[str] = []
    line = ""
    for element in drawing.split("\n"):
        match = re.fullmatch(_PIECE, element)
        y, font, said = match.groups() if match else ("", "", "")
        if y and y == line and said[:1] in (" ", "\xa0"):
            weight = "" if "font-weight" in font else ' font-weight="normal"'
            made[-1] = f"{made[-1].removesuffix('</text>')}<tspan{font}{weight}>{said}</tspan></text>"
        else:
            made.append(element)
        line = y
    return "\n".join(made)


def stylesheet() -> str:
    """Each light colour exchanged for the dark one in its place."""
    exchanged = {**dict(zip(colours(LIGHT), colours(DARK), strict=True)), "white": DARK.ground}
    rules = [f'[fill="{a}"]{{fill:{b}}}[stroke="{a}"]{{stroke:{b}}}' for a, b in exchanged.items()]
    return f"@media (prefers-color-scheme:dark){{{''.join(rules)}}}"


def _titles(scene: Scene) -> dict[str, list[str]]:
    """By Graphviz's titles, the lines that take their places."""
    names = Names(scene)
    titles = {"network": [scene.network]}
    for frame in frames(scene.children):
        titles[names.frames[frame.id]] = [frame.id, *_facts(frame)]
    places = {box.id: box.id for box in boxes(scene.children)}
    for box in boxes(scene.children):
        lines = [f"{path}: {operator}" for path, operator in box.layers] or [box.id]
        if box.kind in (INPUT, OUTPUT):
            lines = [f"{box.kind} {box.name}"]
        elif box.kind == ENTRY:
            places[box.id] = box.id.removesuffix(".in")
            lines = [places[box.id]]
        titles[names.boxes[box.id]] = [*lines, box.fault] if box.fault else lines + _facts(box)
    for edge, name in names.shapes.items():
        titles[name] = [f"{places[edge.source]} → {places[edge.target]}: {shape_text(edge.shape)}"]
    return titles


def _facts(child: Box | Frame) -> list[str]:
    """The shapes and the exact figures."""
    shapes = [", ".join(map(shape_text, side)) for side in (child.inputs, child.outputs)]
    lines = [" → ".join(shapes) if shapes[0] else shapes[1]]
    if child.figures is not None:
        times = f", each of {child.times:,}" if child.times != 1 else ""
        lines.append(f"{child.figures.parameters:,} parameters, {child.figures.macs:,} MACs{times}")
    return lines
