"""The labels of boxes, frames, edges and of the whole picture, in the HTML-like language of Graphviz.

Everything that comes from a spec goes through `escaped`: what means something in these labels is spelled as an entity,
line feeds are shown as signs, and backslashes are doubled: a single one makes `\\N` the name of the node.
"""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from math import ceil
from textwrap import wrap
from typing import TYPE_CHECKING

from archspec.core.report.visible import visible
from archspec.core.shape import Shape
from archspec.emit.diagram.describe import figure, shape_text
from archspec.emit.diagram.palette import BROKEN, COMBINE, LETTERS, MODULE, SIGNS, Paint, Theme
from archspec.emit.diagram.scene import Box, Edge, Figures, Frame, Scene, boxes, title
from archspec.emit.diagram.text_width import text_width

if TYPE_CHECKING:
    from archspec.emit.diagram.heat import Heat

SMALL, MEDIUM, LARGE, SIGN = 8.5, 10.0, 15.0, 13.0
LEGEND_COLUMNS = 5

KINDS: Mapping[str, str] = {
    "conv": "convolution", "linear": "linear", "attention": "attention", "recurrent": "recurrent",
    "pool": "pooling", "norm": "normalisation", "activation": "activation",
    "dropout": "dropout", "shape": "shape only", "resize": "resizing", "other": "other", MODULE: "closed module",
    BROKEN: "error",
}  # fmt: skip
_PHASES = {"train": "training only", "eval": "evaluation only"}
_ENTITIES = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;"), ("\\", "\\\\"))


def escaped(text: str) -> str:
    """Any text, to stand in a label as it is."""
    text = visible(text)
    for char, entity in _ENTITIES:
        text = text.replace(char, entity)
    return text


def wrapped(text: str, wide: int = 44) -> list[str]:
    """A sentence in lines of so many characters, its marks of code left out; what is long beyond reason is cut."""
    return wrap(text.replace("`", "").replace(" × ", "×"), wide, max_lines=4, placeholder=" …")


class Labels:
    """The labels under one theme. Each is the text between the outer angle brackets."""

    def __init__(self, theme: Theme, heat: "Heat | None" = None) -> None:
        if heat is not None:  # on a scale, letters and small print have the colour of text: it can be read on each step
            kinds = {kind: Paint(theme.ground, theme.text) for kind in theme.kinds}  # only the scale has colours
            theme = theme._replace(muted=theme.text, kinds=kinds)
        self.theme = theme
        self.heat = heat

    def network(self, scene: Scene) -> str:
        """The name of the network and its totals."""
        amounts = _joined((amount(scene.figures), flow(scene.inputs, scene.outputs)))
        name = self._font(f"<b>{escaped(scene.network)}</b>", LARGE)
        return _table((_cell(name), _cell(self._font(amounts, SMALL + 0.5, self.theme.muted))))

    def legend(self, scene: Scene) -> str:
        """The kinds of boxes that are there, and the notes."""
        kinds = {box.kind for box in boxes(scene.children)}
        cells: list[str] = []
        for kind in LETTERS:
            if kind in kinds:
                paint = self.theme.kinds[kind]
                cells.append(
                    f'<td border="1" color="{paint.stroke}" bgcolor="{paint.fill}" style="rounded" width="15">'
                    f"{self._letter(kind)}</td>{_cell(KINDS[kind])}"
                )
        if any(edge.skip for edge in scene.edges):
            cells.append(f'<td><font color="{self.theme.accent}"><b>⟶</b></font></td>{_cell("skip")}')
        if self.heat is not None:
            for step, end in zip(self.theme.heat, self.heat.ends, strict=True):
                square = f'<td border="1" color="{self.theme.text}" bgcolor="{step}" width="15"> </td>'
                cells.append(f"{square}{_cell(f'to {escaped(end)}')}")
        rows = [cells[at : at + LEGEND_COLUMNS] for at in range(0, len(cells), LEGEND_COLUMNS)]
        made = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
        key = f'<table border="0" cellspacing="3" cellpadding="1">{made}</table>' if made else ""
        notes = map(_cell, map(escaped, scene.notes))
        return _table((f"<td>{key}</td>" if key else "", *notes)) if made or scene.notes else ""

    def header(self, frame: Frame, phase: str) -> str:
        """What stands over the children of a frame. `phase` is that of the frame around."""
        return self._marked("▾&nbsp;", self._title(frame), self._summary(frame, phase))

    def box(self, box: Box, phase: str) -> str:
        """What stands in a layer's box or a closed module's. `phase` is that of the frame around."""
        words = " · ".join(map(escaped, box.words))
        if box.kind == COMBINE:
            if box.op in SIGNS:
                words = " · ".join([self._sign(box.op), *map(escaped, box.words[1:])])
            return self._font(words) if len(box.words) == 1 else _table((_cell(self._font(words)),))
        head = "&nbsp; ".join(part for part in (self._title(box), words) if part)
        small = self._summary(box, phase) if box.kind == MODULE else self._amounts(box, phase)
        if box.kind == BROKEN:
            return self._marked(f"{self._letter(box.kind)}&nbsp;", head, _lines(wrapped(box.fault)))
        return self._marked(f"{self._letter(box.kind)}&nbsp;", head, small)

    def port(self, box: Box) -> str:
        """The name of an input or an output."""
        return _table((_cell(self._font(f"<b>{escaped(box.name)}</b>")),))

    def edge(self, edge: Edge) -> str:
        """A shape, bold where it is new."""
        text = escaped(shape_text(edge.shape))
        if edge.bad:
            return self._font(f"<b>{edge.bad}</b>&nbsp; {text}", SMALL, self.theme.bad)
        bold = edge.changed and not edge.skip
        return self._font(f"<b>{text}</b>", SMALL) if bold else text

    # --- parts of labels

    def _title(self, child: Box | Frame) -> str:
        """The name in bold and what it is an instance of; a mere number stands back behind the rest."""
        name, rest = title(child)
        if name.replace("…", "").isdecimal():
            number = self._font(escaped(name), MEDIUM, self.theme.muted)
            return f"{number} <b>{escaped(rest)}</b>" if rest else number
        return _joined((f"<b>{escaped(name)}</b>" if name else "", escaped(rest)))

    def _summary(self, child: Box | Frame, phase: str) -> str:
        return _joined((self._amounts(child, phase), flow(child.inputs, child.outputs)))

    def _amounts(self, child: Box | Frame, phase: str) -> str:
        said = _PHASES[child.phase] if child.phase != phase and child.phase in _PHASES else ""
        heat = self.heat.words.get(child.id, "") if self.heat else ""
        return _joined((said, amount(child.figures, child.times) if child.figures else "", escaped(heat)))

    def _marked(self, mark: str, head: str, small: str) -> str:
        """A mark, and beside it a line, or a line and small print under it."""
        first = f'<td rowspan="{2 if small else 1}">{mark}</td>{_cell(self._font(head))}'
        second = f"<tr>{_cell(self._font(small, SMALL, self.theme.muted))}</tr>" if small else ""
        return f'<table border="0" cellspacing="0" cellpadding="1"><tr>{first}</tr>{second}</table>'

    def _letter(self, kind: str) -> str:
        return f'<font color="{self.theme.kinds[kind].stroke}"><b>{LETTERS[kind]}</b></font>'

    def _sign(self, op: str) -> str:
        return self._font(f"<b>{SIGNS[op]}</b>", SIGN, self.theme.kinds[COMBINE].stroke)

    def _font(self, text: str, size: float = MEDIUM, colour: str = "") -> str:
        return f'<font point-size="{size:g}" color="{colour or self.theme.text}">{text}</font>' if text else ""


def flow(inputs: tuple[Shape, ...], outputs: tuple[Shape, ...]) -> str:
    """`64×56×56 → 256×56×56`"""
    return escaped(" → ".join(", ".join(map(shape_text, side)) for side in (inputs, outputs) if side))


def amount(figures: Figures, number: int = 1) -> str:
    """`2 × 70.4k params · 2 × 218M MACs`; what is nothing is left out."""
    times = f"{number:,} × " if number != 1 else ""
    shared = "shared " if figures.shared else ""
    parameters = f"{times}{figure(figures.parameters)} {shared}params" if figures.parameters else ""
    return _joined((parameters, f"{times}{figure(figures.macs)} MACs" if figures.macs else ""))


def _cell(line: str) -> str:
    """A cell that a line fits in whatever fonts its reader has."""
    return f'<td align="left" width="{ceil(_width(line)) + 2}">{line}</td>'


def _width(label: str) -> float:
    """How wide a label is drawn at most, that of the longest of its lines."""
    sizes, bold, lines = [SMALL], False, [0.0]
    for tag, said in re.findall(r"(<[^>]*>)|([^<]+)", label):
        if said:
            lines[-1] += text_width(unescape(said), sizes[-1], bold)
        elif tag.startswith("<font"):
            size = re.search(r'point-size="([\d.]+)"', tag)
            sizes.append(float(size[1]) if size else sizes[-1])
        elif tag == "</font>":
            sizes.pop()
        elif tag.startswith("<br"):
            lines.append(0.0)
        else:
            bold = tag == "<b>"
    return max(lines)


def _table(rows: Iterable[str]) -> str:
    """Several lines, each as high as its own font."""
    cells = "".join(f"<tr>{row}</tr>" for row in rows if row)
    return f'<table border="0" cellspacing="0" cellpadding="0">{cells}</table>'


def _lines(texts: Iterable[str]) -> str:
    """Lines of small print below each other, flush left."""
    return "".join(f'{escaped(text)}<br align="left"/>' for text in texts)


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
