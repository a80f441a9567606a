"""The wheel carries all that archspec needs: it works far from its repository."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import archspec, pathlib, sys
assert pathlib.Path(archspec.__file__).is_relative_to(sys.argv[1]), archspec.__file__
assert archspec.load("seeds/lenet5").parameters == 61706
from archspec.cli.main import main
sys.exit(main(["check", "seeds/resnet18"]))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of the working tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("archspec_nn-*-py3-none-any.whl")
    return made


def test_it_holds_everything(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert names >= {"archspec/py.typed", "archspec/syntax/grammar.lark", "archspec/syntax/tables.py"}
    tracked = [
        *ROOT.glob("archspec/**/*.py"),
        *ROOT.glob("archspec/emit/diagram/html/*"),
        *ROOT.glob("specs/**/*.arch"),
        *ROOT.glob("specs/**/*.md"),
    ]
    expected = {path.relative_to(ROOT).as_posix() for path in tracked}
    assert names >= {name if name.startswith("archspec/") else f"archspec/{name}" for name in expected}
    assert not {name for name in names if name.startswith(("tests/", "specs/")) or "__pycache__" in name}


def test_it_runs_elsewhere(wheel: Path, tmp_path: Path) -> None:
    """Unpacked and away from the repository, it loads and checks the networks that ship."""
    place = tmp_path / "site"
    ZipFile(wheel).extractall(place)
    environment = {**os.environ, "PYTHONPATH": str(place)}
    command = [sys.executable, "-P", "-c", PROGRAM, str(place)]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_it_names_command_and_licence(wheel: Path) -> None:
    with ZipFile(wheel) as file:
        folder = next(name.partition("/")[0] for name in file.namelist() if ".dist-info/" in name)
        assert "archspec = archspec.cli.main:main" in file.read(f"{folder}/entry_points.txt").decode()
        metadata = file.read(f"{folder}/METADATA").decode()
        assert f"{folder}/licenses/LICENSE" in file.namelist()
    required = [line for line in metadata.splitlines() if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert [line.split()[1].partition("<")[0].partition(">")[0] for line in required] == ["pyyaml"]
