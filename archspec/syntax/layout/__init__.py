"""The canonical layout of a spec: the same tokens and comments, set as the house style has it.

`tokens` reads a text, `structure` finds its statements and brackets, `columns` aligns what stands below each other,
`breaking` says what goes over several lines, `writer` sets it, and `comments` puts comments behind lines.
"""

from archspec.syntax.layout.comments import joined
from archspec.syntax.layout.structure import Reader
from archspec.syntax.layout.tokens import tokenize
from archspec.syntax.layout.writer import Writer


def arrange(text: str) -> str:
    """The canonical layout of a text that parses."""
    reader = Reader(tokenize(text))
    statements = reader.statements()
    writer = Writer()
    writer.statements(statements, reader.token.before, 0, file=True)
    return joined(writer.lines)
