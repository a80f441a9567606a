"""Designs and scenes for the tests of diagrams."""

import tempfile
from pathlib import Path

import archspec
from archspec.design import Module
from archspec.emit.diagram.scene import Box, Edge, Frame, Scene, boxes

RESIDUAL = """
block Residual {
    residual {
        a: conv(in.channels, 3, padding=1) -> batchnorm -> relu
        b: conv(in.channels, 3, padding=1)
    }
}
"""
UNET = """
block Down(channels) { conv(channels, 3, padding=1) -> relu -> conv(channels, 3, padding=1) -> relu }
block Up(channels) {
    input deep, skip
    (deep) -> up: conv_transpose(channels, 2, stride=2)
    (skip, up) -> concat -> conv(channels, 3, padding=1)
}
network unet {
    input image: [1, 32, 32]
    enc1: Down(4)
    maxpool(2)
    enc2: Down(8)
    maxpool(2)
    bottom: Down(16)
    (bottom, enc2) -> dec2: Up(8)
    (dec2, enc1) -> dec1: Up(4)
    head: conv(2, 1)
}
"""
TWINS = """
block Twin { conv(8, 3) -> relu -> flatten -> linear(16) }
network twins {
    input left: [1, 8, 8], right: [1, 8, 8]
    shared twin: Twin
    (left) -> a: twin
    (right) -> b: twin
    (a, b) -> sub -> abs
    out: linear(1)
}
"""


def design(text: str) -> Module:
    """The only network of a spec."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "spec.arch")
        path.write_text(text, encoding="utf-8")
        return archspec.load(path).module


def network(body: str, shape: str = "[4, 8, 8]", before: str = "") -> Module:
    """A network of these statements on an image."""
    return design(f"{before}\nnetwork n {{\n    input x: {shape}\n{body}\n}}\n")


def box(scene: Scene, id: str) -> Box:
    (found,) = (one for one in boxes(scene.children) if one.id == id)
    return found


def drawn(scene: Scene) -> list[Box]:
    """The boxes that stand for layers and modules."""
    return [one for one in boxes(scene.children) if one.kind not in ("input", "output", "entry")]


def multiples(scene: Scene) -> list[tuple[Box, int]]:
    """These boxes, each with how often it runs: in how many iterations of what is around it, and of its own."""
    found: list[tuple[Box, int]] = []

    def visit(children: tuple[Box | Frame, ...], times: int) -> None:
        for child in children:
            if isinstance(child, Frame):
                visit(child.children, times * child.times)
            elif child.kind not in ("input", "output", "entry"):
                found.append((child, times * child.times))

    visit(scene.children, 1)
    return found


def plain_edges(scene: Scene) -> list[tuple[str, str]]:
    """The edges from box to box, looking through entries."""
    origins: dict[str, str] = {}
    entries = {one.id for one in boxes(scene.children) if one.kind == "entry"}
    pending = [edge for edge in scene.edges if edge.target in entries]
    while pending:
        edge = pending.pop(0)
        if edge.source in entries and edge.source not in origins:
            pending.append(edge)
            continue
        origins[edge.target] = origins.get(edge.source, edge.source)
    return [(origins.get(e.source, e.source), e.target) for e in scene.edges if e.target not in entries]


def skips(scene: Scene) -> list[Edge]:
    return [edge for edge in scene.edges if edge.skip]
