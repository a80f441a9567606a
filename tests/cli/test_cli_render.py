"""`archspec render` without a file: a terminal gets characters in its own width, a pipe gets SVG; and text formats."""

import fcntl
import os
import struct
import subprocess
import sys
import termios
from pathlib import Path
from typing import Any


def on_terminal(columns: int, *arguments: str, **environment: str) -> str:
    """What a terminal of so many columns is sent."""
    reader, terminal = os.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    known = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")}
    command = [sys.executable, "-m", "archspec", "render", *arguments]
    process = subprocess.Popen(command, stdout=terminal, env={**known, "TERM": "xterm", **environment})
    os.close(terminal)
    data = b""
    try:
        while piece := os.read(reader, 4096):
            data += piece
    except OSError:  # Linux says so where the other side is closed
        pass
    os.close(reader)
    assert process.wait() == 0
    return data.decode()


def test_a_terminal_gets_a_drawing_in_its_width() -> None:
    drawn = on_terminal(70, "seeds/lenet5", NO_COLOR="1")
    lines = drawn.splitlines()
    assert lines[0].startswith("lenet5 · ")
    assert max(len(line) for line in lines) <= 70
    assert any(line.startswith("C  C1  5×5 conv, 6") for line in lines)
    assert "\x1b[" in on_terminal(70, "seeds/lenet5")
    assert on_terminal(70, "seeds/lenet5", PYTHONIOENCODING="ascii", NO_COLOR="1").isascii()


def test_a_pipe_gets_svg(run: Any) -> None:
    assert run("render", "seeds/lenet5").out.startswith("<?xml")


def test_text_formats(run: Any, tmp_path: Path) -> None:
    for name, format in (("net.mmd", "mermaid"), ("net.txt", "text")):
        path = tmp_path / name
        assert run("render", "seeds/lenet5", "-o", path) == (0, "", "")
        written = path.read_text(encoding="utf-8")
        assert written == run("render", "seeds/lenet5", "--format", format).out
        assert "C1" in written


def test_a_format_does_not_contradict_the_ending(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "net.png"
    found = run("render", "seeds/lenet5", "--format", "svg", "-o", path)
    words = "archspec: --format svg contradicts the ending of net.png; one of them is enough\n"
    assert (found.code, found.out, found.err) == (2, "", words) and not path.exists()
    for format, name in (
        ("mermaid", "net.mmd"),
        ("tikz", "net.tex"),
        ("text", "net.txt"),
        ("text", "net"),
        ("dot", "net.gv"),
    ):
        assert run("render", "seeds/lenet5", "--format", format, "-o", tmp_path / name).code == 0
    assert (tmp_path / "net.gv").read_text(encoding="utf-8").startswith("digraph")


def test_a_spec_with_errors_is_drawn_up_to_them(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "net.dot"
    found = run("render", "seeds/mnist_inception_broken", "-o", path)
    assert (found.code, found.out) == (1, "")
    assert "error[AS401]" in found.err
    assert "<b>AS401</b>&nbsp; 24×4×4" in path.read_text(encoding="utf-8")


def test_nothing_is_written_where_there_is_nothing_to_draw(run: Any, tmp_path: Path) -> None:
    spec, path = tmp_path / "net.arch", tmp_path / "net.dot"
    spec.write_text("network net { input x: [", encoding="utf-8")
    for given in ([spec], ["seeds/lenet5", "--set", "nothing=1"]):
        found = run("render", *given, "-o", path)
        assert found.code in (1, 2) and found.err and not path.exists()


def test_one_by_one(run: Any) -> None:
    folded, each = (run("render", "seeds/lenet5", "--format", "dot", *more).out for more in ([], ["--fold", "none"]))
    assert folded == each  # nothing in it is equal
    assert " ×2 " in run("render", "seeds/resnet18", "--format", "text").out
    assert " ×2 " not in run("render", "seeds/resnet18", "--format", "text", "--fold", "none").out


def test_figures_for_papers_and_fields(run: Any, tmp_path: Path) -> None:
    assert run("render", "seeds/lenet5", "-o", tmp_path / "net.tex") == (0, "", "")
    assert (tmp_path / "net.tex").read_text(encoding="utf-8") == run("render", "seeds/lenet5", "--format", "tikz").out
    assert run("render", "seeds/lenet5", "--format", "volumes", "-o", tmp_path / "net.svg") == (0, "", "")
    assert "as volumes" in (tmp_path / "net.svg").read_text(encoding="utf-8")
    assert run("render", "seeds/lenet5", "--format", "volumes", "-o", tmp_path / "net.tex") == (0, "", "")
    assert (tmp_path / "net.tex").read_text(encoding="utf-8").startswith("\\documentclass")
    found = run("render", "seeds/lenet5", "--format", "volumes", "-o", tmp_path / "net.png")
    assert (found.code, found.err) == (2, "archspec: volumes are drawn as .svg or .tex, not as .png\n")
    drawn = run("render", "seeds/lenet5", "--receptive-field", "C3", "--format", "text").out
    assert drawn.startswith("C3 of lenet5\n")
    found = run("render", "seeds/lenet5", "--receptive-field", "C33", "-o", tmp_path / "no.svg")
    assert (found.code, found.err) == (2, "archspec: lenet5 has no layer C33; did you mean C3?\n")
