"""Any diagnostic over any text is drawn in every format: nothing raises, nothing leaks, carets stand right."""

import re
import time
from unicodedata import category, east_asian_width

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sketches import diagnostics, found, hostile

from archspec.core.diagnostic import Diagnostic, Edit, Fix, Label
from archspec.core.report import FORMATS, report
from archspec.core.report.style import Style
from archspec.core.source import Source, Span

styles = st.builds(Style, st.booleans(), st.booleans(), st.sampled_from([1, 32, 40, 80, 140]))
SGR = re.compile(r"\x1b\[(?:0|1|\d\d|1;\d\d)m")


def columns(text: str) -> int:
    """The columns that printable characters take."""
    taken = 0
    for char in text:
        joins = category(char) in ("Mn", "Me") or char in map(chr, (*range(0x1160, 0x1200), *range(0xD7B0, 0xD800)))
        taken += 0 if joins else 2 if east_asian_width(char) in "WF" else 1
    return taken


@settings(max_examples=300, deadline=None)
@given(st.lists(diagnostics(), max_size=2), styles, st.sampled_from(FORMATS))
def test_nothing_raises_and_nothing_leaks(several: list[Diagnostic], style: Style, format: str) -> None:
    text = report(several, format, style)
    assert text == report(several, format, style)
    text.encode("utf-8")  # no lone surrogate is left
    if style.color and format in ("text", "concise"):
        text = SGR.sub("", text)
    assert all(char == "\n" or char.isprintable() for char in text)
    if format in ("json", "sarif") or (format in ("text", "concise") and not style.unicode):
        assert text.isascii()
    assert not text or text.endswith("\n")


@settings(max_examples=200, deadline=None)
@given(st.lists(diagnostics(), max_size=2), styles, st.sampled_from(FORMATS))
def test_a_log_on_github_holds_no_command_but_ours(several: list[Diagnostic], style: Style, format: str) -> None:
    lines = [SGR.sub("", line) for line in report(several, format, style).split("\n")]
    commands = [line for line in lines if line.lstrip().startswith("::")]
    assert len(commands) == (len(several) if format == "github" else 0)
    if format != "github":
        assert not any("##[" in line for line in lines)


@settings(max_examples=200, deadline=None)
@given(diagnostics(), styles)
def test_colour_adds_nothing_but_colour(one: Diagnostic, style: Style) -> None:
    assert SGR.sub("", report([one], "text", style._replace(color=True))) == report(
        [one], "text", style._replace(color=False)
    )


@settings(max_examples=300, deadline=None)
@given(diagnostics(), st.booleans(), st.sampled_from([32, 40, 80, 140]))
def test_only_file_names_reach_beyond_the_page(one: Diagnostic, unicode: bool, width: int) -> None:
    for line in report([one], "text", Style(False, unicode, width)).split("\n"):
        named = "-->" in line or "─▸" in line or re.match(r" {4,}\S.*:\d+$", line)
        assert named or columns(line) <= width


@pytest.mark.parametrize("before", [0, 90, 990, 9990])
@pytest.mark.parametrize("brackets", range(1, 6))
def test_brackets_leave_room_for_the_caret_behind_a_line(brackets: int, before: int) -> None:
    source = Source("f", "\n" * before + "0123456789 0123456789 0123456789\n" * 20)
    ends = [source.text.find("\n", before + 40 + 33 * at) + 1 for at in range(brackets)]
    drawn = report([found(*(Label(Span(source, before, end)) for end in ends))], "text", Style(False, False, 32))
    assert all(len(line) <= 32 for line in drawn.split("\n"))


lines = hostile.map(lambda text: text.replace("\n", "").replace("@", "")).map(lambda text: text * 3)


def rows(line: str, start: int, end: int, style: Style) -> tuple[str, str]:
    """What is drawn of a line and below it, behind the gutter."""
    drawn = report([found(Label(Span(Source("f", f"{line}\n"), start, end)))], "text", style).split("\n")
    return drawn[3][4:], drawn[4][4:]


@settings(max_examples=500, deadline=None)
@given(lines, lines, st.booleans(), st.sampled_from([32, 40, 80, 140]))
def test_the_caret_stands_under_its_character(before: str, after: str, unicode: bool, width: int) -> None:
    shown, below = rows(f"{before}@{after}", len(before), len(before) + 1, Style(False, unicode, width))
    assert below == " " * columns(shown[: shown.index("@")]) + "^"


@settings(max_examples=500, deadline=None)
@given(lines, lines, lines, st.booleans())
def test_the_underline_is_as_long_as_its_text(before: str, within: str, after: str, unicode: bool) -> None:
    line = f"{before}@{within}@{after}"
    shown, below = rows(line, len(before), len(before) + len(within) + 2, Style(False, unicode, 10_000))
    left, right = shown.index("@"), shown.rindex("@")
    assert below == " " * columns(shown[:left]) + "^" * columns(shown[left : right + 1])


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("char", ["a", "\t", "\x1b", "字", "\u0301", "\u202e", "[", "#"])
def test_a_line_of_megabytes_is_drawn_in_no_time(char: str, unicode: bool) -> None:
    source = Source("f", char * 2**20 + "\n" + char)
    labels = [Label(Span(source, at, at + 5), "here") for at in range(0, 2**20, 100_000)]
    fix = Fix("shorter", (Edit(Span(source, 500_000, 500_001), "b"),))
    before = time.process_time()
    text = report([Diagnostic(found(*labels).rule, "long", tuple(labels), fix=fix)], "text", Style(False, unicode, 80))
    assert time.process_time() - before < 2
    assert len(text) < 20_000
