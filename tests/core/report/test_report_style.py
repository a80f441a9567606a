"""What a report looks like where: colour, characters and width."""

import io
import subprocess
import sys

import pytest

from archspec.core.report.style import NARROWEST, PLAIN, WIDTH, Style, style_for


class Stream(io.TextIOWrapper):
    """A stream that may say it is a terminal."""

    def __init__(self, terminal: bool, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding)
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("terminal", "environ", "color"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": "0"}, False),
        (True, {"NO_COLOR": ""}, True),
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": ""}, False),
        (True, {"FORCE_COLOR": "0"}, False),
        (False, {"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(terminal: bool, environ: dict[str, str], color: bool) -> None:
    assert style_for(Stream(terminal), environ).color is color


@pytest.mark.parametrize(
    ("encoding", "unicode"),
    [("utf-8", True), ("UTF8", True), ("utf_16", True), ("ascii", False), ("cp1252", False), ("latin-1", False)],
)
def test_unicode(encoding: str, unicode: bool) -> None:
    assert style_for(Stream(True, encoding), {}).unicode is unicode


def test_streams_that_are_none() -> None:
    assert style_for(io.StringIO(), {}) == PLAIN
    closed = io.StringIO()
    closed.close()
    assert style_for(closed, {}) == PLAIN


@pytest.mark.parametrize(
    ("asked", "width"),
    [("100", 100), ("3", NARROWEST), ("0", WIDTH), ("-5", WIDTH), ("wide", WIDTH), ("9" * 5000, WIDTH), ("²", WIDTH)],
)
def test_width(asked: str, width: int) -> None:
    assert style_for(Stream(True), {"COLUMNS": asked}).width == width


def test_rows_merge_pieces_of_one_role_and_end_without_spaces() -> None:
    pieces = (("a", "error"), ("b", "error"), ("", ""), ("c ", ""), ("  ", "frame"))
    assert Style(color=True).row(*pieces) == "\x1b[1;31mab\x1b[0mc"
    assert PLAIN.row(*pieces) == "abc"
    assert PLAIN.row((" ", "frame")) == ""


def test_drawing_text_imports_nothing_heavy() -> None:
    heavy = "{'json', 'textwrap', 'shutil', 'logging', 'torch', 'rich', 'pydantic', 'networkx', 'graphviz'}"
    script = f"import sys, archspec.core.report.text; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    script = script.replace("import sys,", "import sys, json,")  # the check itself can fail
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "['json']\n"
