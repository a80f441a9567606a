"""The shape of a text for setting it: statements made of tokens, brackets with their items, and bodies in braces.

What an author chose and the layout keeps is found here: which bodies stand on one line, which brackets and chains are
spread over several. So is the room between tokens. Comments move to the statement or item that they are about.
"""

from archspec.syntax.layout.tokens import Comment, Token

_FILE_WORDS = frozenset({"archspec", "from", "block", "network", "let", "fn", "default"})
_BODY_WORDS = frozenset(
    {"input", "output", "shared", "expect", "assert", "let", "fn", "default", "if", "for", "repeat", "residual"}
)
_GOES_ON = frozenset({"->", ",", "="})
_CLOSES = {"(": ")", "[": "]"}


class Item:
    """What stands between two commas. `forced`: it cannot stand on one line."""

    __slots__ = ("after", "before", "blank", "broken", "forced", "pieces")

    def __init__(self, pieces: list["Piece"], before: list[Comment]) -> None:
        self.pieces = pieces
        self.before = before
        self.after: Comment | None = None
        head = first(pieces[0])
        self.broken = head.broken
        self.blank = head.blank
        self.forced = _forced(pieces)


class Bracket:
    """`( )` or `[ ]`.

    kind:   `call`, `parameters`, `list`, `comprehension`, `index`, `targets` or, for other parentheses, `values`
    opened: its items stand on lines of their own; `forced`, it or a bracket within is opened
    """

    __slots__ = ("close", "forced", "items", "kind", "open", "opened")

    def __init__(self, kind: str, open: Token, items: list[Item], close: Token) -> None:
        self.kind = kind
        self.open = open
        self.items = items
        self.close = close
        self.opened = bool(
            open.after
            or close.before
            or (items and items[0].broken)
            or any(item.before or item.after or _commented(item.pieces) for item in items)
        )
        self.forced = self.opened or any(item.forced for item in items)


class Body:
    """Statements in braces; `opened`, one a line."""

    __slots__ = ("close", "open", "opened", "statements")

    def __init__(self, open: Token, statements: list["Statement"], close: Token, opened: bool) -> None:
        self.open = open
        self.statements = statements
        self.close = close
        self.opened = opened

    @property
    def forced(self) -> bool:
        return self.opened


class Statement:
    """A statement or definition. `spread`: its chain goes over several lines."""

    __slots__ = ("after", "before", "blank", "flat", "pieces", "spread")

    def __init__(self, pieces: list["Piece"], spread: bool) -> None:
        head, tail = first(pieces[0]), last(pieces[-1])
        self.before, head.before = head.before, []
        self.after, tail.after = tail.after, None
        self.blank = head.blank
        self.pieces = pieces
        self.spread = spread
        self.flat = False
        for step in steps(pieces):
            _agree([piece for piece in step if isinstance(piece, Body)])

    @property
    def forced(self) -> bool:
        """Whether it cannot stand on one line."""
        return self.spread or _forced(self.pieces)


Piece = Token | Bracket | Body


def first(piece: Piece) -> Token:
    return piece if isinstance(piece, Token) else piece.open


def last(piece: Piece) -> Token:
    return piece if isinstance(piece, Token) else piece.close


def steps(pieces: list[Piece]) -> list[list[Piece]]:
    """The steps of a chain; all but the first begin with their arrow."""
    made: list[list[Piece]] = [[]]
    for piece in pieces:
        if isinstance(piece, Token) and piece.text == "->" and made[-1]:
            made.append([])
        made[-1].append(piece)
    return made


def _commented(pieces: list[Piece]) -> bool:
    """Whether comments stand between pieces."""
    return any(first(piece).before or last(piece).after for piece in pieces)


def _forced(pieces: list[Piece]) -> bool:
    return _commented(pieces) or any(not isinstance(piece, Token) and piece.forced for piece in pieces)


def _agree(bodies: list[Body]) -> None:
    """The bodies of one step are all on one line, or none is."""
    if any(body.opened for body in bodies):
        for body in bodies:
            body.opened = bool(body.statements or body.open.after or body.close.before)


class Reader:
    """Reads the structure off the tokens, from front to back."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def statements(self, words: frozenset[str] = _FILE_WORDS) -> list[Statement]:
        """All statements up to the closing brace or the end."""
        made = []
        while self.token.kind != "end" and self.token.text != "}":
            made.append(self._statement(words))
        return made

    def _statement(self, words: frozenset[str]) -> Statement:
        head = self.token
        if head.kind == "word" and (head.text in words or self._begins_task()):
            head.kind = "keyword"
        line = Line(head)
        spread = False
        while not self._ended(line.pieces):
            token = self.token
            if token.text == "->":
                spread = self._arrow(line.pieces) or spread
            if token.text == "{":
                line.add(token, self._body(token))
            elif token.text in _CLOSES:
                line.add(token, self._bracket(token, line))
            else:
                self.at += 1
                line.add(token, token)
        return Statement(line.pieces, spread)

    def _begins_task(self) -> bool:
        """`task` is a word of the language before a name alone."""
        after = self.tokens[self.at + 1]
        return self.token.text == "task" and after.kind == "word" and not after.split

    def _ended(self, pieces: list[Piece]) -> bool:
        token = self.token
        if token.kind == "end" or token.text == "}":
            return True
        if not pieces or not token.split or last(pieces[-1]).text in _GOES_ON:
            return False
        goes_on = token.text in ("->", "else") or (token.text == "skip" and self.tokens[self.at + 1].text == "{")
        return not goes_on

    def _arrow(self, pieces: list[Piece]) -> bool:
        """Comments beside an arrow go before it: one behind the step before, the others above the arrow."""
        before, arrow, after = last(pieces[-1]), self.token, self.tokens[self.at + 1]
        if before.after is None and not arrow.before:
            before.after, arrow.after = arrow.after, None
        if arrow.after is not None:
            arrow.before.append(arrow.after)
            arrow.after = None
        arrow.before += after.before
        after.before = []
        return arrow.broken or after.broken

    def _body(self, open: Token) -> Body:
        self.at += 1
        start = self.at
        statements = self.statements(_BODY_WORDS)
        close = self.token
        self.at += 1
        lines = any(token.broken for token in self.tokens[start : self.at])
        comments = open.after or close.before
        return Body(open, statements, close, bool(comments) or (lines and bool(statements)))

    def _bracket(self, open: Token, around: "Line") -> Bracket:
        self.at += 1
        kind = around.bracket(open)
        close = _CLOSES[open.text]
        items: list[Item] = []
        line = Line(None, kind)
        while self.token.text != close:
            token = self.token
            if token.text == "," and line.kind != "comprehension":
                items.append(self._item(line.pieces))
                line = Line(None, kind)
            elif token.text in _CLOSES:
                line.add(token, self._bracket(token, line))
            else:
                self.at += 1
                line.add(token, token)
        if line.pieces:
            items.append(self._item(line.pieces))
        made = Bracket(line.kind, open, items, self.token)
        self.at += 1
        return made

    def _item(self, pieces: list[Piece]) -> Item:
        """An item that ends before this comma or bracket. Comments about it go behind it, others above what follows."""
        head, tail, comma = first(pieces[0]), last(pieces[-1]), self.token
        before, head.before = head.before, []
        after, tail.after = tail.after, None
        if comma.text == ",":
            self.at += 1
            if after is None and not comma.before:
                after, comma.after = comma.after, None
            rest = comma.before + ([comma.after] if comma.after else [])
            self.token.before[:0] = [comment._replace(blank=False) for comment in rest]
        item = Item(pieces, before)
        item.after = after
        return item


class Line:
    """The pieces of a statement or item as they come, with what decides the room between them."""

    def __init__(self, head: Token | None, kind: str = "") -> None:
        self.pieces: list[Piece] = []
        self.kind = kind  # of the bracket around
        self.statement = head is not None
        self.head = head.text if head is not None and head.kind == "keyword" else ""
        self.operand = False  # whether a value ends before the next token
        self.targets = self.head in ("let", "for")  # names are bound here

    def bracket(self, open: Token) -> str:
        """The kind of the bracket that opens here."""
        if open.text == "(":
            if self.head in ("block", "network", "fn") and len(self.pieces) == 2:
                return "parameters"
            return "call" if self.operand else "values"
        if self.operand:
            return "index"
        return "targets" if self.targets or self.kind == "targets" else "list"

    def add(self, token: Token, piece: Piece) -> None:
        """Append a piece; `token` is its first."""
        before = last(self.pieces[-1]) if self.pieces else None
        if token.kind == "word" and (before is None or before.text != "."):
            self._word(token, before)
        elif token.text in ("+", "-") and not self.operand:
            token.kind = "unary"
        elif token.text == "=":
            self.targets = False
        token.space = self._space(before, token)
        self.pieces.append(piece)
        self.operand = token.kind in ("word", "number", "string") or not isinstance(piece, Token)

    def _word(self, token: Token, before: Token | None) -> None:
        """After a value, a word is a keyword; elsewhere it is a name."""
        after_else = before is not None and before.text == "else" and self.statement and self.head == "if"
        if self.operand or token.text == "not" or (after_else and token.text == "if"):
            token.kind = "keyword"
        if token.kind == "keyword" and token.text == "for" and not self.statement:
            self.kind = "comprehension"
            self.targets = True
        elif token.kind == "keyword" and token.text == "in":
            self.targets = False

    def _space(self, before: Token | None, token: Token) -> int:
        if before is None or before.text == "." or before.kind == "unary" or token.text in (",", ":"):
            return 0
        if token.text in ("(", "[") and self.operand:
            return 0
        if token.text == "." and self.operand:
            return int(before.kind == "number")  # `5.x` would be no number
        if self.kind == "call" and "=" in (token.text, before.text):
            return 0
        if before.text == ":" and self.kind == "index":
            return 0
        return 1
