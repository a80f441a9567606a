"""The examples on the pages of lints: the bad one is found where it is marked, the good one is silent."""

from pathlib import Path
from types import ModuleType

import pytest
from linting import as_yaml, codes, examples, in_a_block, lint, marks, place

from archspec.core.diagnostic import Severity
from archspec.lints import narrow_view, unused_suppression
from archspec.lints.run import LINTS

PAGES = pytest.mark.parametrize("module", LINTS, ids=lambda module: module.RULE.name)
OF_DESIGNS = pytest.mark.parametrize(
    "module", [one for one in LINTS if one is not unused_suppression], ids=lambda module: module.RULE.name
)
# narrow-view is found where the task declares the object, in the network itself
IN_MODULES = pytest.mark.parametrize(
    "module",
    [one for one in LINTS if hasattr(one, "Here") and one is not narrow_view],
    ids=lambda module: module.RULE.name,
)


@PAGES
def test_its_page_is_whole(module: ModuleType) -> None:
    docs = module.RULE.docs
    summary, _, rest = docs.partition("\n\n")
    assert summary.endswith(".")
    assert "\n" not in summary
    for title in ("Example:", "Use instead:"):
        assert f"\n{title}" in rest
    assert module.RULE.severity is not Severity.ERROR
    assert module.RULE.opt_in is (module.RULE.code >= "AS7")


@PAGES
def test_the_example_is_found_where_it_is_marked(module: ModuleType, tmp_path: Path) -> None:
    text = examples(module.__doc__, "Example:")
    found = lint(tmp_path, text, module.RULE.code)
    assert codes(found) == [module.RULE.code]
    assert [place(found[0])] == marks(text)


@PAGES
def test_the_advice_is_silent(module: ModuleType, tmp_path: Path) -> None:
    text = examples(module.__doc__, "Use instead:")
    assert lint(tmp_path, text, module.RULE.code) == ()
    assert lint(tmp_path, as_yaml(text), module.RULE.code, "example.arch.yaml") == ()


@OF_DESIGNS
def test_in_yaml(module: ModuleType, tmp_path: Path) -> None:
    text = examples(module.__doc__, "Example:")
    (one,) = lint(tmp_path, text, module.RULE.code)
    (other,) = lint(tmp_path, as_yaml(text), module.RULE.code, "example.arch.yaml")
    assert other.rule is module.RULE
    assert (other.message, other.notes) == (one.message, one.notes)
    marked = one.span.text.partition("(")[0].partition("=")[0].split()[0]
    assert marked in other.span.text or other.span.text == "join"  # which is how YAML writes a join


@IN_MODULES
def test_in_a_block(module: ModuleType, tmp_path: Path) -> None:
    text = in_a_block(examples(module.__doc__, "Example:"))
    (one,) = lint(tmp_path, text, module.RULE.code)
    assert one.rule is module.RULE
    assert [place(one)] == marks(text)
    assert one.path.split(".")[0] == "wrapped"
    assert one.trail[0].block == "Wrapped"


@IN_MODULES
def test_in_an_imported_block(module: ModuleType, tmp_path: Path) -> None:
    text = in_a_block(examples(module.__doc__, "Example:"))
    block, network, rest = text.partition("network example {")
    (tmp_path / "blocks.arch").write_text(block, encoding="utf-8")
    (one,) = lint(tmp_path, f'from "blocks.arch" import Wrapped\n{network}{rest}', module.RULE.code)
    assert one.rule is module.RULE
    assert one.span.source.name.endswith("blocks.arch")
    assert [place(one)] == marks(block)
