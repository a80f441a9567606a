"""Four times the lines, four times the work: no analysis, lint or format looks at everything from everywhere.

The work is counted in calls of Python functions, which are the same from run to run, and in processor time, which sees
what the interpreter does within one call.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import archspec
from archspec.core.report import FORMATS, report
from archspec.core.source import Source
from archspec.emit.convert import convert
from archspec.syntax.format import format_source
from fuzz.probes import ALL

FEW = 20
TIMES = 4


def network(lines: list[str], before: str = "") -> str:
    body = "\n".join(f"    {line}" for line in lines)
    return f"{before}\nnetwork n {{\n    input x: [4, 16, 16]\n{body}\n}}\n"


def each(line: str, end: str = "") -> Callable[[int], str]:
    return lambda count: network([*(line.replace("@", str(at)) for at in range(count)), *([end] if end else [])])


def blocks(count: int) -> str:
    made = [
        f"block B{at}(n, unused = {at}) {{ conv(n, 3, padding=1, bias=false) -> batchnorm -> relu }}"
        for at in range(count)
    ]
    return network([f"B{at}(4)" for at in range(count)], "\n".join(made))


def networks(count: int) -> str:
    return "\n".join(
        network([f"conv({at + 1}, 3) -> relu"]).replace("network n", f"network n{at}") for at in range(count)
    )


def re_read(count: int) -> str:
    """Every layer joins the one before and the first."""
    lines = ["m0: conv(4, 1)", *(f"m{at}: conv(4, 1)\n    (m{at}, m0) -> add" for at in range(1, count))]
    return network(lines)


TEXTS: dict[str, Callable[[int], str]] = {
    "a chain": each("conv(@ % 7 + 1, 3, padding=1) -> relu"),
    "named layers": each("m@: conv(4, 1)"),
    "values by name": each("let v@ = @ + 1", "conv(v0, 1)"),
    "residuals": each("residual { conv(4, 3, padding=1) -> relu }"),
    "re-read values": re_read,
    "dead branches": each("x -> conv(@ % 5 + 2, 1)"),
    "a wide join": lambda count: network(["concat {", *(f"    conv({at % 9 + 1}, 1)" for at in range(count)), "}"]),
    "repeats": each("repeat 2 { conv(4, @ % 2 * 2 + 1, padding=@ % 2) }"),
    "one repeat of different layers": lambda count: network([f"repeat {count} as i {{ conv(i % 7 + i // 7 + 1, 1) }}"]),
    "blocks": blocks,
    "networks": networks,
    "comments": each("# archspec: ignore[AS501] number @\n    relu"),
    "unknown names": each("nothing@"),
    "shapes that do not fit": each("conv(4, 1, groups=3)\n    x -> identity"),
    "lossy strides": each("x -> maxpool(3, stride=3) -> conv(2, 5)"),
    "bad characters": each("relu ?"),
    "a list": lambda count: network([f"let v = [{', '.join(map(str, range(count * 8)))}]", "conv(v[3] + 1, 1)"]),
}  # fmt: skip


def work(action: Callable[[], Any]) -> tuple[int, float]:
    """The calls of Python functions, and the lesser processor time of two runs."""
    calls = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event == "call"

    action()  # what is made once, when first needed
    before = sys.getprofile()
    sys.setprofile(count)
    try:
        action()
    finally:
        sys.setprofile(before)
    spent = []
    for _ in range(2):
        begun = time.process_time()
        action()
        spent.append(time.process_time() - begun)
    return calls, min(spent)


def everything(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    found = archspec.check(path, selection=ALL).diagnostics
    for format in FORMATS:
        report(found, format)


def grows_in_line(actions: list[Callable[[], Any]]) -> None:
    """For one text and another of four times the lines."""
    few, many = [work(one) for one in actions]
    assert many[0] < 1.25 * TIMES * few[0]  # some findings only begin after a few lines
    assert many[1] < 2.75 * TIMES * few[1]  # what grows with the square would take 16 times


@pytest.mark.parametrize("make", TEXTS.values(), ids=TEXTS)
def test_check(tmp_path: Path, make: Callable[[int], str]) -> None:
    grows_in_line([partial(everything, tmp_path / "x.arch", make(count)) for count in (FEW, TIMES * FEW)])


IN_YAML = ["values by name", "re-read values", "blocks", "unknown names"]


@pytest.mark.parametrize("name", IN_YAML)
def test_check_of_yaml(tmp_path: Path, name: str) -> None:
    texts = [convert(Source("x.arch", TEXTS[name](count)), to_yaml=True) for count in (FEW, TIMES * FEW)]
    grows_in_line([partial(everything, tmp_path / "x.arch.yaml", text) for text in texts])


@pytest.mark.parametrize("name", ["comments", "blocks", "a list"])
def test_layout_and_conversion(name: str) -> None:
    def both(source: Source) -> None:
        format_source(source)
        convert(source, to_yaml=True)

    grows_in_line([partial(both, Source("x.arch", TEXTS[name](count))) for count in (FEW, TIMES * FEW)])


def test_the_square_of_calls_is_seen() -> None:
    def one() -> None:
        pass

    def square(count: int) -> None:
        for _ in range(count * count):
            one()

    with pytest.raises(AssertionError):
        grows_in_line([partial(square, count) for count in (10, 40)])


def test_what_the_interpreter_does_within_calls_is_seen() -> None:
    """The cube: a machine that changes its speed by two thirds could hide a square."""

    def looks(count: int) -> None:
        found = list(range(count * count * 10))
        assert not any(-one in found for one in range(1, count * 10))

    with pytest.raises(AssertionError):
        grows_in_line([partial(looks, count) for count in (10, 40)])
