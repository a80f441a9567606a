"""How a report may look: with or without colour, in Unicode or in ASCII, and how wide."""

import os
from collections.abc import Mapping
from typing import IO, NamedTuple

WIDTH = 120  # where nobody says how wide the reader's window is: a file, a pipe, a log
NARROWEST = 32

_CODES = {
    "error": "1;31", "warning": "1;33", "info": "1;36",
    "strong": "1", "frame": "94", "secondary": "94",
    "added": "32", "added-here": "1;32", "removed": "31", "removed-here": "1;31",
}  # fmt: skip

Piece = tuple[str, str]  # a text and its role: a key of the codes above, or nothing


class Charset(NamedTuple):
    """The strokes of the drawing. A bracket around several lines runs from `open` to `close` in the margin."""

    bar: str
    gap: str
    arrow: str
    also: str
    ellipsis: str
    underline: str
    drop: str
    elbow: str
    branch: str
    hook: str
    across: str
    head: str
    open: str
    foot: str
    tip: str
    fork: str


UNICODE = Charset("│", "┆", " ╭─▸ ", " ├─▸ ", "…", "─", "┬", "╰─ ", "├─ ", " ─╯", "─", "╭", "╭", "╰", "╯", "┤")
ASCII = Charset("|", ":", "--> ", "--> ", "...", "-", "-", "|_ ", "|_ ", " _|", "_", "/", " ", "|", "-", "-")


class Style(NamedTuple):
    """A look. The default suits a file: no colour, Unicode."""

    color: bool = False
    unicode: bool = True
    width: int = WIDTH

    @property
    def charset(self) -> Charset:
        return UNICODE if self.unicode else ASCII

    def paint(self, text: str, role: str) -> str:
        return f"\x1b[{_CODES[role]}m{text}\x1b[0m" if self.color and role and text else text

    def row(self, *pieces: Piece) -> str:
        """One line of pieces, without spaces at its end."""
        merged: list[Piece] = []
        for text, role in pieces:
            if merged and merged[-1][1] == role:
                merged[-1] = (merged[-1][0] + text, role)
            elif text:
                merged.append((text, role))
        while merged and not merged[-1][0].rstrip():
            merged.pop()
        if merged:
            merged[-1] = (merged[-1][0].rstrip(), merged[-1][1])
        return "".join(self.paint(text, role) for text, role in merged)


PLAIN = Style()


def style_for(stream: IO[str], environ: Mapping[str, str] = os.environ) -> Style:
    """The look that suits a stream: what the reader asked for, else what the stream can show.

    `NO_COLOR` wins over `FORCE_COLOR` (any value but the empty one counts; `FORCE_COLOR=0` says no). An unknown
    encoding, as an in-memory stream has it, holds everything.
    """
    terminal = _is_terminal(stream)
    forced = environ.get("FORCE_COLOR", "")
    if environ.get("NO_COLOR"):
        color = False
    elif forced:
        color = forced.lower() not in ("0", "false", "no")
    else:
        color = terminal and environ.get("TERM") != "dumb"
    encoding = getattr(stream, "encoding", None) or "utf-8"
    return Style(color, encoding.lower().replace("_", "-").startswith(("utf", "cp65001")), columns(stream, environ))


def _is_terminal(stream: IO[str]) -> bool:
    try:
        return stream.isatty()
    except (AttributeError, ValueError):  # no real stream, or a closed one
        return False


def columns(stream: IO[str], environ: Mapping[str, str] = os.environ, otherwise: int = WIDTH) -> int:
    """How wide the reader's window is: as `COLUMNS` says, or the terminal; otherwise as told."""
    asked = environ.get("COLUMNS", "")
    if asked.isdecimal() and len(asked) < 6 and int(asked) > 0:
        return max(int(asked), NARROWEST)
    try:
        found = os.get_terminal_size(stream.fileno()).columns
    except (AttributeError, OSError, ValueError):
        return otherwise
    return max(found, NARROWEST) if found > 0 else otherwise
