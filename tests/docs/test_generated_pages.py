"""Generated pages are as they would be generated now: after a change of a declaration, `make docs`."""

import re
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from archspec.api import rules
from archspec.emit.manual import markdown
from archspec.ops import INITIALISERS, OPERATORS

DOCS = Path(__file__).parents[2] / "docs"


def generator() -> Any:
    spec = spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_page_is_stale() -> None:
    made = generator()
    assert [path.name for path in made.stale(made.pages())] == [], "run `make docs`"


def test_a_change_is_seen(tmp_path: Path) -> None:
    made = generator()
    pages = made.pages()
    changed, surplus = DOCS / "rules.md", DOCS / "operators" / "conv.md"
    text = pages[changed]
    assert made.stale({**pages, changed: text + "more"}) == [changed]
    assert made.stale({path: one for path, one in pages.items() if path != surplus}) == [surplus]


def test_the_command_agrees() -> None:
    done = subprocess.run([sys.executable, str(DOCS / "generate.py"), "--check"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (0, b"")


def test_everything_has_its_place() -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in (DOCS / "operators").glob("*.md"))
    assert set(re.findall(r"^## (\w+)$", written, re.MULTILINE)) >= {*OPERATORS, *INITIALISERS}
    assert re.findall(r"^### (AS\d+) ", (DOCS / "rules.md").read_text(encoding="utf-8"), re.MULTILINE) == sorted(
        rules()
    )


@pytest.mark.parametrize(
    ("docs", "made"),
    [
        ("One line.", ["One line."]),
        ("Two\nlines.\n\nMore.", ["Two lines.", "More."]),
        ("A formula\n\n    y = x * 2\n\nand more.", ["A formula", "```\ny = x * 2\n```", "and more."]),
        ("Example:\n    a\n\n    b\n\nPaper: x.", ["Example:", "```arch\na\n\nb\n```", "Paper: x."]),
        ("[*a] < `*b`", ["[\\*a] &lt; `*b`"]),
    ],
)
def test_docstrings_as_markdown(docs: str, made: list[str]) -> None:
    assert markdown(docs) == made
