"""Where a piece of a spec stands in its text."""

from bisect import bisect_right
from pathlib import Path
from typing import NamedTuple

YAML_SUFFIXES = (".yaml", ".yml")


class Source:
    """The text of one spec file and the name it is reported under.

    Offsets count characters, lines and columns count from one. Lines end at line feeds alone: a reader of the file
    normalises carriage returns before it makes a source.
    """

    __slots__ = ("_starts", "name", "path", "text")

    def __init__(self, name: str, text: str, path: Path | None = None) -> None:
        self.name = name
        self.text = text
        self.path = path
        self._starts: list[int] | None = None

    def _line_starts(self) -> list[int]:
        if self._starts is None:
            starts = [0]
            at = self.text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = self.text.find("\n", at + 1)
            self._starts = starts
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column of a character, both counted from one."""
        starts = self._line_starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The text of a line, without its line feed; empty beyond the end."""
        starts = self._line_starts()
        if number > len(starts):
            return ""
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end]

    @property
    def is_yaml(self) -> bool:
        """Whether the text is YAML, by the name of its file."""
        return is_yaml(self.name if self.path is None else self.path.name)

    def __repr__(self) -> str:
        return f"Source({self.name!r})"


class Span(NamedTuple):
    """The characters `start` to `end` (not included) of a source."""

    source: Source
    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """The span from the start of this one to the end of the other."""
        return Span(self.source, self.start, other.end)

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        return self.source.position(self.start)[0]

    def __str__(self) -> str:
        line, column = self.source.position(self.start)
        return f"{self.source.name}:{line}:{column}"


def is_yaml(name: str) -> bool:
    """Whether a file of this name holds YAML: `net.arch.yaml`."""
    return name.endswith(YAML_SUFFIXES)
