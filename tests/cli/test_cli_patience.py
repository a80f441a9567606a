"""Long work says on a terminal that it goes on; anywhere else, and once there is an answer, nothing is left of it."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

SPEC = "network n { input x: [3, 32, 32]\n repeat 400 as i { conv(8 + i % 2, 3, padding=1) } }\n"
AT_ONCE = "import archspec.cli.patience as p; p.DELAY = p._TURN = 0.001; from archspec.cli.main import main; main()"


@pytest.fixture
def command(tmp_path: Path) -> list[str]:
    path = tmp_path / "net.arch"
    path.write_text(SPEC, encoding="utf-8")
    return [sys.executable, "-c", AT_ONCE, "summary", str(path), "--format", "csv"]


def on_a_terminal(command: list[str], term: str) -> tuple[str, str]:
    """Standard output, and what a terminal on standard error was sent."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": term}
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=theirs, env=environment, check=True, text=True)
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 65536):
            shown += more
    except OSError:  # the end of a terminal
        pass
    os.close(ours)
    return done.stdout, shown.decode()


def test_a_terminal_sees_that_work_goes_on_and_nothing_of_it_stays(command: list[str]) -> None:
    plain = subprocess.run(command, capture_output=True, check=True, text=True)
    printed, shown = on_a_terminal(command, "xterm")
    assert "working: 0 s" in shown
    assert shown.endswith("\r\x1b[K")
    assert printed == plain.stdout
    assert plain.stdout.count("\n") > 400
    assert plain.stderr == ""


def test_a_terminal_that_cannot_erase_is_left_alone(command: list[str]) -> None:
    assert on_a_terminal(command, "dumb")[1] == ""
