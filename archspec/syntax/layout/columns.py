"""What stands below each other is aligned: by adding room before tokens of lines that fit.

Always: the actions of consecutive labelled lines, the `=` of consecutive variants, the columns of a table in a list.
Where the author has begun to: the arguments of one operator or block, used line by line.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from archspec.syntax.layout.flat import WIDTH, item_width, line_width, width
from archspec.syntax.layout.structure import Body, Bracket, Item, Piece, Statement, first, last
from archspec.syntax.layout.tokens import Token

_ALIKE = 3  # columns by which the labels of aligned lines may differ


class Head(NamedTuple):
    """What a line begins with, up to where lines are aligned: a label, values read, or the name of a variant."""

    kind: str
    width: int
    next: Token


class Padding:
    """Room added before tokens; taken back where a line would no longer fit."""

    def __init__(self) -> None:
        self._added: list[tuple[Token, int]] = []

    def add(self, token: Token, columns: int) -> None:
        if columns > 0:
            token.pad += columns
            self._added.append((token, columns))

    def keep_if(self, fits: bool) -> None:
        for token, columns in self._added if not fits else ():
            token.pad -= columns


def align(statements: list[Statement], indent: int) -> None:
    """Align the statements of a body that stand on one line each."""
    for run in _runs(statements):
        _align_heads(run, indent)
    tables: dict[tuple[str, int], list[Statement]] = {}
    for one in statements:
        place = _call(one.pieces) if one.flat else 0
        if place:
            name = first(one.pieces[place - 1])
            start = line_width(one.pieces[:place]) - len(name.text)
            tables.setdefault((name.text, start), []).append(one)
    for lines in tables.values():
        _align_calls(lines, indent)


def align_table(rows: list[list[Item]], indent: int) -> None:
    """Align the cells of a list of equally long lists, each of them on a line."""
    padding = Padding()
    _align_cells(rows, padding)
    padding.keep_if(all(indent + _row_width(row) <= WIDTH for row in rows))


def _row_width(row: list[Item]) -> int:
    return sum(map(item_width, row)) + 2 * len(row) + 1


# --- heads ---


def _runs(statements: list[Statement]) -> Iterator[list[tuple[Statement, Head]]]:
    """Consecutive lines whose heads are alike: of one kind, and of similar widths."""
    run: list[tuple[Statement, Head]] = []
    least = most = 0
    for one in statements:
        head = _head(one.pieces) if one.flat else None
        if head is not None:
            least, most = min(least, head.width), max(most, head.width)
        if run and (head is None or one.blank or one.before or not _alike(head, run[0][1], most - least)):
            yield run
            run = []
        if head is not None:
            if not run:
                least = most = head.width
            run.append((one, head))
    if run:
        yield run


def _alike(head: Head, first: Head, difference: int) -> bool:
    return head.kind == first.kind and (head.kind == "variant" or difference <= _ALIKE)


def _head(pieces: list[Piece]) -> Head | None:
    head = first(pieces[0])
    if any(isinstance(piece, Body) for piece in pieces):
        return None
    if head.kind == "keyword":
        if head.text == "network" and len(pieces) > 3 and first(pieces[2]).text == "=":
            return Head("variant", line_width(pieces[:2]), first(pieces[2]))
        return None
    if isinstance(pieces[0], Bracket):
        return Head("values", width(pieces[0]), first(pieces[1])) if len(pieces) > 1 else None
    colon = _colon(pieces)
    return Head("label", line_width(pieces[: colon + 1]), first(pieces[colon + 1])) if colon else None


def _colon(pieces: list[Piece]) -> int:
    """Where the colon behind the labels of a first step stands, or 0."""
    for place, piece in enumerate(pieces):
        if not isinstance(piece, Token) or piece.kind == "keyword" or piece.text == "->":
            return 0
        if piece.text == ":":
            return place
    return 0


def _align_heads(run: list[tuple[Statement, Head]], indent: int) -> None:
    padding = Padding()
    most = max(head.width for _, head in run)
    for _, head in run:
        padding.add(head.next, most - head.width)
    padding.keep_if(all(indent + line_width(one.pieces) <= WIDTH for one, _ in run))


# --- calls ---


def _call(pieces: list[Piece]) -> int:
    """Where the arguments of the operator or block that a line begins with stand, or 0."""
    head = first(pieces[0])
    if head.kind == "keyword":
        place = 4 if head.text == "network" and len(pieces) > 4 and first(pieces[2]).text == "=" else 0
    elif isinstance(pieces[0], Bracket):
        place = 0
    else:
        colon = _colon(pieces)
        place = colon + 2 if colon else 1
    if not 0 < place < len(pieces):
        return 0
    piece = pieces[place]
    return place if isinstance(piece, Bracket) and piece.kind == "call" and piece.items else 0


def _align_calls(lines: list[Statement], indent: int) -> None:
    rows = []
    names = []
    for one in lines:
        place = _call(one.pieces)
        bracket = one.pieces[place]
        assert isinstance(bracket, Bracket)
        rows.append(bracket.items)
        names.append(first(one.pieces[place - 1]))
    if len(lines) < 2 or not _begun(names, rows):
        return
    padding = Padding()
    _align_cells(rows, padding)
    padding.keep_if(all(indent + line_width(one.pieces) <= WIDTH for one in lines))


def _begun(names: list[Token], rows: list[list[Item]]) -> bool:
    """Whether the author aligned any cell with the one above or below it by additional room before it."""
    columns: dict[tuple[int, ...], list[tuple[int, int, bool]]] = {}
    for name, row in zip(names, rows, strict=True):
        for path, item in _cells(row, ()):
            head, tail = first(item.pieces[0]), last(item.pieces[-1])
            if head.line == tail.line == name.line:
                start = head.column - name.column
                end = tail.column + len(tail.text) - name.column
                columns.setdefault(path, []).append((start, end, head.gap > min(path[-1], 1)))
    return any(_aligned(one, other, path[-1]) for path, cells in columns.items() for one, other in pairwise(cells))


def _aligned(one: tuple[int, int, bool], other: tuple[int, int, bool], place: int) -> bool:
    """Whether two cells, one of them padded, begin or end below each other; all first ones begin so, padded or not."""
    begin, end = one[0] == other[0], one[1] == other[1]
    return (one[2] or other[2]) and (begin or end if place else end and not begin)


def _cells(row: list[Item], path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Item]]:
    for place, item in enumerate(row):
        yield (*path, place), item
        inner = _list(item)
        if inner is not None:
            yield from _cells(inner.items, (*path, place))


# --- cells ---


def _align_cells(rows: list[list[Item]], padding: Padding) -> None:
    """Numbers end, and all else begins, below each other; lists of one length are aligned within."""
    for column in range(max(map(len, rows))):
        present = [row for row in rows if len(row) > column]
        cells = [row[column] for row in present]
        if len(cells) < 2 or len({_name(cell) for cell in cells}) > 1:
            return
        lists = [inner.items for cell in cells if (inner := _list(cell)) is not None]
        if len(lists) == len(cells) and lists[0] and len({len(one) for one in lists}) == 1:
            _align_cells(lists, padding)
        if all(map(_is_number, cells)):
            _pad(cells, [cell.pieces for cell in cells], padding)
        else:
            followed = [row for row in present if len(row) > column + 1]
            _pad([row[column] for row in followed], [row[column + 1].pieces for row in followed], padding)


def _pad(cells: list[Item], before: list[list[Piece]], padding: Padding) -> None:
    """Make up for what cells lack to the widest of them, before the given pieces."""
    widths = [item_width(cell) - first(cell.pieces[0]).pad for cell in cells]
    most = max(widths, default=0)
    for one, pieces in zip(widths, before, strict=True):
        padding.add(first(pieces[0]), most - one)


def _name(cell: Item) -> str:
    """The name of a named argument, else nothing."""
    return first(cell.pieces[0]).text if _named(cell) else ""


def _named(cell: Item) -> bool:
    return len(cell.pieces) > 2 and first(cell.pieces[1]).text == "="


def _list(cell: Item) -> Bracket | None:
    """The list that a cell is."""
    pieces = cell.pieces[2:] if _named(cell) else cell.pieces
    piece = pieces[0]
    return piece if len(pieces) == 1 and isinstance(piece, Bracket) and piece.kind == "list" else None


def _is_number(cell: Item) -> bool:
    pieces = cell.pieces
    signed = len(pieces) == 2 and first(pieces[0]).kind == "unary"
    return last(pieces[-1]).kind == "number" and (len(pieces) == 1 or signed)
