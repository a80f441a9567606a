"""Which brackets and bodies of a line open, so that it fits, and where a long expression is broken."""

from archspec.syntax.layout.flat import STEP, WIDTH, item_width, width
from archspec.syntax.layout.structure import Body, Bracket, Item, Piece, first, last
from archspec.syntax.layout.tokens import Token

_TOO_WIDE = 10**9
_CLAUSE = 0  # what holds an expression together least tightly breaks first
_LEVELS = {
    "if": 1, "else": 1, "or": 2, "and": 3, "==": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "//": 6, "%": 6,
}  # fmt: skip


def fits(pieces: list[Piece], column: int, indent: int, extra: int = 0) -> bool:
    """Whether a line from `column` on, of a text that is indented by `indent`, leaves `extra` columns at its end.

    Open brackets and bodies take lines of their own, which are not looked at; what follows them counts again.
    """
    return _end(pieces, column, indent) + extra <= WIDTH


def _end(pieces: list[Piece], column: int, indent: int) -> int:
    for piece in pieces:
        if first(piece).before:
            column = indent + STEP
        if isinstance(piece, Token) or not piece.forced:
            column += width(piece)
        elif piece.opened:
            column += piece.open.width
            column = indent + 1 if column <= WIDTH else _TOO_WIDE
        elif isinstance(piece, Bracket):
            column += piece.open.width
            for item in piece.items:
                column = _end(item.pieces, column, indent) + 2
            column -= 1  # the bracket that closes stands in the place of `, `
        if column > WIDTH:
            return _TOO_WIDE
        if last(piece).after:
            column = indent + STEP
    return column


def open_up(pieces: list[Piece], column: int, indent: int, extra: int = 0) -> None:
    """Open bodies, and where that is not enough the widest brackets, until the line fits or nothing is left to open."""
    if fits(pieces, column, indent, extra):
        return
    for piece in pieces:
        if isinstance(piece, Body):
            piece.opened = piece.opened or bool(piece.statements)
    segment: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Body) and piece.opened:
            _open_brackets(segment, column, indent, piece.open.width)
            segment = []
            column = indent + 1
        else:
            segment.append(piece)
    _open_brackets(segment, column, indent, extra)


def _open_brackets(pieces: list[Piece], column: int, indent: int, extra: int) -> None:
    closed = [piece for piece in pieces if isinstance(piece, Bracket) and piece.items and not piece.opened]
    closed.sort(key=width)
    while closed and not fits(pieces, column, indent, extra):
        widest = closed[-1]
        _open(widest)
        if widest.opened:
            closed.pop()


def _open(bracket: Bracket) -> None:
    """Open a bracket; where all it holds is one more bracket, open that: `f([`."""
    inner = bracket.items[0].pieces[-1] if len(bracket.items) == 1 else None
    bracket.forced = True
    if bracket.kind == "call" and isinstance(inner, Bracket) and inner.items and not inner.opened:
        bracket.items[0].forced = True
        _open(inner)
    else:
        bracket.opened = True


def split(pieces: list[Piece]) -> tuple[list[list[Piece]], bool]:
    """An expression in parts, each of which may begin a line, and whether they are clauses of a comprehension."""
    levels = _levels(pieces)
    least = min(levels.values(), default=None)
    parts: list[list[Piece]] = [[]]
    for place, piece in enumerate(pieces):
        if least is not None and levels.get(place) == least:
            parts.append([])
        parts[-1].append(piece)
    return parts, least == _CLAUSE


def _levels(pieces: list[Piece]) -> dict[int, int]:
    """How loosely the parts of an expression are held together, by the places of the words between them."""
    levels: dict[int, int] = {}
    clauses = False
    for place, piece in enumerate(pieces):
        if not isinstance(piece, Token) or place == 0:
            continue
        if piece.kind == "keyword" and (piece.text == "for" or (clauses and piece.text == "if")):
            clauses = True
            levels[place] = _CLAUSE
        elif piece.kind in ("keyword", "sign") and piece.text in _LEVELS:
            levels[place] = _LEVELS[piece.text]
    return levels


def rows(bracket: Bracket, indent: int) -> list[list[int]]:
    """The items of an open bracket by the lines they stand on.

    Lines are those of the author, refilled where they are too long. Where the author made none, all stand on one line
    if they fit, numbers and names fill lines, and other items take a line each.
    """
    items = bracket.items
    if is_table(bracket):
        return [[place] for place in range(len(items))]
    chosen = any(item.broken for item in items[1:])
    filled = chosen or all(_is_atom(item) for item in items)
    total = sum(item_width(item) + 2 for item in items) - 1
    alone = not filled and indent + total > WIDTH
    made: list[list[int]] = []
    column = 0
    previous = None
    for place, item in enumerate(items):
        wide = item_width(item)
        apart = alone or item.forced or item.before or item.blank or (previous and (previous.forced or previous.after))
        if not made or apart or (chosen and item.broken) or column + wide + 2 > WIDTH:
            made.append([])
            column = indent - 1
        made[-1].append(place)
        column += wide + 2
        previous = item
    return made


def _is_atom(item: Item) -> bool:
    """Whether an item is a number, with its sign, or a name."""
    return len(item.pieces) <= 2 and all(isinstance(piece, Token) for piece in item.pieces)


def is_table(bracket: Bracket) -> bool:
    """Whether a list holds lists alone: its rows."""
    return bracket.kind == "list" and all(
        len(item.pieces) == 1 and isinstance(item.pieces[0], Bracket) and item.pieces[0].kind == "list"
        for item in bracket.items
    )
