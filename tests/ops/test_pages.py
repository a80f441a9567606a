"""The manual is the code: every operator and initialiser has a page, and every parameter a line."""

import inspect
import re
from pathlib import Path
from textwrap import dedent

import pytest
import torch

import archspec
from archspec.ops import INITIALISERS, OPERATORS

DECLARED = {**OPERATORS, **INITIALISERS}


def test_operators_and_initialisers_share_one_namespace() -> None:
    assert not OPERATORS.keys() & INITIALISERS.keys()


def page(name: str) -> str:
    text = inspect.getdoc(DECLARED[name])
    assert text is not None
    return text


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_the_first_line_is_a_sentence(name: str) -> None:
    assert re.fullmatch(r"[A-Z].*\.", page(name).split("\n")[0])


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_the_example_uses_it_and_runs(name: str, tmp_path: Path) -> None:
    example = re.search(r"^Example:\n((?:    .*\n?|\n)+)", page(name), re.MULTILINE)
    assert example, "no example"
    assert re.search(rf"\b{name}\b", example[1]), "it does not use it"
    spec = tmp_path / "example.arch"
    spec.write_text(dedent(example[1]))
    assert [str(one) for one in archspec.check(spec).diagnostics] == []
    design = archspec.load(spec)
    kind = torch.long if "embedding(" in example[1] else torch.float
    inputs = [torch.zeros(2, *shape, dtype=kind) for shape in design.inputs.values()]
    output = archspec.compile(design).eval()(*inputs)
    assert tuple(output.shape) == (2, *design.output)


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_every_parameter_is_documented(name: str) -> None:
    for one in DECLARED[name].parameters.values():
        assert one.docs, one.name
        assert not one.docs.endswith(".")


@pytest.mark.parametrize("name", sorted(DECLARED))
def test_defaults_are_values_that_the_parameter_takes(name: str) -> None:
    for one in DECLARED[name].parameters.values():
        if not one.required:
            assert one.kind.accept(one.default) == one.default
