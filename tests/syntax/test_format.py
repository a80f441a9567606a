"""Canonical layout: it changes no meaning, loses no comment, and has nothing to do the second time."""

from pathlib import Path

import pytest
import trees
from hypothesis import given, settings
from hypothesis import strategies as st
from scrambling import Scrambler, comments

from archspec.core.source import Source
from archspec.syntax import tree
from archspec.syntax.format import format_source, same
from archspec.syntax.parser import parse
from archspec.syntax.printer import print_file

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.arch"))


def read(text: str) -> tree.File:
    file, problems = parse(Source("x", text))
    assert problems == (), text
    return file


def check(text: str, scrambled: str) -> None:
    made = format_source(Source("x", scrambled))
    assert same(read(text).items, read(made).items)
    assert comments(made) == comments(scrambled)
    assert format_source(Source("x", made)) == made
    assert not any(line != line.rstrip() for line in made.splitlines())
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
