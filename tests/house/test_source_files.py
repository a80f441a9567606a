"""What holds for every source file: a docstring that says what it is for, and a size that one can read."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 500
GENERATED = {"archspec/syntax/tables.py"}
FILES = {
    path.relative_to(ROOT).as_posix(): path
    for folder in ("archspec", "tests", "examples", "benchmarks")
    for path in sorted((ROOT / folder).rglob("*.py"))
}


def docstring(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").strip()


def test_there_are_files() -> None:
    assert "archspec/api.py" in FILES
    assert len(FILES) > 50


@pytest.mark.parametrize("name", FILES)
def test_it_says_what_it_is_for(name: str) -> None:
    assert docstring(FILES[name])


@pytest.mark.parametrize("name", sorted(set(FILES) - GENERATED))
def test_it_is_short(name: str) -> None:
    assert len(FILES[name].read_text(encoding="utf-8").splitlines()) <= LONGEST
