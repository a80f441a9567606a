"""Serialise the grammar into `tables.py`, so that no run builds a parser: `python -m archspec.syntax.build`."""

from pathlib import Path

from lark import Lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from archspec.syntax.newlines import Newlines

HERE = Path(__file__).parent
STARTS = ["start", "expr"]


def tables() -> str:
    """The text of `tables.py` for the grammar as it stands."""
    grammar = (HERE / "grammar.lark").read_text(encoding="utf-8")
    parser = Lark(grammar, parser="lalr", lexer="contextual", start=STARTS, postlex=Newlines(), maybe_placeholders=True)
    data, memo = parser.memo_serialize([TerminalDef, Rule])
    data["options"]["postlex"] = None  # an object: given again when the tables are loaded
    return f'"""Made by `python -m archspec.syntax.build` from `grammar.lark`."""\n\nDATA = {data!r}\nMEMO = {memo!r}\n'


if __name__ == "__main__":
    (HERE / "tables.py").write_text(tables(), encoding="utf-8")
