"""Canonical layout: it changes no meaning, loses no comment, and has nothing to do the second time."""

from pathlib import Path

import pytest
import trees
from hypothesis import given, settings
from hypothesis import strategies as st
from scrambling import Scrambler, comments

from archspec.core.diagnostic import SpecError
from archspec.core.source import Source
from archspec.syntax import tree
from archspec.syntax.format import format_source, same
from archspec.syntax.parser import parse
from archspec.syntax.printer import print_file

EXAMPLES = {
    name: tuple(part.partition("------\n")[::2])
    for name, _, part in (
        one.partition("\n")
        for one in (Path(__file__).parent / "layouts.txt").read_text(encoding="utf-8").split("=== ")[1:]
    )
}
SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.arch"))


def formatted(text: str) -> str:
    return format_source(Source("x", text))


def read(text: str) -> tree.File:
    file, problems = parse(Source("x", text))
    assert problems == (), text
    return file


def check(text: str, other: str) -> None:
    """`other`, which says what `text` says, in canonical layout."""
    made = formatted(other)
    assert same(read(text).items, read(made).items)
    assert comments(made) == comments(other)
    assert formatted(made) == made
    assert not any(line != line.rstrip(" ") for line in made.split("\n"))
    assert "\n\n\n" not in made


@settings(max_examples=1000)
@given(trees.files, st.integers(0, 2**32), st.sampled_from([0.0, 0.5, 0.9]))
def test_random_trees_in_any_layout(file: tree.File, seed: int, calm: float) -> None:
    text = print_file(file)
    check(text, Scrambler(text, seed, calm).text())


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), calm=st.sampled_from([0.0, 0.5, 0.9, 0.99]))
def test_shipped_specs_in_any_layout(path: Path, seed: int, calm: float) -> None:
    text = path.read_text(encoding="utf-8")
    check(text, Scrambler(text, seed, calm).text())


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_shipped_specs_are_in_canonical_layout(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert formatted(text) == text


def test_a_text_that_does_not_parse_is_refused() -> None:
    with pytest.raises(SpecError) as caught:
        formatted("network a { conv( }\nblock b { conv) }")
    assert [one.rule.code for one in caught.value.diagnostics] == ["AS101", "AS101"]


@pytest.mark.parametrize("text", ["", "\n \n\t\n", ";", "  ;\n"])
def test_nothing_is_left_of_blanks(text: str) -> None:
    assert formatted(text) == ""


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str) -> None:
    text, expected = EXAMPLES[name]
    assert formatted(text) == expected
    check(text, text)


def test_towers() -> None:
    """The deepest nesting there may be, too wide at every level."""
    lists = f"let x = {'f(a_name, [' * 31}1{'])' * 31}"
    bodies = "block x " + "{ a_name_of_some_length: " * 62 + "{ b }" + " }" * 62
    for text in (lists, bodies):
        check(text, text)
        assert formatted(text).count("\n") > 60


def test_same() -> None:
    """What the tests above rest on tells trees apart."""
    trees = [read(f"let a = {value}").items for value in ("1", "1.0", "true", "b", '"b"', "[]", "[b]", "b()", "b.c")]
    assert all(same(one, other) == (one is other) for one in trees for other in trees)
    assert same(trees[0], read("\n let a   = 1").items)
