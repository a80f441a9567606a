"""The edges of a scene from box to box, for drawings in which entries of frames have no place of their own."""

from archspec.emit.diagram.palette import ENTRY
from archspec.emit.diagram.scene import Edge, Scene, boxes


def direct(scene: Scene) -> list[Edge]:
    """The edges with entries looked through; a way of several edges is a skip if any of them is."""
    entries = {box.id for box in boxes(scene.children) if box.kind == ENTRY}
    into = {edge.target: edge for edge in scene.edges if edge.target in entries}
    made: list[Edge] = []
    for edge in scene.edges:
        if edge.target in entries:
            continue
        while edge.source in into:
            before = into[edge.source]
            edge = edge._replace(source=before.source, output=before.output, skip=edge.skip or before.skip)
        made.append(edge)
    return made
