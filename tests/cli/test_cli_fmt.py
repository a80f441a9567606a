"""`archspec fmt`: files, folders and standard input; what is written, said and returned."""

import io
import os
import stat
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

UGLY = "network net{input x:[4];linear( 2 )# two\n}\n"
GOOD = "network net {\n    input x: [4]\n    linear(2)  # two\n}\n"
BROKEN = "network net { linear( }\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a file to lay out, one that is well, one below, and what is no business of `fmt`."""
    (tmp_path / "sub").mkdir()
    (tmp_path / ".venv").mkdir()
    (tmp_path / "a.arch").write_text(UGLY)
    (tmp_path / "good.arch").write_text(GOOD)
    (tmp_path / "sub" / "b.arch").write_text(UGLY)
    (tmp_path / ".venv" / "c.arch").write_text(UGLY)
    (tmp_path / "d.arch.yaml").write_text("network: d\n")
    (tmp_path / "e.txt").write_text("none of it")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder(run: Any, folder: Path) -> None:
    below = os.path.join("sub", "b.arch")
    found = run("fmt", ".")
    assert found == (0, f"reformatted a.arch\nreformatted {below}\n2 of 3 files reformatted\n", "")
    assert (folder / "a.arch").read_text() == (folder / below).read_text() == GOOD
    assert (folder / ".venv" / "c.arch").read_text() == UGLY
    assert (folder / "d.arch.yaml").read_text() == "network: d\n"
    assert run("fmt", ".") == (0, "0 of 3 files reformatted\n", "")


def test_a_file_given_twice_counts_once(run: Any, folder: Path) -> None:
    assert run("fmt", "a.arch", "a.arch") == (0, "reformatted a.arch\n1 of 1 file reformatted\n", "")


def test_check_writes_nothing(run: Any, folder: Path) -> None:
    found = run("fmt", "--check", "a.arch", "good.arch")
    assert found == (1, "would reformat a.arch\n1 of 2 files would be reformatted\n", "")
    assert (folder / "a.arch").read_text() == UGLY
    assert run("fmt", "--check", "good.arch") == (0, "0 of 1 file would be reformatted\n", "")


def test_diff_can_be_applied(run: Any, folder: Path) -> None:
    (folder / "a.arch").write_text("let a =  1\nlet b = 2 ")
    found = run("fmt", "--diff", "a.arch", "good.arch")
    assert (found.code, found.err) == (1, "")
    assert found.out.splitlines() == [
        "--- a.arch", "+++ a.arch", "@@ -1,2 +1,2 @@", "-let a =  1", "-let b = 2 ", "\\ No newline at end of file",
        "+let a = 1", "+let b = 2",
    ]  # fmt: skip
    assert (folder / "a.arch").read_text() == "let a =  1\nlet b = 2 "
    assert run("fmt", "--diff", "--check", "good.arch") == (0, "", "")


def test_a_difference_commands_no_terminal(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a.arch").write_text("let a =  1  # \x1b[2J\n")
    assert "\x1b[2J" in run("fmt", "--diff", "a.arch").out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("fmt", "--diff", "a.arch").out


def from_stdin(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(text.encode())))


def test_standard_input(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from_stdin(monkeypatch, UGLY)
    assert run("fmt", "-") == (0, GOOD, "")
    from_stdin(monkeypatch, UGLY)
    assert run("fmt", "--check", "-") == (1, "would reformat <stdin>\n", "")
    from_stdin(monkeypatch, UGLY)
    assert run("fmt", "--check", "-", "--stdin-filename", "a.arch").out == "would reformat a.arch\n"
    found = run("fmt", "-", "--stdin-filename", "a.arch.yaml")
    assert (found.code, found.out) == (2, "")
    from_stdin(monkeypatch, BROKEN)
    found = run("fmt", "-")
    assert (found.code, found.out) == (1, "")
    assert "AS101" in found.err


def test_errors_leave_a_file_as_it_is_and_the_others_are_laid_out(run: Any, folder: Path) -> None:
    (folder / "broken.arch").write_text(BROKEN)
    found = run("fmt", "broken.arch", "a.arch")
    assert (found.code, found.out) == (1, "reformatted a.arch\n1 of 2 files reformatted\n")
    assert "AS101" in found.err
    assert "broken.arch:1:" in found.err
    assert (folder / "broken.arch").read_text() == BROKEN
    (folder / "bytes.arch").write_bytes(b"\xff")
    (folder / "a.arch").write_text(UGLY)
    found = run("fmt", "bytes.arch", "missing.arch", "broken.arch", "a.arch")
    assert (found.code, found.out) == (2, "reformatted a.arch\n1 of 4 files reformatted\n")
    assert "bytes.arch is not UTF-8" in found.err
    assert "cannot read missing.arch" in found.err


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("d.arch.yaml", "fmt lays out the text form"),
        ("a.arch:net", "fmt lays out whole files: a.arch"),
        ("empty", "there are no text specs below empty"),
        ("", "an empty target names nothing"),
        ("seeds/lenet5", "cannot read seeds"),
    ],
)
def test_what_it_does_not_take(run: Any, folder: Path, target: str, words: str) -> None:
    (folder / "empty").mkdir()
    found = run("fmt", target)
    assert found.code == 2
    assert words in found.err
    assert found.err.count("\n") == 1


def test_what_a_file_is_besides_its_text_stays(run: Any, folder: Path) -> None:
    path, link = folder / "a.arch", folder / "link.arch"
    path.write_bytes(UGLY.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    link.symlink_to(path)
    assert run("fmt", "link.arch").code == 0
    assert link.is_symlink()
    assert path.read_bytes() == GOOD.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert run("fmt", "--check", "a.arch").code == 0


def test_a_file_is_written_whole_or_not_at_all(run: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fails)
    found = run("fmt", "a.arch")
    assert found.code == 2
    assert "No space left on device" in found.err
    assert (folder / "a.arch").read_text() == UGLY
    assert sorted(path.name for path in folder.glob("*a.arch*")) == ["a.arch"]
