"""`archspec check --watch`: in a pipe, on a terminal, until it is interrupted."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends the signal that Ctrl-C sends")

GOOD = "network n { input x: [3, 8, 8]; conv(4, 3) }\n"
BAD = "network n { input x: [3, 8, 8]; conv(4, 9) }\n"


@contextmanager
def watching(*options: object, stdout: Any = subprocess.PIPE) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "archspec", "check", "--watch", *map(str, options)]
    process = subprocess.Popen(command, stdout=stdout, stderr=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def test_in_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "n.arch"
    path.write_text(GOOD)
    with watching(tmp_path, "--format", "concise") as process:
        assert process.stdout is not None
        path.with_name("m.arch").write_text(BAD)  # new below the folder, or there from the start
        assert "AS403" in process.stdout.readline()
        path.write_text(GOOD.replace("conv(4, 3)", "cnv(4, 3)"))
        lines = [process.stdout.readline() for _ in range(2)]
        assert ["AS403" in lines[0], "AS201" in lines[1]] == [True, True]
        assert ended(process) == (0, "")


def test_imports_are_watched(tmp_path: Path) -> None:
    (tmp_path / "a.arch").write_text('from "b.arch" import B\nnetwork n { input x: [3, 8, 8]; B }\n')
    imported = tmp_path / "b.arch"
    imported.write_text("block B { conv(4, 9) }\n")
    with watching(tmp_path / "a.arch") as process:
        assert process.stdout is not None
        assert "AS403" in process.stdout.readline()
        imported.write_text("block B { conv(4, 3) }\n")
        assert any("no findings in 1 network of 1 file" in line for line in process.stdout)
        assert ended(process) == (0, "")


def test_on_a_terminal(tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    path = tmp_path / "n.arch"
    path.write_text(GOOD)
    ours, theirs = pty.openpty()
    with watching(path, stdout=theirs) as process:
        os.close(theirs)
        said = b""
        while b"Ctrl-C ends" not in said:
            said += os.read(ours, 1024)
        assert said.startswith(b"\x1b[2J\x1b[3J\x1b[H")
        assert b"no findings in 1 network of 1 file" in said
        assert b"watching 1 file;" in said
        assert ended(process) == (0, "")
    os.close(ours)


def test_it_ends_with_its_reader(tmp_path: Path) -> None:
    (tmp_path / "n.arch").write_text(GOOD)
    with watching(tmp_path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "no findings in 1 network of 1 file\n"
        process.stdout.close()
        assert process.wait(60) == 0


@pytest.mark.parametrize("arguments", [("-",), ("seeds/lenet5", "--diff"), ("nowhere.arch",)])
def test_what_cannot_be_watched(arguments: tuple[str, ...], run: Any) -> None:
    done = run("check", "--watch", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("archspec: ")
