"""Modules and packages with operators, made for a test and forgotten after it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from registries import restored

from archspec.ops import offers

Write = Callable[[str, str], None]
Install = Callable[..., None]
EXAMPLE = Path(__file__).parents[2] / "examples" / "custom_operator"


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    with restored():
        yield


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a module that Python finds."""
    monkeypatch.syspath_prepend(tmp_path)

    def module(name: str, text: str) -> None:
        path = tmp_path / f"{name.replace('.', '/')}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")

    return module


@pytest.fixture
def install(tmp_path: Path) -> Install:
    """Leave behind what pip leaves of a package: its entry points."""

    def package(name: str = "demo", version: str = "1.2", place: Path = tmp_path, **operators: str) -> None:
        folder = place / f"{name}-{version}.dist-info"
        folder.mkdir(parents=True)
        entries = "".join(f"{key} = {value}\n" for key, value in operators.items())
        text = f"[console_scripts]\nrelu = nowhere:main\n\n[archspec.operators]\n{entries}\n[other]\ngelu = nowhere:f\n"
        (folder / "entry_points.txt").write_text(text, encoding="utf-8")
        offers._found.clear()

    return package


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The running example, as it is where its folder is the current one."""
    monkeypatch.chdir(EXAMPLE)
    monkeypatch.syspath_prepend(EXAMPLE)
    return EXAMPLE
