"""A scene as a flowchart in the language of Mermaid, which READMEs show as a picture.

Mermaid refuses texts of more than 50,000 characters and pictures of more than 500 edges: what is larger is folded.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from archspec.core.report.visible import visible
from archspec.emit.diagram.describe import shape_text
from archspec.emit.diagram.direct import direct
from archspec.emit.diagram.dot_labels import amount
from archspec.emit.diagram.palette import COMBINE, ENTRY, INPUT, LETTERS, OUTPUT, SIGNS, Theme
from archspec.emit.diagram.scene import Box, CannotDraw, Frame, Scene, boxes, is_conditional, title

MOST_EDGES = 500
MOST_CHARACTERS = 50_000
LONGEST = 160  # characters of one name or text

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,×→·…▾▸−")
_POINT = re.compile(r"\.(?=\S)")  # a point in a number; one with a space behind it may begin a list


def mermaid(scene_of: Callable[[int], Scene], most: int, theme: Theme, rankdir: str = "TB") -> str:
    """The text. `scene_of` gives the scene of at most so many boxes; smaller ones are asked for until one fits."""
    while True:
        scene = scene_of(most)
        edges = len(direct(scene))
        text = "\n".join(_Writer(scene, theme).lines(rankdir)) + "\n"
        if edges <= MOST_EDGES and len(text) < MOST_CHARACTERS:
            return text
        if most <= 1:
            raise CannotDraw(f"`{scene.network}` comes to more than {MOST_EDGES} edges, which Mermaid refuses")
        most = min(most, len(list(boxes(scene.children)))) * 3 // 4


def escaped(text: str) -> str:
    """Any text, to stand in a quoted label as it is: what may mean something to Mermaid, HTML or Markdown is spelled by
    its number."""
    text = visible(text)
    if len(text) > LONGEST:
        text = text[: LONGEST - 1] + "…"
    parts = _POINT.split(text)
    return ".".join("".join(char if char in _PLAIN else f"#{ord(char)};" for char in part) for part in parts)


class _Writer:
    def __init__(self, scene: Scene, theme: Theme) -> None:
        self.scene = scene
        self.theme = theme
        shown = (box for box in boxes(scene.children) if box.kind != ENTRY)
        self.names = {box.id: f"n{at}" for at, box in enumerate(shown)}
        self.frames = 0

    def lines(self, rankdir: str) -> Iterator[str]:
        scene = self.scene
        yield "---"
        yield f'title: "{_plain_title(_joined((scene.network, amount(scene.figures))))}"'
        yield "---"
        yield f"flowchart {rankdir}"
        for child in scene.children:
            yield from self._child(child, 1, "always")
        skips: list[str] = []
        bad: list[str] = []
        edges = direct(scene)
        for at, edge in enumerate(edges):
            arrow = "-.->" if is_conditional(edge) else "==>" if edge.skip else "-->"
            label = escaped(" ".join(part for part in (edge.bad, shape_text(edge.shape)) if part))
            yield f'    {self.names[edge.source]} {arrow}|"{label}"| {self.names[edge.target]}'
            if edge.bad:
                bad.append(str(at))
            elif edge.skip:
                skips.append(str(at))
        if bad:
            yield f"    linkStyle {','.join(bad)} stroke:{self.theme.bad},stroke-width:3px"
        if skips:
            yield f"    linkStyle {','.join(skips)} stroke:{self.theme.accent},stroke-width:2px"
        yield from self._classes()
        for at, note in enumerate(scene.notes, 1):
            yield f'    note{at}["{escaped(note)}"]'

    def _child(self, child: Box | Frame, depth: int, phase: str) -> Iterator[str]:
        indent = "    " * depth
        if type(child) is Box:
            if child.kind != ENTRY:
                yield f"{indent}{self.names[child.id]}{self._box(child, phase)}:::is_{child.kind}"
            return
        assert type(child) is Frame
        self.frames += 1
        head = _joined((*title(child), amount(child.figures, child.times), _mode(child, phase)))
        yield f'{indent}subgraph f{self.frames}["▾ {escaped(head)}"]'
        for inner in child.children:
            yield from self._child(inner, depth + 1, child.phase)
        yield f"{indent}end"

    def _box(self, box: Box, phase: str) -> str:
        """The form and the label of a box."""
        if box.kind in (INPUT, OUTPUT):
            return f'(["{escaped(box.name)}"])'
        if box.kind == COMBINE:
            sign = SIGNS.get(box.op)
            label = _joined((sign or "", *(box.words[1:] if sign else box.words)))
            return f'(("{escaped(label)}"))' if sign and len(box.words) == 1 else f'(["{escaped(label)}"])'
        head = " ".join((LETTERS[box.kind], *(part for part in title(box) if part)))
        words = " · ".join(part for part in (*box.words, box.fault.replace("`", "")) if part)
        parts = (head, words, _joined((amount(box.figures, box.times) if box.figures else "",
                                                       _mode(box, phase))))  # fmt: skip
        label = "<br/>".join(escaped(part) for part in parts if part)
        return f'["{label}"]'

    def _classes(self) -> Iterator[str]:
        if self.frames:
            theme = self.theme
            yield f"    classDef frame fill:{theme.frames[0]},stroke:{theme.frame},color:{theme.text}"
            yield f"    class {','.join(f'f{at}' for at in range(1, self.frames + 1))} frame"
        used = {box.kind for box in boxes(self.scene.children) if box.kind != ENTRY}
        for kind, paint in self.theme.kinds.items():
            if kind in used:
                yield f"    classDef is_{kind} fill:{paint.fill},stroke:{paint.stroke},color:{self.theme.text}"


def _mode(child: Box | Frame, phase: str) -> str:
    if child.phase == phase or not is_conditional(child):
        return ""
    return "training only" if child.phase == "train" else "evaluation only"


def _plain_title(text: str) -> str:
    """A title within a quoted text of YAML: Mermaid shows it as plain text."""
    return "".join(char if char.isalnum() or char in " _.,·-" else "?" for char in visible(text))


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
