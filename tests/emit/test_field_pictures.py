"""Receptive fields as pictures: the window of a unit, what it is made from, and where it passes the input."""

import re
from xml.etree import ElementTree

import pytest
from pictures import network

import archspec
from archspec.analysis.ancestry import ancestry
from archspec.analysis.locate import locate
from archspec.core.report.style import PLAIN, Style
from archspec.design import Module
from archspec.emit.diagram.field import field_picture
from archspec.emit.diagram.field_text import field_text
from archspec.emit.diagram.palette import DARK, LIGHT
from archspec.emit.diagram.render import render
from archspec.emit.diagram.scene import CannotDraw
from archspec.emit.diagram.text_width import text_width

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def resnet() -> Module:
    return archspec.load("seeds/resnet50").module


def made_from(module: Module, path: str, fold: bool = False) -> list[str]:
    (found,) = locate(module, path)
    return [row.path for row in ancestry(module, found, fold=fold)]


def test_what_a_layer_is_made_from() -> None:
    body = """
        a: conv(4, 3)
        b: conv(4, 3)
        (a) -> side: conv(4, 3) -> other: conv(4, 3)
        (b, side) -> sum: add -> last: conv(2, 1)
    """
    module = network(body, "[4, 16, 16]")
    assert made_from(module, "last") == ["a", "b", "side", "sum", "last"]
    assert made_from(module, "side") == ["a", "side"]
    assert made_from(module, "b") == ["a", "b"]


def test_through_blocks_and_repeats() -> None:
    before = "block Two { x: conv(4, 1)\n y: conv(4, 1)\n output (x) -> left: conv(4, 1)\n output (y) -> right: relu }"
    module = network("t: Two\n(t.left) -> z: conv(4, 1)", before=before)
    assert made_from(module, "z") == ["t.x", "t.left", "z"]
    module = network('first: conv(4, 1)\nrepeat 4 as i { "u{i}": conv(4, 3, padding=1)\n relu }\nlast: conv(4, 1)')
    assert made_from(module, "u1", fold=True)[:2] == ["first", "u*"]
    assert [path for path in made_from(module, "last") if path[0] == "u"] == ["u0", "u1", "u2", "u3"]


def test_it_grows_and_passes_the_input(resnet: Module) -> None:
    found = field_picture(resnet, "layer4.2")
    sizes = [one.size for one in found.steps]
    assert sizes == sorted(set(sizes))
    assert sizes[:3] == [7, 11, 19] and sizes[-1] == 427
    assert found.passing is not None and found.passing.path == "layer3.4.conv2"
    (window,) = found.windows
    assert window.passes and window.words == "427 × 427 px of image (224 × 224), stride 32"


def test_it_ends_at_what_was_asked_for(resnet: Module) -> None:
    found = field_picture(resnet, "layer3.3")
    assert [one.path for one in found.steps[-2:]] == ["layer3.2.conv2", "layer3.3.conv2"]
    assert found.passing is None


def test_what_sees_everything(resnet: Module) -> None:
    found = field_picture(resnet, "fc")
    assert found.windows[0].words == "all of image (224 × 224)"
    assert found.steps[-1].all and found.steps[-1].path == "avgpool"


def test_a_million_layers_are_thinned_out() -> None:
    found = field_picture(network("repeat 1000000 { conv(4, 3, padding=1) -> relu }"), "0")
    assert len(found.steps) <= 82


def test_the_drawing(resnet: Module) -> None:
    drawn = render(resnet, receptive_field="layer4.2")
    assert isinstance(drawn, str)
    root = ElementTree.fromstring(drawn)
    said = [one.text for one in root.iter(f"{SVG}text")]
    assert "layer4.2 of resnet50" in said and "input 224 px" in said and "235  ◂ passes the input" in said
    assert said.count("dashed: beyond the input it is padding") == 1
    assert "prefers-color-scheme" in drawn
    width = float(root.get("width") or 0)
    for one in root.iter(f"{SVG}rect"):
        assert float(one.get("x", 0)) >= 0 and float(one.get("x", 0)) + float(one.get("width", 0)) <= width
    dark = render(resnet, receptive_field="layer4.2", theme="dark")
    assert isinstance(dark, str)
    assert DARK.ground in dark and LIGHT.ground not in dark and "prefers-color-scheme" not in dark


def test_no_number_stands_on_the_line_of_the_input(resnet: Module) -> None:
    root = ElementTree.fromstring(str(render(resnet, receptive_field="layer3.5")))
    (line,) = (
        float(match[1]) for one in root.iter(f"{SVG}path") if (match := re.match(r"M([\d.]+),.*V", one.get("d") or ""))
    )
    numbers = {one.text: float(one.get("x") or 0) for one in root.iter(f"{SVG}text") if (one.text or "").isdecimal()}
    assert numbers["171"] + 20 < line < numbers["203"]
    assert all(x > line or x + text_width(said, 10) < line for said, x in numbers.items())


@pytest.mark.parametrize("shape", ["[4, 32]", "[4, 8, 8]", "[2, 6, 8, 8]"])
def test_inputs_of_every_kind(shape: str) -> None:
    drawn = render(network("a: conv(4, 3)", shape), receptive_field="a")
    assert isinstance(drawn, str) and "3" in drawn
    ElementTree.fromstring(drawn)


def test_features_are_seen_whole() -> None:
    assert "all of x (8)" in str(render(network("a: linear(4)", "[8]"), receptive_field="a"))


def test_in_characters(resnet: Module) -> None:
    found = field_picture(resnet, "layer4.2")
    for style in (PLAIN, Style(unicode=False, width=60)):
        drawn = field_text(found, style)
        assert "passes the input" in drawn and "427" in drawn
        assert max(map(len, drawn.splitlines())) <= style.width
    assert field_text(found, Style(unicode=False)).isascii()


def test_hostile_names_come_out_as_text() -> None:
    module = network('"<script>alert(1)</script>&\'": conv(4, 3)')
    drawn = render(module, receptive_field="<script>alert(1)</script>&'")
    assert isinstance(drawn, str)
    root = ElementTree.fromstring(drawn)
    assert "<script>alert(1)</script>&' of n" in [one.text for one in root.iter(f"{SVG}text")]
    assert "<script" not in drawn


def test_what_cannot_be_drawn(resnet: Module) -> None:
    with pytest.raises(CannotDraw, match=r"resnet50 has no layer layer4\.conv; did you mean layer"):
        render(resnet, receptive_field="layer4.conv")
    with pytest.raises(CannotDraw, match="as svg or text, not as png"):
        render(resnet, format="png", receptive_field="fc")
