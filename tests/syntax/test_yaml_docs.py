"""The page about the YAML form: every example stands in both forms, and both say the same."""

import re
from pathlib import Path

import pytest

from archspec.core.source import Source
from archspec.elaborate.vocabulary import Registry, joins
from archspec.ops import OPERATORS
from archspec.syntax.format import format_source, same
from archspec.syntax.parser import parse
from archspec.syntax.yaml_reader import read
from archspec.syntax.yaml_writer import write

PAGE = (Path(__file__).parents[2] / "docs" / "yaml.md").read_text(encoding="utf-8")
PAIRS = re.findall(r"```yaml\n(.*?)```\n\n```arch\n(.*?)```", PAGE, re.DOTALL)


def test_every_example_is_in_both_forms() -> None:
    assert len(PAIRS) == PAGE.count("```yaml") == PAGE.count("```arch") > 10


@pytest.mark.parametrize(("yaml", "text"), PAIRS)
def test_both_forms_say_the_same(yaml: str, text: str) -> None:
    ours, problems = read(Source("x.arch.yaml", yaml), Registry())
    assert problems == ()
    theirs, problems = parse(Source("x.arch", text))
    assert problems == ()
    assert same(ours.items, theirs.items)


@pytest.mark.parametrize("text", [text for _, text in PAIRS])
def test_texts_are_in_canonical_layout(text: str) -> None:
    assert format_source(Source("x.arch", text)) == text


def test_the_operators_that_join_are_listed() -> None:
    listed = re.search(r"^(`concat`.*?) take a list of branches", PAGE, re.MULTILINE | re.DOTALL)
    assert listed
    assert set(re.findall(r"`(\w+)`", listed[1])) == {name for name in OPERATORS if joins(name)}


def test_what_is_written_again_is_read_again() -> None:
    for _, text in PAIRS:
        file, _ = parse(Source("x.arch", text))
        again, problems = read(Source("x.arch.yaml", write(file, Registry())), Registry())
        assert problems == ()
        assert same(file.items, again.items)
