"""Pieces on one line: their text, and how wide it is."""

from archspec.syntax.layout.structure import Bracket, Item, Piece
from archspec.syntax.layout.tokens import Token

WIDTH = 100  # columns of code; comments and strings may be longer
STEP = 4


def width(piece: Piece) -> int:
    """The columns of a piece, with the room before it."""
    if isinstance(piece, Token):
        return piece.width
    if isinstance(piece, Bracket):
        return piece.open.width + 1 + sum(map(item_width, piece.items)) + 2 * max(len(piece.items) - 1, 0)
    if not piece.statements:
        return piece.open.width + 1
    inside = sum(line_width(one.pieces) for one in piece.statements)
    return piece.open.width + inside + 2 * len(piece.statements) + 1


def line_width(pieces: list[Piece]) -> int:
    return sum(map(width, pieces))


def item_width(item: Item) -> int:
    return line_width(item.pieces)


def line_text(pieces: list[Piece]) -> str:
    made: list[str] = []
    for piece in pieces:
        _write(piece, made)
    return "".join(made)


def _write(piece: Piece, made: list[str]) -> None:
    if isinstance(piece, Token):
        made.append(" " * (piece.space + piece.pad) + piece.text)
    elif isinstance(piece, Bracket):
        _write(piece.open, made)
        made.append(", ".join(line_text(item.pieces) for item in piece.items) + piece.close.text)
    else:
        _write(piece.open, made)
        inside = "; ".join(line_text(one.pieces) for one in piece.statements)
        made.append(f" {inside} }}" if inside else "}")
