"""Sets statements in lines."""

from archspec.syntax.layout.breaking import fits, is_table, open_up, rows, split
from archspec.syntax.layout.columns import align, align_table
from archspec.syntax.layout.flat import STEP, WIDTH, line_text, line_width
from archspec.syntax.layout.structure import Body, Bracket, Item, Piece, Statement, first, last, steps
from archspec.syntax.layout.tokens import Comment, Token

_TRAILING = frozenset({"call", "parameters", "list"})  # brackets that may end in a comma


class Line:
    """A line of the result: its code, and the comment behind it."""

    __slots__ = ("code", "comment")

    def __init__(self, code: str, comment: Comment | None = None) -> None:
        self.code = code
        self.comment = comment


class Writer:
    """Collects lines. `indent` is that of the line being written."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.indent = 0
        self.column = 0
        self._parts: list[str] = []
        self._next: int | None = None  # the indentation of a line that the next token begins

    # --- characters ---

    def put(self, text: str) -> None:
        """Write text, on a new line if one is due; blanks that would begin it are left out."""
        if self._next is not None:
            self.indent, self._next = self._next, None
            text = text.lstrip(" ")
            self._parts.append(" " * self.indent)
            self.column = self.indent
        self._parts.append(text)
        self.column += len(text)

    def newline(self, indent: int) -> None:
        """End the line; the next one is indented so."""
        if self._parts:
            self.lines.append(Line("".join(self._parts).rstrip(" ")))
            self._parts = []
        self._next = indent
        self.column = indent

    def end_with(self, comment: Comment | None, indent: int) -> None:
        """End the line with a comment, if there is one."""
        self.newline(indent)
        if comment is not None:
            self.lines[-1].comment = comment

    def blank(self) -> None:
        self.newline(self._next or 0)
        self.lines.append(Line(""))

    def comments(self, comments: list[Comment], indent: int, blanks: bool = False) -> None:
        """Comments on lines of their own."""
        self.newline(indent)
        for comment in comments:
            if blanks and comment.blank:
                self.blank()
            self.lines.append(Line(" " * indent + comment.text))
        self._next = indent

    # --- statements ---

    def statements(self, statements: list[Statement], rest: list[Comment], indent: int, file: bool = False) -> None:
        """Statements, and the comments below the last."""
        for one in statements:
            one.flat = not one.forced and indent + line_width(one.pieces) <= WIDTH
        align(statements, indent)
        start = len(self.lines)
        before: Statement | None = None
        for one in statements:
            self.newline(indent)
            apart = file and before is not None and (_has_body(before) or _has_body(one))
            if one.before:
                comments = [one.before[0]._replace(blank=one.before[0].blank or apart), *one.before[1:]]
                self._comments_in(comments, indent, start)
            if (one.blank or (apart and not one.before)) and len(self.lines) > start:
                self.blank()
            self._next = indent
            self._statement(one, indent)
            self.end_with(one.after, indent)
            before = one
        self._comments_in(rest, indent, start)

    def _comments_in(self, comments: list[Comment], indent: int, start: int) -> None:
        """Comments in a body that begins at line `start`: no blank line comes first."""
        self.newline(indent)
        if comments and len(self.lines) == start:
            comments = [comments[0]._replace(blank=False), *comments[1:]]
        self.comments(comments, indent, blanks=True)

    def _statement(self, one: Statement, indent: int) -> None:
        parts = steps(one.pieces)
        if len(parts) > 1 and (one.spread or not fits(one.pieces, indent, indent)):
            for place, part in enumerate(parts):
                if place:
                    self.newline(indent + STEP)
                self._line(part, indent)
        else:
            self._line(one.pieces, indent)

    def _line(self, pieces: list[Piece], base: int, extra: int = 0) -> None:
        """Pieces in a row, broken only where brackets and bodies open."""
        indent = self.indent if self._next is None else self._next
        open_up(pieces, self.column, indent, extra)
        self._pieces(pieces, base)

    def _pieces(self, pieces: list[Piece], base: int) -> None:
        """Comments at places where none is expected end their lines, and the text goes on indented."""
        for piece in pieces:
            head, tail = first(piece), last(piece)
            word = head.kind == "keyword" and head.text in ("else", "skip")
            if head.before:
                self.comments(head.before, base if word else base + STEP)
            elif word and self._next is not None:
                self._next = base
            if isinstance(piece, Token) or not piece.forced:
                self.put(line_text([piece]))
            elif isinstance(piece, Body):
                self._body(piece)
            elif piece.opened:
                self._open(piece)
            else:
                self._inline(piece, base)
            if tail.after is not None:
                self.end_with(tail.after, base + STEP)

    def _inline(self, bracket: Bracket, base: int) -> None:
        """A bracket that is closed itself and holds one that is open: `f(a, [`."""
        self.put(line_text([bracket.open]))
        for place, item in enumerate(bracket.items):
            if place:
                self.put(", ")
            self._pieces(item.pieces, base)
        self.put(bracket.close.text)

    def _body(self, body: Body) -> None:
        self.put(line_text([body.open]))
        indent = self.indent
        self.end_with(body.open.after, indent + STEP)
        self.statements(body.statements, body.close.before, indent + STEP)
        self.newline(indent)
        self.put("}")

    # --- brackets ---

    def _open(self, bracket: Bracket) -> None:
        """A bracket over several lines: its items indented, the last one closed by a comma where it may be."""
        self.put(line_text([bracket.open]))
        indent = self.indent
        inner = indent + STEP
        self.end_with(bracket.open.after, inner)
        if is_table(bracket) and not any(item.forced for item in bracket.items):
            cells = [piece.items for item in bracket.items if isinstance(piece := item.pieces[0], Bracket)]
            if all(cells) and len({len(row) for row in cells}) == 1:
                align_table(cells, inner)
        for row in rows(bracket, inner):
            self._row([bracket.items[place] for place in row], bracket, inner)
        self.comments(bracket.close.before, inner)
        self.newline(indent)
        self.put(bracket.close.text)

    def _row(self, row: list[Item], bracket: Bracket, indent: int) -> None:
        if row[0].blank and not row[0].before and row[0] is not bracket.items[0]:
            self.blank()
        self.comments(row[0].before, indent, blanks=row[0] is not bracket.items[0])
        for place, item in enumerate(row):
            if place:
                self.put(" ")
            self._expression(item.pieces, indent, 1)
            if item is not bracket.items[-1] or bracket.kind in _TRAILING:
                self.put(",")
        self.end_with(row[-1].after, indent)

    def _expression(self, pieces: list[Piece], base: int, extra: int) -> None:
        """An expression in brackets: where it is too wide, it is broken at the operators that bind least."""
        parts, clauses = split(pieces)
        if len(parts) == 1 or self.column + line_width(pieces) + extra <= WIDTH:
            self._line(pieces, base, extra)
            return
        indent = base if clauses else base + STEP
        for place, part in enumerate(parts):
            if place:
                self.newline(indent)
            self._expression(part, indent if place else base, extra)


def _has_body(one: Statement) -> bool:
    return any(isinstance(piece, Body) for piece in one.pieces)
