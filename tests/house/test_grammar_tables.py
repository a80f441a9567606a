"""The tables are those of `grammar.lark`, and running them gives what Lark gives."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lark import Lark
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer

from archspec.core.source import Source
from archspec.syntax import build, tables
from archspec.syntax.builder import Builder
from archspec.syntax.lalr import Automaton, Unexpected
from archspec.syntax.lexer import END, Token, tokens

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*/*.arch"))
GRAMMAR = (build.HERE / "grammar.lark").read_text(encoding="utf-8")


def test_they_are_fresh() -> None:
    # the comparison stands outside of `assert`: pytest would draw the difference of two very long texts
    fresh = build.tables() == Path(tables.__file__).read_text(encoding="utf-8")
    assert fresh, "archspec/syntax/tables.py is not what grammar.lark says: run `make grammar`"


@pytest.mark.parametrize(
    ("old", "new"),
    [('REPEAT: "repeat"', 'REPEAT: "again"'), ("expect:  EXPECT expr", "expect:  EXPECT expr expr")],
    ids=["a word", "a rule"],
)
def test_a_change_of_the_grammar_shows(old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert GRAMMAR.count(old) == 1
    (tmp_path / "grammar.lark").write_text(GRAMMAR.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(build, "HERE", tmp_path)
    same = build.tables() == Path(tables.__file__).read_text(encoding="utf-8")
    assert not same


class OurTokens(Lexer):
    """Lets Lark's own parser read the tokens of `archspec.syntax.lexer`."""

    __future_interface__ = 1

    def __init__(self, conf: Any) -> None:
        del conf

    def lex(self, state: Any, parser: Any) -> Iterator[Token]:
        for token in tokens(state.text.text, 0, len(state.text.text)):
            row = parser.parse_conf.states[parser.position]
            if token.kind in tables.WORDS.values() and token.kind not in row and "NAME" in row:
                token.kind = "NAME"
            if token.kind != END:
                yield token


@pytest.fixture
def lark(monkeypatch: pytest.MonkeyPatch) -> tuple[Lark, Builder]:
    """Lark's parser of the grammar with a builder of ours."""
    monkeypatch.setattr(Token, "type", property(lambda token: token.kind), raising=False)
    for absent in ("start_pos", "line", "column", "end_line", "end_column", "end_pos"):
        monkeypatch.setattr(Token, absent, None, raising=False)
    builder = Builder()
    options: Any = {"start": build.STARTS, "lexer": OurTokens, "transformer": builder, "maybe_placeholders": True}
    return Lark(GRAMMAR, parser="lalr", **options), builder


def ours(source: Source, start: str = "start") -> Any:
    builder = Builder()
    builder.begin(source)
    automaton = Automaton(builder)
    builder.expression = lambda begin, end: automaton.run(tokens(source.text, begin, end), "expr")
    return automaton.run(tokens(source.text, 0, len(source.text)), start)


def test_trees_are_those_that_lark_makes(lark: tuple[Lark, Builder]) -> None:
    parser, builder = lark
    assert len(SPECS) > 20
    for path in SPECS:
        source = Source(path.name, path.read_text(encoding="utf-8"))
        builder.begin(source)
        builder.expression = lambda begin, end, text=source.text: Automaton(builder).run(  # type: ignore[misc]
            tokens(text, begin, end), "expr"
        )
        same = parser.parse(source.text, start="start") == ours(source)
        assert same, path.name


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("network n { input x: [3, 4, 4]\n conv(8,, 3) }", "start"),
        ("network n { input x: [3, 4, 4]\n conv(8) -> }", "start"),
        ("network n { repeat 3 conv(8) }", "start"),
        ("block b(n = ) { conv(n) }", "start"),
        ("let a = 1 let b = 2", "start"),
        ("network", "start"),
        ("1 + * 2", "expr"),
        ("[1, 2", "expr"),
        ("a if b", "expr"),
        ("f(x", "expr"),
        ("", "expr"),
    ],
)
def test_what_could_stand_there_is_what_lark_says(text: str, start: str, lark: tuple[Lark, Builder]) -> None:
    parser, builder = lark
    source = Source("a spec", text)
    builder.begin(source)
    with pytest.raises(UnexpectedToken) as theirs:
        parser.parse(text, start=start)
    with pytest.raises(Unexpected) as mine:
        ours(source, start)
    assert mine.value.accepted == theirs.value.accepts
    assert str(mine.value.token) == str(theirs.value.token)
