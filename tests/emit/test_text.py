"""The drawing in characters: within its columns, branches and skips in lanes of their own, ASCII where needed."""

import re

import pytest
from pictures import RESIDUAL, UNET, design, network
from test_dot import HOSTILE, renamed

import archspec
from archspec.core.report.style import Style
from archspec.core.report.visible import visible, width
from archspec.emit.diagram.scene import boxes
from archspec.emit.diagram.text import text
from archspec.emit.diagram.unfolding import scene

WIDE = Style(width=100)


def lanes(drawn: str) -> list[str]:
    """The lanes of each line between the title and the legend."""
    lines = drawn.splitlines()[1:-1]
    margin = next(line.index("input") for line in lines if "input" in line) - 3  # before the name and its gap
    return [line[:margin].rstrip() for line in lines]


def test_a_chain() -> None:
    drawn = text(scene(network("a: conv(8, 3, padding=1) -> relu\nflatten\nfc: linear(5)")), WIDE)
    title, *rows, legend = drawn.splitlines()
    assert title.startswith("n · 2,861 params · ")
    assert [re.sub(r"  +", "  ", row) for row in rows] == [
        "○  x  input  4×8×8",
        "C  a  3×3 conv, 8 · relu  8×8×8  296 params  18.4k MACs",
        "S  flatten  512",
        "L  fc  linear, 5  5  2,565 params  2,560 MACs",
        "◉  output  output",
    ]
    assert legend == "C convolution   L linear   S shape only"


def test_a_skip_runs_outside() -> None:
    drawn = lanes(text(scene(network("r: Residual", before=RESIDUAL)), WIDE))
    assert drawn == ["○", "│", "├─╮", "C │", "C │", "+─╯", "◉"]


def test_branches_stand_side_by_side() -> None:
    body = "concat {\n a: conv(2, 1)\n { b: conv(3, 1) -> c: conv(3, 1) }\n d: conv(4, 1)\n }"
    drawn = lanes(text(scene(network(body)), WIDE))
    assert drawn == ["○", "├─╮", "C │", "│ ├─╮", "│ C │", "│ C │", "│ │ C", "●─┴─╯", "◉"]


def test_what_trains_only_stands_aside() -> None:
    body = "a: conv(4, 1)\nif training { output aux: conv(2, 1) }\nb: conv(4, 1)\n"
    drawn = text(scene(network(body)), WIDE)
    assert "├─C  " in drawn and "training only" in drawn
    assert lanes(drawn)[0] == "○"


@pytest.mark.parametrize("columns", [32, 48, 60, 80, 200])
@pytest.mark.parametrize("name", ["seeds/googlenet", "seeds/resnet50", "seeds/squeezenet1_0"])
def test_it_keeps_to_its_columns(name: str, columns: int) -> None:
    shown = scene(archspec.load(name).module)
    drawn = text(shown, Style(width=columns))
    for line in drawn.splitlines()[1:]:
        assert width(line) <= columns, line
    names = [box.name for box in boxes(shown.children) if box.kind not in ("input", "output") and box.name]
    assert sum(name in drawn for name in names) == len(names) or columns < 80


def test_every_character_is_ascii_where_asked() -> None:
    for module in (design(UNET), archspec.load("seeds/googlenet").module, archspec.load("seeds/resnet50").module):
        drawn = text(scene(module), Style(unicode=False, width=80))
        assert drawn.isascii() and drawn.replace("\n", "").isprintable()
        assert len(drawn.splitlines()) == len(text(scene(module), Style(width=80)).splitlines())


def test_colour_is_no_more_than_colour() -> None:
    shown = scene(design(UNET))
    coloured = text(shown, Style(color=True, width=80))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == text(shown, Style(width=80))


def test_hostile_names_do_nothing() -> None:
    module = network("\n".join(f"    l{n}: linear({3 + n})" for n in range(len(HOSTILE))), "[2]")
    shown = renamed(scene(module, most=1000, depth=1), HOSTILE)
    drawn = text(shown, Style(width=700))
    assert "\x1b" not in drawn and "\u202e" not in drawn and "\x00" not in drawn
    for name in HOSTILE:
        assert visible(name) in drawn
    assert len(drawn.splitlines()) == len(HOSTILE) + 4  # the title, the input, the output and the legend
