"""The hooks for pre-commit: complete, about the files they mean, and with commands that run."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from archspec.cli.main import main

HOOKS = yaml.safe_load(Path(__file__).parents[2].joinpath(".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
EACH = pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])


def test_which_there_are() -> None:
    assert [hook["id"] for hook in HOOKS] == ["archspec-check", "archspec-fmt"]


@EACH
def test_it_is_whole(hook: dict[str, Any]) -> None:
    assert set(hook) == {"id", "name", "description", "entry", "language", "files", "types"}
    assert (hook["language"], hook["types"]) == ("python", ["text"])  # installed with pip, from pyproject.toml


@EACH
def test_the_files_it_is_about(hook: dict[str, Any]) -> None:
    names = ["net.arch", "a/b.arch", "net.arch.yaml", "net.yaml", "net.archive", "arch", "net.arch.py"]
    found = [name for name in names if re.search(hook["files"], name)]
    assert found == (names[:3] if hook["id"] == "archspec-check" else names[:2])


@EACH
def test_its_command(hook: dict[str, Any], tmp_path: Path) -> None:
    program, *options = shlex.split(hook["entry"])
    assert program == "archspec"
    good, bad = tmp_path / "good.arch", tmp_path / "bad.arch"
    good.write_text("network n {\n    input x: [3, 8, 8]\n    conv(4, 3)\n}\n")
    bad.write_text("network n { input x: [3, 8, 8]\n  conv( 4, 9) }\n")
    assert main([*options, str(good)]) == 0
    before = bad.read_text()
    code = main([*options, str(good), str(bad)])
    # pre-commit fails where a hook exits with 1, or has changed a file
    assert code == 1 or bad.read_text() != before
