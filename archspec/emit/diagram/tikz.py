"""The figure of volumes as a LaTeX document of one TikZ picture, for `pdflatex` or to `\\input` its picture.

It takes only what TeX distributions have: the class `standalone` and TikZ.
"""

from collections.abc import Iterator

from archspec.core.report.visible import visible
from archspec.emit.diagram.dot_labels import amount
from archspec.emit.diagram.palette import COMBINE, Theme
from archspec.emit.diagram.volumes import MARGIN, SLANT, Figure, Volume

# What means something in TeX, and the characters that figures hold and older fonts lack.
_SPELLED = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", '"': r"\textquotedbl{}", "'": r"\textquotesingle{}", "`": r"\textasciigrave{}",
    "×": r"$\times$", "·": r"$\cdot$", "…": r"\ldots{}", "→": r"$\rightarrow$", "−": r"$-$", "+": "+", "-": "{-}",
    "▸": r"$\triangleright$", "↻": r"$\circlearrowright$", "ƒ": r"$f$", "!": "!",
}  # fmt: skip


def escaped(text: str) -> str:
    """Any text, to stand in a node as it is; characters beyond ASCII by their numbers."""
    made = []
    for char in visible(text):
        if char in _SPELLED:
            made.append(_SPELLED[char])
        else:
            made.append(char if char.isascii() and char.isprintable() else f"U+{ord(char):04X}")
    return "".join(made)


def tikz(figure: Figure, theme: Theme) -> str:
    """The document."""
    return "\n".join(_lines(figure, theme)) + "\n"


def _lines(figure: Figure, theme: Theme) -> Iterator[str]:
    kinds = sorted({one.kind for one in figure.volumes} | {COMBINE})
    yield r"\documentclass[tikz,border=6pt]{standalone}"
    yield r"\usepackage[T1]{fontenc}"
    yield r"\usepackage{textcomp,amssymb}"
    yield r"\renewcommand{\familydefault}{\sfdefault}"
    lines = ("text", theme.text), ("muted", theme.muted), ("edge", theme.edge), ("skip", theme.accent)
    for name, colour in (*lines, ("bad", theme.bad), ("ground", theme.ground)):
        yield _colour(name, colour)
    for kind in kinds:
        yield _colour(f"{kind}fill", theme.kinds[kind].fill)
        yield _colour(f"{kind}line", theme.kinds[kind].stroke)
    yield r"\begin{document}"
    yield r"\begin{tikzpicture}[x=0.75pt,y=-0.75pt,line join=round,>=stealth,"
    yield r"    every node/.style={inner sep=0pt,font=\tiny}]"
    yield _node(MARGIN, 28, figure.scene.network, r"anchor=base west,font=\bfseries", "archtext")
    yield _node(MARGIN, 44, amount(figure.scene.figures), r"anchor=base west,font=\scriptsize", "archmuted")
    for arc in figure.arcs:
        colour = "archbad" if arc.bad else "archskip" if arc.skip else "archedge"
        controls = f"{_at(arc.start[0], arc.high)} and {_at(arc.end[0], arc.high)}"
        yield rf"\draw[{colour},line width=0.9pt,->] {_at(*arc.start)} .. controls {controls} .. {_at(*arc.end)};"
    for arrow in figure.arrows:
        colour = "archbad" if arrow.bad else "archedge"
        yield rf"\draw[{colour},->] {_at(arrow.start + 2, figure.middle)} -- {_at(arrow.end - 2, figure.middle)};"
    for volume in figure.volumes:
        yield from _ball(volume) if volume.sign else _volume(volume)
        yield from _names(volume, figure.floor)
    for arc in (one for one in figure.arcs if one.label):
        x, y = arc.peak
        colour = "archbad" if arc.bad else "archskip" if arc.skip else "archmuted"
        yield _node(x, y - 3, arc.label, "anchor=base,fill=archground", colour)
    for one in figure.brackets:
        ends = (one.start, one.y - 5), (one.start, one.y), (one.end, one.y), (one.end, one.y - 5)
        yield rf"\draw[archmuted] {' -- '.join(_at(*end) for end in ends)};"
        yield _node(
            (one.start + one.end) / 2, one.y + 12, one.label, r"anchor=base,font=\scriptsize\bfseries", "archtext"
        )
    for at, note in enumerate(figure.notes):
        yield _node(MARGIN, figure.legend + 15 * at, note, "anchor=base west", "archmuted")
    yield r"\end{tikzpicture}"
    yield r"\end{document}"


def _volume(one: Volume) -> Iterator[str]:
    """Front, top and side; the letter of its kind above."""
    fill, line = f"arch{one.kind}fill", f"arch{one.kind}line"
    left, right, low, high, back = one.x, one.x + one.w, one.y, one.y - one.h, one.d
    top = (left, high), (left + back, high - back), (right + back, high - back), (right, high)
    side = (right, high), (right + back, high - back), (right + back, low - back), (right, low)
    front = (left, high), (right, high), (right, low), (left, low)
    for face, paint in ((top, f"{line}!16!archground"), (side, f"{line}!30!archground"), (front, fill)):
        yield rf"\filldraw[fill={paint},draw={line}] {' -- '.join(_at(*corner) for corner in face)} -- cycle;"
    if one.letter:
        place = left + (one.w + back) / 2, high - back - 4
        yield _node(*place, one.letter, r"anchor=base,font=\scriptsize\bfseries", line)


def _ball(one: Volume) -> Iterator[str]:
    x, y = one.x + one.w / 2, one.y - one.h / 2
    paint = f"fill=arch{COMBINE}fill,draw=arch{COMBINE}line"
    yield rf"\filldraw[{paint}] {_at(x, y)} circle[radius={one.w / 2 * 0.75:.2f}pt];"
    yield _node(x, y, one.sign, r"font=\small\bfseries", f"arch{COMBINE}line")


def _names(one: Volume, floor: float) -> Iterator[str]:
    x = one.x + one.w / 2
    slanted = f"anchor=north west,rotate={-SLANT},align=left"
    first = rf"\textcolor{{archtext}}{{\textbf{{{escaped(one.names[0])}}}}}"
    second = rf"\textcolor{{archmuted}}{{{escaped(one.names[1])}}}"
    yield rf"\node[{slanted}] at {_at(x, floor - 6)} {{{first}\\{second}}};"


def _node(x: float, y: float, said: str, options: str, colour: str) -> str:
    return rf"\node[{options},text={colour}] at {_at(x, y)} {{{escaped(said)}}};"


def _at(x: float, y: float) -> str:
    return f"({x:.2f},{y:.2f})"


def _colour(name: str, colour: str) -> str:
    return rf"\definecolor{{arch{name}}}{{HTML}}{{{colour.removeprefix('#').upper()}}}"
