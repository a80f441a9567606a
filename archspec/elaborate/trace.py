"""How values that do not meet came by their sizes: the layers that changed them, in a line each."""

from typing import NamedTuple

from archspec.core.shape import Shape
from archspec.design import Indexed, Instance, Node, Repeat
from archspec.elaborate.graph import GraphBuilder

_MOST = 6  # steps shown; of more, the first two and the last
_WALK = 4096  # nodes looked at

Entered = list[tuple[GraphBuilder, tuple[int, ...]]]  # the graphs around, and what they hand in; outermost first


class _Trace(NamedTuple):
    """The value with which it begins, and the steps in words where some changed the size."""

    root: int
    words: str


def traces(builder: GraphBuilder, values: tuple[int, ...], entered: Entered) -> tuple[str, ...]:
    """Notes such as `sizes: image 350 × 350 → down1 175 × 175 → down2 87 × 87`.

    Where the values go back to different inputs of a block, the notes go on with what entered there, block by block.
    """
    notes: list[str] = []
    here = [_trace(builder, value) for value in values]
    for around, handed in [*reversed(entered), (builder, ())]:
        notes += [f"sizes: {one.words}" for one in here if one.words]
        roots = [one.root for one in here]
        if len(set(roots)) < 2 or not set(roots) <= set(builder.inputs) or len(handed) != len(builder.inputs):
            break
        builder, here = around, [_trace(around, handed[builder.inputs.index(root)]) for root in roots]
    return tuple(dict.fromkeys(notes))


def _trace(builder: GraphBuilder, value: int) -> _Trace:
    """Back along what each step takes first, to where the value enters the graph."""
    makers = {made: node for node in builder.nodes for made in node.outputs}
    steps: list[str] = []
    for _ in range(_WALK):
        node = makers.get(value)
        if node is None or not node.inputs:
            break
        before = node.inputs[0]
        if builder.shapes[before].spatial != builder.shapes[value].spatial:
            steps.append(f"{_name(node)} {_size(builder.shapes[value])}")
        value = before
    if not steps:
        return _Trace(value, "")
    steps.append(f"{_label(builder, value)}{_size(builder.shapes[value])}")
    steps.reverse()
    if len(steps) > _MOST:
        steps[2 : 3 - _MOST] = ["…"]
    return _Trace(value, " → ".join(steps))


def _size(shape: Shape) -> str:
    return " × ".join(str(int(size)) for size in shape.spatial) or str(shape)


def _name(node: Node) -> str:
    if isinstance(node, Repeat):
        return f"repeat {int(node.count)}"
    if isinstance(node.name, str | Indexed):
        return str(node.name)
    return node.module.name if isinstance(node, Instance) else node.layer.op


def _label(builder: GraphBuilder, value: int) -> str:
    """The name by which a value entered, with a space behind it."""
    for label, known in builder.labels.items():
        if known.values == (value,):
            return f"{label} "
    return ""
