"""The number of iterations of repeats within `forward`."""

from collections.abc import Sequence
from typing import Any

from archspec.design import Graph, Repeat
from archspec.emit.torch.numbers import Numbers


class Counts(dict[int, str]):
    """Python for the number of iterations of each repeat within `forward`.

    What is the same in all modules of a class is a number; what differs is kept on the module (`stored`).
    """

    def __init__(self, graphs: Sequence[tuple[int, Graph]], numbers: Numbers) -> None:
        super().__init__()
        self.stored: list[tuple[str, str]] = []
        self._add(graphs, numbers)

    def _add(self, graphs: Sequence[tuple[int, Graph]], numbers: Numbers) -> None:
        for k, node in enumerate(graphs[0][1].nodes if graphs else ()):
            if type(node) is not Repeat:
                continue
            counts: list[tuple[int, Any]] = [(at, graph.nodes[k].count) for at, graph in graphs]
            text = numbers.count(counts)
            if not text.isdigit():
                name = "repeats" + (str(len(self.stored) + 1) if self.stored else "")
                self.stored.append((name, text))
                text = f"self.{name}"
            self[id(node.body)] = text
            self._add([(at, graph.nodes[k].body) for at, graph in graphs], numbers)  # type: ignore[union-attr]
