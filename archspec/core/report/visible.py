"""Text made safe to print: what a terminal cannot show, or would obey, comes out as a visible escape.

Terminal escapes, control characters, bidirectional overrides, invisible characters, odd spaces, lone surrogates and
unassigned characters are shown as control pictures (`␛`) or as `\\x1b` and `\\u202e`. Where a caller cannot print
Unicode, so is everything beyond ASCII. Widths are in terminal columns (Unicode Standard Annex 11: wide and full-width
characters take two).
"""

from functools import cache
from unicodedata import category, east_asian_width

MOST_MARKS = 4  # combining marks on one character; more would paint over the lines around it

# what a message may say in symbols, for those who read it in ASCII; source text is never respelled
_SPELLED = {" × ": " x ", " → ": " -> ", " ≤ ": " <= ", " ≥ ": " >= ", " ≠ ": " != ", " ≡ ": " = ", " – ": " - ",
            "−": "-", "·": "*", "…": "...", "⌊": "floor(", "⌋": ")", "⌈": "ceil(", "⌉": ")"}  # fmt: skip
# printable by their category, but drawn as nothing: fillers, joiners and variation selectors
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE10)), map(chr, range(0xE0100, 0xE01F0))
)
_SHORT = {"\t": "\\t", "\n": "\\n", "\r": "\\r"}

Cell = tuple[str, int]  # what is shown for a character, and how many columns it takes


def cells(text: str, unicode: bool = True) -> list[Cell]:
    """What is shown for each character of a text, in order."""
    shown: list[Cell] = []
    marks = MOST_MARKS  # a mark that has no character to stand on is shown by itself
    for at, char in enumerate(text):
        cell = _cell(char, unicode)
        if cell[1] == 0:
            marks += 1
            if marks > MOST_MARKS:
                cell = _escape(char)
        else:
            marks = 0
        if char == "[" and text[max(at - 2, 0) : at] == "##":
            cell = _escape(char)  # GitHub's runners obey `##[command]` anywhere in a line
        shown.append(cell)
    return shown


def visible(text: str, unicode: bool = True) -> str:
    """The text with everything that is not plainly printable escaped. Line feeds are escaped too."""
    if text.isascii() and text.isprintable() and "##[" not in text:
        return text
    return "".join(shown for shown, _ in cells(text, unicode))


def prose(text: str, unicode: bool = True) -> str:
    """`visible` for our own sentences: without Unicode, their symbols are spelled out."""
    if not unicode and not text.isascii():
        text = f" {text} "
        for symbol, spelling in _SPELLED.items():
            text = text.replace(symbol, spelling)
        text = text[1:-1]
    return visible(text, unicode)


def width(text: str) -> int:
    """The columns that a visible text takes."""
    return len(text) if text.isascii() else sum(_cell(char, True)[1] for char in text)


def wrap(text: str, room: int, indent: str = "") -> list[str]:
    """Lines of at most `room` columns, broken at spaces where there are any, with an indent on all but the first.

    A text that fits is left as it is, so that a table stays one. No line begins with `::`.
    """
    lines: list[str] = []
    at = 0
    while True:
        start = indent if lines else ""
        word = len(text) - len(text.lstrip()) if not lines else at
        if text.startswith("::", word):
            start += text[at:word] + _escape(":")[0]
            at = word + 1
        end = _fitting(text, at, room - len(start))
        if end == len(text):
            return [*lines, start + text[at:]]
        end = _break(text, at, end)
        lines.append(start + text[at:end].rstrip())
        at = end
        while at < len(text) and text[at] == " ":
            at += 1


def inert(line: str) -> str:
    """The line such that GitHub's runners do not obey it: as they do where `::` is its beginning, after spaces."""
    return line.replace("::", f"{_escape(':')[0]}:", 1) if line.lstrip().startswith("::") else line


def _fitting(text: str, start: int, room: int) -> int:
    """The end of the longest piece from `start` on that fits (at least one character, with its marks)."""
    columns = 0
    for at in range(start, len(text)):
        columns += _cell(text[at], True)[1]
        if columns > room and at > start:
            return at
    return len(text)


def _break(text: str, start: int, end: int) -> int:
    """Where to end a line that may reach to `end`: at its last space, and if possible not within `64 × 56 × 56`."""
    while text[start] == " " and start < end - 1:
        start += 1
    last = space = text.rfind(" ", start, end + 1)
    while space > start and (text[space - 2 : space] in (" ×", " x") or text[space + 1 : space + 3] in ("× ", "x ")):
        space = text.rfind(" ", start, space)
    return space if space > start else last if last > start else end


@cache
def _cell(char: str, unicode: bool) -> Cell:
    if char.isascii():
        if char.isprintable():
            return char, 1
        if unicode:
            return chr(0x2421 if char == "\x7f" else 0x2400 + ord(char)), 1
        return _escape(char)
    if not unicode or not char.isprintable() or char in _INVISIBLE:
        return _escape(char)
    # the vowels and finals of Hangul join the syllable before them
    if category(char) in ("Mn", "Me") or "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff":
        return char, 0
    return char, 2 if east_asian_width(char) in ("W", "F") else 1


def _escape(char: str) -> Cell:
    code = ord(char)
    shown = _SHORT.get(char) or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )
    return shown, len(shown)
