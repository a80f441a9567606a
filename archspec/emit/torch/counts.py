"""The number of iterations of repeats within `forward`."""

from collections.abc import Sequence
from typing import Any

from archspec.design import Apply, Graph, Indexed, Repeat
from archspec.emit.torch.numbers import Numbers


def child_loop(graph: Graph) -> Graph | None:
    """The body of the loop that goes through the children of a module one by one, and there are no others."""
    loops = [node for node in graph.nodes if type(node) is Repeat]
    if len(loops) != 1 or any(type(node) is not Repeat and node.name is not None for node in graph.nodes):  # type: ignore[union-attr]
        return None
    (loop,) = loops
    children = [node for node in loop.body.nodes if type(node) is Repeat or node.name is not None]  # type: ignore[union-attr]
    if len(children) != 1 or type(children[0]) is Repeat:
        return None
    child = children[0]
    is_parameter = type(child) is Apply and child.layer.is_parameter
    return None if is_parameter or child.reused or not isinstance(child.name, Indexed) else loop.body  # type: ignore[union-attr]


class Counts(dict[int, str]):
    """Python for the number of iterations of each repeat within `forward`.

    What is the same in all modules of a class is a number; what differs is kept on the module (`stored`).
    """

    def __init__(self, graphs: Sequence[tuple[int, Graph]], numbers: Numbers, whole: Graph) -> None:
        super().__init__()
        self.stored: list[tuple[str, str]] = []
        self.children = child_loop(whole) if graphs else None  # what goes through the children counts nothing
        self._add(graphs, numbers)

    def _add(self, graphs: Sequence[tuple[int, Graph]], numbers: Numbers) -> None:
        for k, node in enumerate(graphs[0][1].nodes if graphs else ()):
            if type(node) is not Repeat:
                continue
            if graphs[0][1].nodes[k].body is self.children:  # type: ignore[union-attr]
                continue
            counts: list[tuple[int, Any]] = [(at, graph.nodes[k].count) for at, graph in graphs]
            text = numbers.count(counts)
            if not text.isdigit():
                name = "repeats" + (str(len(self.stored) + 1) if self.stored else "")
                self.stored.append((name, text))
                text = f"self.{name}"
            self[id(node.body)] = text
            self._add([(at, graph.nodes[k].body) for at, graph in graphs], numbers)  # type: ignore[union-attr]
