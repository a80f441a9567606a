"""The blocks of a Markdown page, and how the output of a command is compared with what the page shows."""

import re
from pathlib import Path
from typing import NamedTuple


class Fence(NamedTuple):
    """A block: its language, the rest of its first line (a file's name), its text, and the line it stands on."""

    language: str
    title: str
    text: str
    line: int


class Command(NamedTuple):
    """A command of a block, and what stands below it."""

    text: str
    shown: str
    line: int


def fences(path: Path) -> list[Fence]:
    """The blocks of a page, in order."""
    made: list[Fence] = []
    start, info, inside = 0, "", list[str]()
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if not line.startswith("```"):
            inside.append(line)
        elif start:
            language, _, title = info.partition(" ")
            made.append(Fence(language, title.strip(), "\n".join(inside) + "\n", start))
            start = 0
        else:
            start, info, inside = number, line[3:], []
    assert not start, f"{path}:{start}: a block that nothing closes"
    return made


def commands(fence: Fence) -> list[Command]:
    """The commands of a block: lines that begin with `$ `."""
    made: list[Command] = []
    for number, line in enumerate(fence.text.rstrip("\n").split("\n"), fence.line + 1):
        if line.startswith("$ "):
            made.append(Command(line[2:], "", number))
        else:
            assert made, f"line {number}: output without a command"
            made[-1] = made[-1]._replace(shown=f"{made[-1].shown}{line}\n")
    return made


def matches(shown: str, printed: str) -> bool:
    """Whether a page shows what was printed: `…` stands for lines that it leaves out, or for a part of a line."""
    pattern = ""
    for line in shown.rstrip().split("\n") if shown.strip() else []:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += "[^\n]*".join(map(re.escape, line.rstrip().split("…"))) + r"\n"
    text = "".join(f"{line.rstrip()}\n" for line in printed.rstrip().split("\n")) if printed.strip() else ""
    return re.fullmatch(pattern, text) is not None
