"""Docs run: specs on the pages are checked, commands are run and their output compared, Python is executed."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fences import Command, Fence, commands, fences, matches
from registries import restored

from archspec.cli.main import main
from archspec.core.source import Source
from archspec.syntax.parser import parse

ROOT = Path(__file__).parents[2]
GENERATED = {ROOT / "docs" / "rules.md", *(ROOT / "docs" / "operators").glob("*.md")}
PAGES = {
    path.relative_to(ROOT).as_posix(): path
    for path in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("examples/**/*.md"))]
    if path not in GENERATED
}


@pytest.fixture(autouse=True)
def surroundings() -> Iterator[None]:
    with restored():
        yield


def prepared(page: Path, folder: Path) -> None:
    """What a page stands on: the repository's specs, or the files of its example."""
    if page.is_relative_to(ROOT / "examples"):
        shutil.copytree(page.parent, folder, dirs_exist_ok=True)
    elif page.parent == ROOT:
        (folder / "specs").symlink_to(ROOT / "specs")


@pytest.mark.parametrize("name", PAGES)
def test_the_page_holds(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Block by block, in one folder: a block with a title is a file there, for the commands that follow."""
    monkeypatch.chdir(tmp_path)
    prepared(PAGES[name], tmp_path)
    scope: dict[str, object] = {"__name__": "page"}
    for fence in fences(PAGES[name]):
        place = f"{name}:{fence.line}"
        if fence.language == "arch":
            check_spec(fence, place, tmp_path, capsys)
        elif fence.language == "console" or fence.text.startswith("$ "):
            for one in commands(fence):
                if name == "README.md":  # it leaves lines out without a sign; those that it shows stand in order
                    one = one._replace(shown="…\n".join(["", *one.shown.splitlines(keepends=True), ""]))
                run(one, f"{name}:{one.line}", capsys)
        elif fence.language == "python" and fence.title:
            (tmp_path / fence.title).parent.mkdir(exist_ok=True)
            (tmp_path / fence.title).write_text(fence.text, encoding="utf-8")
        elif fence.language == "python":
            monkeypatch.syspath_prepend(tmp_path)
            exec(compile(fence.text, place, "exec"), scope)  # noqa: S102  the page is ours


def check_spec(fence: Fence, place: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A spec has no errors; one whose name says `broken` has. Behind its name may stand options of `check`."""
    name, *options = fence.title.split() or ["page.arch"]
    (folder / name).write_text(fence.text, encoding="utf-8")
    imports = re.match('from "(.+?)" import', fence.text)
    if imports and not (folder / imports[1]).exists():  # of a file that the page does not show
        assert parse(Source(place, fence.text))[1] == (), place
        return
    code = main(["check", name, *options])
    assert code == int("broken" in name), f"{place}: {capsys.readouterr()}"


def run(command: Command, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    program, *arguments = shlex.split(command.text, comments=True)
    capsys.readouterr()
    if program == "archspec":
        code = main(arguments)
        said = capsys.readouterr()
        printed = said.out + said.err
    else:
        assert program == "python", f"{place}: {program} is no program that a page may run"
        done = subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False)
        code, printed = done.returncode, done.stdout + done.stderr
    assert code in (0, 1) or command.shown.startswith("archspec: "), f"{place}: {printed}"
    assert matches(command.shown, printed), f"{place}: {command.text} printed\n{printed}"


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for path in sorted(ROOT.glob("docs/**/*.md")):
        name = path.relative_to(ROOT / "docs").as_posix()
        assert name == "README.md" or name.startswith("operators/") or f"({name})" in index, name
    assert "(operators/README.md)" in index
    examples = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    for path in sorted(ROOT.glob("examples/*/README.md")):
        assert f"({path.parent.name}/README.md)" in examples


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    text = re.sub(r"```.*?```|`[^`]*`", "", PAGES[name].read_text(encoding="utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" not in link and not link.startswith("#"):
            assert (PAGES[name].parent / link.partition("#")[0]).exists(), link


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a\n…\n", "a\nb\nc\n", True),
        ("…\nc\n", "a\nb\nc\n", True),
        ("a\n…\nc\n", "a\nc\n", True),
        ("a …\n", "a (b)\n", True),
        ("a …\n", "b (b)\n", False),
        ("a.c\n", "abc\n", False),
        ("", "", True),
        ("", "a\n", False),
        ("…\n", "", True),
    ],
)
def test_what_is_left_out(shown: str, printed: str, same: bool) -> None:
    assert matches(shown, printed) == same
