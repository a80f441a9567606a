"""What is written to files and printed as lists: `compile`, `render`, `list`, `ops`."""

import ast
import os
import re
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.api import shipped_networks
from archspec.core.report.visible import width
from archspec.ops import INITIALISERS, OPERATORS


def test_compile_prints_or_writes_the_source(run: Any, tmp_path: Path) -> None:
    source = archspec.to_source(archspec.load("seeds/lenet5"))
    ast.parse(source)
    assert run("compile", "seeds/lenet5") == (0, source, "")
    assert run("compile", "seeds/lenet5", "-o", "-") == (0, source, "")
    path = tmp_path / "lenet5.py"
    assert run("compile", "seeds/lenet5", "-o", path) == (0, "", "")
    assert path.read_text(encoding="utf-8") == source
    assert run("compile", "seeds/mnist_inception_broken", "-o", path).code == 1
    assert path.read_text(encoding="utf-8") == source


def test_files_are_written_whole_or_not_at_all(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, link = tmp_path / "real.py", tmp_path / "link.py"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    assert run("compile", "seeds/lenet5", "-o", link).code == 0
    assert link.is_symlink()
    assert real.read_text().startswith('"""')
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    before = real.read_text()

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fails)
    found = run("compile", "seeds/lenet", "-o", real)
    assert found.code == 2
    assert found.err == f"archspec: cannot use {real}: No space left on device\n"
    assert real.read_text() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["link.py", "real.py"]


def test_places_that_cannot_be_written(run: Any, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing" / "x.py"):
        found = run("compile", "seeds/lenet5", "-o", path)
        assert (found.code, found.out) == (2, "")
        assert found.err.startswith(f"archspec: cannot use {path}: ")
        assert found.err.count("\n") == 1
    assert run("compile", "seeds/lenet5", "-o", os.devnull).code == 0
    assert not Path(os.devnull).is_file()


def test_render(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "net.dot"
    assert run("render", "seeds/lenet5", "-o", path) == (0, "", "")
    assert path.read_text().startswith("digraph")
    assert run("render", "seeds/lenet5", "--format", "dot").out == path.read_text()
    assert "digraph" in run("render", "seeds/resnet18", "--format", "dot", "--depth", "0", "--direction", "right").out
    for name in ("net.xyz", "net"):
        found = run("render", "seeds/lenet5", "-o", tmp_path / name)
        assert (found.code, found.out) == (2, "")
        assert "the formats are svg, png, pdf, dot" in found.err
    found = run("render", "seeds/lenet5", "--format", "dot", "--expand", "nowhere")
    assert (found.code, found.out) == (2, "")


def test_bitmaps_do_not_go_to_terminals(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    found = run("render", "seeds/lenet5", "--format", "png")
    assert (found.code, found.out) == (2, "")
    assert "is not for a terminal" in found.err


def test_list(run: Any) -> None:
    found = run("list")
    assert (found.code, found.err) == (0, "")
    lines = found.out.splitlines()
    shipped = shipped_networks()
    assert [line.split()[0] for line in lines[2:]] == [one.name for one in shipped]
    for line, one in zip(lines[2:], shipped, strict=True):
        if one.network is None:
            assert re.split(r"  +", line) == [one.name, "refused"]
        else:
            cells = re.split(r"  +", line)
            assert cells[1:4] == [
                ", ".join(map(str, one.network.inputs.values())), f"{one.network.parameters:,}", f"{one.network.macs:,}"
            ]  # fmt: skip
    assert len(run("list", "seeds/resnet").out.splitlines()) == 2 + 5
    assert run("list", "nothing").code == 2


@pytest.mark.parametrize("columns", [50, 80, 120])
def test_lists_fit(run: Any, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    assert all(width(line) <= columns for line in run("list").out.splitlines())
    assert all(width(line) <= columns for line in run("ops").out.splitlines())


def test_every_operator_has_a_page(run: Any) -> None:
    listed = run("ops").out
    for name, made in {**OPERATORS, **INITIALISERS}.items():
        assert f"\n  {name} " in listed
        found = run("ops", name)
        assert (found.code, found.err) == (0, "")
        assert re.match(rf"{name}(\(|\n)", found.out)
        assert "Example:" in found.out
        for parameter in made.parameters.values():
            assert re.search(
                rf"^    {parameter.name}(=.*)?\n        {re.escape(parameter.docs)}$", found.out, re.MULTILINE
            )
    unknown = run("ops", "convv")
    assert (unknown.code, unknown.out) == (2, "")
    assert unknown.err == "archspec: there is no operator convv; did you mean conv?\n"
