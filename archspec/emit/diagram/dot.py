"""A scene as text in the DOT language of Graphviz.

Nodes and edges are written in the order of the spec: `dot` keeps branches in that order unless another one saves
crossings. (Its attribute `ordering=out` does nothing within clusters.)
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from archspec.design import ALWAYS
from archspec.emit.diagram.dot_labels import MEDIUM, SMALL, Labels
from archspec.emit.diagram.palette import COMBINE, ENTRY, INPUT, LIGHT, OUTPUT, SIGNS, Theme
from archspec.emit.diagram.scene import Box, Edge, Frame, Scene, boxes, frames, is_conditional
from archspec.emit.diagram.ushape import u_shape

if TYPE_CHECKING:
    from archspec.emit.diagram.heat import Heat

_PORTS = {"TB": ("n", "s"), "BT": ("s", "n"), "LR": ("w", "e"), "RL": ("e", "w")}  # where edges enter and leave
Item = TypeVar("Item")

DIRECTIONS = tuple(_PORTS)

_STRAIGHT, _BRANCH, _LIGHT, _FREE = 500, 3, 1, 0  # weights of edges; frames pull with more than 100 to be narrow
FONT = "Helvetica"


def dot(
    scene: Scene, theme: Theme = LIGHT, rankdir: str = "TB", dpi: int | None = None, heat: "Heat | None" = None
) -> str:
    """The text. `dpi` matters to bitmaps only."""
    return "\n".join(_Writer(scene, theme, rankdir, heat).lines(dpi)) + "\n"


class Names:
    """What boxes, frames and the shapes on edges are called in DOT: ids in characters that mean nothing there."""

    def __init__(self, scene: Scene) -> None:
        self.boxes: dict[str, str] = {}
        self.frames = {frame.id: f"cluster_{at}" for at, frame in enumerate(frames(scene.children), 1)}
        taken: set[str] = set()
        for box in boxes(scene.children):
            plain = re.sub(r"[^A-Za-z0-9_.:-]", "_", box.id)
            name, number = plain, 1
            while name in taken:
                number += 1
                name = f"{plain}_{number}"
            taken.add(name)
            self.boxes[box.id] = name
        self.shapes = {edge: f"shape_{at}" for at, edge in enumerate(scene.edges, 1)}


class _Writer:
    def __init__(self, scene: Scene, theme: Theme, rankdir: str, heat: "Heat | None") -> None:
        self.heat = heat
        self.scene = scene
        self.theme = theme
        self.rankdir = rankdir
        self.labels = Labels(theme, heat)
        self.names = Names(scene)
        self.u = u_shape(scene) if rankdir == "TB" else None
        entries = {box.id for box in boxes(scene.children) if box.kind == ENTRY}
        self.entries = {edge.target: edge.skip for edge in scene.edges if edge.target in entries}  # are they skips?
        self.on_trunk = {edge.target for edge in scene.edges if edge.trunk}
        self.within = _by_frame(scene)
        self.leaving = Counter(edge.source for edge in scene.edges)
        self.entering = Counter(edge.target for edge in scene.edges)

    def lines(self, dpi: int | None) -> Iterator[str]:
        theme = self.theme
        font = {"fontname": f'"{FONT}"', "fontsize": f"{SMALL:g}", "fontcolor": f'"{theme.muted}"'}
        whole = {
            "rankdir": self.rankdir,
            "nodesep": "0.22",
            "ranksep": "0.16",
            "pad": "0.1",
            "bgcolor": f'"{theme.ground}"',
            **font,
            "labelloc": "b",
            "label": f"<{legend}>" if (legend := self.labels.legend(self.scene)) else '""',
        }
        if self.u is not None:
            whole |= {"newrank": "true", "nodesep": "0.4"}
        if dpi is not None:
            whole["dpi"] = str(dpi)
        box = {
            "shape": "box", "style": '"rounded,filled"', "margin": '"0.08,0.035"', "width": "0", "height": "0",
            "penwidth": "1", **font, "fontsize": f"{MEDIUM:g}", "fontcolor": f'"{theme.text}"',
        }  # fmt: skip
        edge = {"color": f'"{theme.edge}"', "arrowsize": "0.55", "penwidth": "1", **font}
        title = {
            "peripheries": "0", "labelloc": "t", "labeljust": "l", "margin": "6",
            "label": f"<{self.labels.network(self.scene)}>",
        }  # fmt: skip
        yield "digraph network {"
        yield f"    graph {_attributes(whole)}"
        yield f"    node {_attributes(box)}"
        yield f"    edge {_attributes(edge)}"
        yield "    subgraph cluster_network {"
        yield f"        graph {_attributes(title)}"
        for child in self._ordered(self.scene.children):
            yield from self._child(child, 0, ALWAYS)
        yield from self._edges("", 2)
        for level in self.u.levels if self.u else ():
            ends = self._name(level.source), self.names.shapes[level], self._name(level.target)
            yield f"        {{ rank=same; {'; '.join(ends)} }}"
        yield "    }"
        yield "}"

    def _child(self, child: Box | Frame, depth: int, phase: str) -> Iterator[str]:
        indent = "    " * (depth + 2)
        if type(child) is Box:
            yield f"{indent}{self._name(child.id)} {_attributes(self._box(child, phase))}"
            return
        assert type(child) is Frame
        entries = [inner for inner in child.children if type(inner) is Box and inner.kind == ENTRY]
        header = f"<{self.labels.header(child, phase)}>"
        # one carries the header, clear of the edges: that on the longest way, the topmost
        first = max(entries, key=lambda one: one.id in self.on_trunk, default=None)
        label = header if first is None else '""'
        yield f"{indent}subgraph {self.names.frames[child.id]} {{"
        yield f"{indent}    graph {_attributes(self._frame(child, depth, label))}"
        for inner in self._ordered(child.children):
            if inner is first:
                colours = {"color": f'"{self.theme.frame}"', "fillcolor": f'"{self.theme.header}"'}
                yield f"{indent}    {self._name(first.id)} {_attributes({**colours, 'label': header})}"
            else:
                yield from self._child(inner, depth + 1, child.phase)
        yield from self._edges(child.id, depth + 3)
        if first is not None:
            yield from (f"{indent}    {edge}" for edge in self._below(first, child))
        yield f"{indent}}}"

    def _below(self, header: Box, frame: Frame) -> Iterator[str]:
        """Edges that are not seen: they keep below the header what nothing else would."""
        for inner in frame.children:
            if type(inner) is Box and inner is not header and (inner.kind == ENTRY or not self.entering[inner.id]):
                unseen = _attributes({"style": "invis", "weight": "0"})
                yield f"{self._name(header.id)} -> {self._name(inner.id)} {unseen}"

    def _edges(self, frame: str, level: int) -> Iterator[str]:
        """The edges within a frame and not within one of its children."""
        for edge in self._ordered(self.within.get(frame, ())):
            for line in self._edge(edge):
                yield f"{'    ' * level}{line}"

    def _ordered(self, items: Sequence[Item]) -> Sequence[Item]:
        """What is first stands to the left, or on top; Graphviz counts upwards."""
        return items if self.rankdir in ("TB", "BT") else items[::-1]

    def _frame(self, frame: Frame, depth: int, label: str) -> Mapping[str, str]:
        ground = self.theme.frames[min(depth, len(self.theme.frames) - 1)]
        return {
            "class": '"frame"',
            "style": '"rounded,filled,dashed"' if is_conditional(frame) else '"rounded,filled"',
            "color": f'"{self.theme.frame}"',
            "fillcolor": f'"{ground}"',
            "peripheries": "1",
            "margin": "7",
            "label": label,
        }

    def _box(self, box: Box, phase: str) -> Mapping[str, str]:
        paint = self.theme.kinds[box.kind]
        made = {"class": f'"{box.kind}"', "color": f'"{paint.stroke}"', "fillcolor": f'"{paint.fill}"'}
        if box.kind == ENTRY:
            made |= {"shape": "circle", "style": '"filled"', "width": "0.06", "fixedsize": "true", "label": '""'}
            return made
        if self.heat and box.id in self.heat.steps:
            made["fillcolor"] = f'"{self.theme.heat[self.heat.steps[box.id]]}"'
        made["label"] = f"<{self.labels.port(box) if box.kind in (INPUT, OUTPUT) else self.labels.box(box, phase)}>"
        style = "filled" if box.op in SIGNS and len(box.words) == 1 else "rounded,filled"
        if style == "filled":
            made |= {"shape": "circle", "width": "0.24", "fixedsize": "true"}
        elif box.kind == COMBINE:
            made["margin"] = '"0.08,0.01"'
        elif box.kind in (INPUT, OUTPUT):
            made["margin"] = '"0.14,0.05"'
            style += ",bold"
        made["style"] = f'"{style},dashed"' if is_conditional(box) else f'"{style}"'
        return made

    def _edge(self, edge: Edge) -> Iterator[str]:
        """An edge, its shape in a node of its own on the way: Graphviz bends edges out of the way of labels."""
        source, target = self._name(edge.source), self._name(edge.target)
        line = {"style": "dashed"} if is_conditional(edge) else {}
        last = {"arrowhead": "none"} if edge.target in self.entries else {}
        before, after = self._weights(edge)
        accent = f'"{self.theme.accent}"'
        if edge.bad:
            line |= {"class": '"bad"', "color": f'"{self.theme.bad}"', "penwidth": "2.2"}
        elif edge.skip:
            line |= {"class": '"skip"', "color": accent, "penwidth": "1.4"}
        if self.entries.get(edge.source) == edge.skip and not edge.bad:
            # the edge into the frame has said what its entry hands on; entries stand near what reads them
            weight = max(min(before, after), _LIGHT)
            yield f"{source} -> {target} {_attributes({**line, **last, 'weight': str(weight)})}"
            return
        name = self.names.shapes[edge]
        across = self.u is not None and edge in self.u.levels
        into, out = _PORTS["LR" if across else self.rankdir]
        text = {"shape": "plain", "style": '""', "fontsize": f"{SMALL:g}", "fontcolor": f'"{self.theme.muted}"'}
        if edge.skip:
            text |= {"class": '"skip"', "fontcolor": accent}
        yield f"{name} {_attributes({**text, 'label': f'<{self.labels.edge(edge)}>'})}"
        if self.u and edge.target in self.u.right and not across:  # it goes up
            below = {**line, "dir": "none", "weight": str(before)}
            yield f"{target} -> {name}:{into} {_attributes({**line, 'dir': 'back', 'weight': str(after)})}"
            yield f"{name}:{out} -> {source} {_attributes(below)}"
            return
        if across:
            source, target, before, after = f"{source}:e", f"{target}:w", _LIGHT, _LIGHT
        yield f"{source} -> {name}:{into} {_attributes({**line, 'arrowhead': 'none', 'weight': str(before)})}"
        yield f"{name}:{out} -> {target} {_attributes({**line, **last, 'weight': str(after)})}"

    def _weights(self, edge: Edge) -> tuple[int, int]:
        """How straight an edge is to be before its shape and after it. The heavier part is also the shorter one."""
        if edge.skip:
            return _LIGHT, _FREE
        out = self.leaving[edge.source] == 1
        into = self.entering[edge.target] == 1
        if edge.trunk or (out and into):
            return _STRAIGHT, _STRAIGHT
        if out:  # into a join: the shape stands under the branch
            return _STRAIGHT, _LIGHT
        return _BRANCH, _STRAIGHT if into else _LIGHT

    def _name(self, id: str) -> str:
        return f'"{self.names.boxes[id]}"'


def _by_frame(scene: Scene) -> dict[str, list[Edge]]:
    """The edges by the innermost frame around both ends, in order; those of what is conditional last: it stands
    aside."""
    around: dict[str, tuple[str, ...]] = {}  # by box: the frames around it, outermost first

    def visit(children: tuple[Box | Frame, ...], path: tuple[str, ...]) -> None:
        for child in children:
            if type(child) is Frame:
                visit(child.children, (*path, child.id))
            else:
                around[child.id] = path

    visit(scene.children, ("",))
    made: dict[str, list[Edge]] = {}
    for edge in sorted(scene.edges, key=is_conditional):
        ends = zip(around[edge.source], around[edge.target], strict=False)
        common = [source for source, target in ends if source == target]
        made.setdefault(common[-1], []).append(edge)
    return made


def _attributes(values: Mapping[str, str]) -> str:
    return f"[{', '.join(f'{key}={value}' for key, value in values.items())}]"
