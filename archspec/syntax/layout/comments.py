"""Comments behind code: on consecutive lines they stand below each other, where the author put them if room is left."""

from archspec.syntax.layout.tokens import ROOM
from archspec.syntax.layout.writer import Line


def joined(lines: list[Line]) -> str:
    """The text of lines, with their comments."""
    made: list[str] = []
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and lines[end].comment is not None:
            end += 1
        made += _commented(lines[at:end]) if end > at else [lines[at].code]
        at = max(end, at + 1)
    return "".join(f"{line}\n" for line in made)


def _commented(lines: list[Line]) -> list[str]:
    least = max(len(line.code) for line in lines) + ROOM
    comments = [line.comment for line in lines if line.comment is not None]
    chosen = [comment.column for comment in comments if comment.column is not None and comment.column >= least]
    column = min(chosen, default=least)
    return [f"{line.code:<{column}}{comment.text}" for line, comment in zip(lines, comments, strict=True)]
