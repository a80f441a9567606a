"""What the writer of YAML writes is read back as the same tree, whatever the names in it stand for."""

from pathlib import Path

import pytest
import trees
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archspec.core.source import Source
from archspec.elaborate.vocabulary import Registry
from archspec.syntax import tree
from archspec.syntax.format import format_source, same
from archspec.syntax.parser import parse
from archspec.syntax.printer import print_file
from archspec.syntax.yaml_names import Signature, Vocabulary
from archspec.syntax.yaml_reader import read
from archspec.syntax.yaml_writer import write

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.arch"))


class Busy:
    """A vocabulary in which most names of random trees mean something, and take each other as arguments."""

    signatures = {
        "x": Signature(("c3", "stride"), joins=True),
        "conv": Signature(("out", "kernel", "skip"), joins=False),
        "relu": Signature((), joins=False),
        "Stage": Signature(("unit", "relu", "conv"), joins=False),
        "concat": Signature(("axis",), joins=True),
        "block": Signature(("group", "residual"), joins=False),
        "residual": Signature((), joins=True),
        "_hidden": Signature(("x",), joins=False, open=True),
        "n": Signature(("x",), joins=False),
    }

    def operator(self, name: str) -> Signature | None:
        return self.signatures.get(name)

    def takes(self, operator: str, parameter: str, text: str) -> bool:
        return text == parameter or operator == "Stage"

    def is_value(self, name: str) -> bool:
        return name == "channels"

    def closest(self, name: str) -> str:
        return ""


def check(file: tree.File, vocabulary: Vocabulary) -> str:
    text = write(file, vocabulary)
    again, problems = read(Source("x.arch.yaml", text), vocabulary)
    assert problems == (), text
    assert same(file.items, again.items), text
    return text


@settings(max_examples=800, suppress_health_check=[HealthCheck.too_slow])
@given(trees.files)
def test_files_are_read_back(file: tree.File) -> None:
    check(file, Registry())


@settings(max_examples=800, suppress_health_check=[HealthCheck.too_slow])
@given(trees.files)
def test_files_are_read_back_where_names_mean_much(file: tree.File) -> None:
    check(file, Busy())


_steps = trees.chains(trees.actions(trees.bodies))


@settings(max_examples=800, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_steps, max_size=3), st.sampled_from([Registry(), Busy()]))
def test_branches_are_read_back(branches: list[tree.Chain], vocabulary: Vocabulary) -> None:
    """Branches have rules of their own about labels."""
    at = trees.NOWHERE
    combine = tree.Combine(tree.Name("concat", at), None, tree.Body(tuple(branches), at), at)
    chain = tree.Chain(None, (tree.Step((), combine, at),), at)
    block = tree.Block("Join", (), tree.Body((chain,), at), at, at)
    check(tree.File(at.source, (block,)), vocabulary)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(trees.files)
def test_writing_is_stable(file: tree.File) -> None:
    text = write(file, Registry())
    assert write(read(Source("x.arch.yaml", text), Registry())[0], Registry()) == text


@pytest.mark.parametrize("path", SPECS, ids=[path.stem for path in SPECS])
def test_shipped_specs_come_back_as_they_were(path: Path) -> None:
    """Text, YAML, text: the formatted file without its comments."""
    source = Source(path.name, path.read_text(encoding="utf-8"))
    file, problems = parse(source)
    assert not problems
    again, _ = read(Source("x.arch.yaml", check(file, Registry())), Registry())
    assert print_file(again) == print_file(file)
    assert format_source(Source("x.arch", print_file(again))) == print_file(again)


@pytest.mark.parametrize("label", [":0", "?0", "-0", ":", "?", "-", "a:b", "a?b", "a-b"])
def test_labels_of_signs_are_read_back(label: str) -> None:
    """Within brackets a colon or a question mark at the front is no text."""
    file, problems = parse(Source("net.arch", f'block b {{ "", "{label}": chunk(2) }}\n'))
    assert problems == ()
    check(file, Registry())
