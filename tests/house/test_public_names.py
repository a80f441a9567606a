"""The public names: all of them, in order, and nothing that cannot be had."""

import ast
import sys
from importlib import import_module
from pathlib import Path

import pytest

import archspec

CONTRACT = {"SpecError", "check", "compile", "load", "render", "to_source"}


def test_they_are_sorted_and_each_once() -> None:
    assert archspec.__all__ == sorted(set(archspec.__all__))


def test_they_hold_what_is_promised() -> None:
    assert set(archspec.__all__) >= CONTRACT


@pytest.mark.parametrize("name", archspec.__all__)
def test_each_can_be_imported(name: str) -> None:
    value = getattr(archspec, name)
    assert value.__name__ == name
    assert value.__doc__, f"{name} has no docstring"


def test_type_checkers_see_the_same_names() -> None:
    """They read the imports under `TYPE_CHECKING`, which no run executes."""
    tree = ast.parse(Path(archspec.__file__).read_text(encoding="utf-8"))
    guarded = [node for node in tree.body if isinstance(node, ast.If)]
    imports = [node for one in guarded for node in one.body if isinstance(node, ast.ImportFrom)]
    assert sorted(alias.asname or alias.name for node in imports for alias in node.names) == archspec.__all__


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        archspec.no_such_name  # type: ignore[attr-defined]  # noqa: B018


def test_dir_lists_them() -> None:
    assert set(archspec.__all__) <= set(dir(archspec))


@pytest.mark.parametrize(
    ("module", "package", "said"),
    [
        ("archspec.contract", "pydantic", "the models of archspec.contract need pydantic: `pip install .*contract"),
        ("archspec.emit.torch.module", "torch", "live modules need torch: `pip install .*torch"),
    ],
)
def test_what_lacks_is_told_with_what_brings_it(
    monkeypatch: pytest.MonkeyPatch, module: str, package: str, said: str
) -> None:
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, package, None)  # type: ignore[arg-type]  # as if it were not installed
    with pytest.raises(ModuleNotFoundError, match=said):
        import_module(module)
