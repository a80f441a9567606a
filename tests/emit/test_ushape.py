"""Networks in the form of a U are drawn as one; nothing else is."""

import json
import re
from xml.etree import ElementTree

import pytest
from pictures import RESIDUAL, UNET, design, network

import archspec
from archspec.emit.diagram.dot import dot
from archspec.emit.diagram.layout import laid_out
from archspec.emit.diagram.page import page
from archspec.emit.diagram.scene import Scene
from archspec.emit.diagram.unfolding import scene
from archspec.emit.diagram.ushape import u_shape

FLAT = """
    a: conv(8, 3, padding=1)
    maxpool(2)
    b: conv(16, 3, padding=1)
    maxpool(2)
    c: conv(32, 3, padding=1)
    up1: conv_transpose(16, 2, stride=2)
    (b, up1) -> concat -> d: conv(16, 3, padding=1)
    up2: conv_transpose(8, 2, stride=2)
    (a, up2) -> concat -> e: conv(8, 3, padding=1)
"""
TWO = "a: conv(4, 1)\nb: conv(4, 1)\nc: conv(4, 1)\n"


def places(shown: Scene) -> dict[str, tuple[float, float]]:
    """Where Graphviz puts each box, counted from the bottom."""
    found = json.loads(laid_out(dot(shown), "json"))
    return {one["name"]: tuple(map(float, one["pos"].split(","))) for one in found["objects"] if "pos" in one}


def test_the_unet_that_ships() -> None:
    shown = scene(archspec.load("classics/unet").module)
    found = u_shape(shown)
    assert found is not None
    assert [(one.source, one.target) for one in found.levels] == [
        ("inc", "up4"), ("down1", "up3"), ("down2", "up2"), ("down3", "up1"),
    ]  # fmt: skip
    assert "down4" in found.left
    at = places(shown)
    for edge in found.levels:
        assert at[edge.source][1] == at[edge.target][1]
        assert at[edge.source][0] < at[edge.target][0]
    downwards = [at[name][1] for name in ("inc", "down1", "down2", "down3", "down4")]
    assert downwards == sorted(downwards, reverse=True)
    assert at["outc"][1] > at["up4"][1] > at["up1"][1] > at["down4"][1]


def test_one_of_layers_alone() -> None:
    shown = scene(network(FLAT, "[1, 32, 32]"))
    found = u_shape(shown)
    assert found is not None
    assert [one.source for one in found.levels] == ["a", "b"]
    at = places(shown)
    assert at["a"][1] == at["concat_2"][1] > at["b"][1] == at["concat"][1] > at["c"][1]


def test_arrows_point_where_values_go() -> None:
    drawing = laid_out(dot(scene(design(UNET))), "svg").decode()
    root = ElementTree.fromstring(drawing)
    ways = []
    for edge in root.iter("{http://www.w3.org/2000/svg}g"):
        if "edge" in (edge.get("class") or "").split():
            for head in edge.iter("{http://www.w3.org/2000/svg}polygon"):
                points = [tuple(map(float, one.split(","))) for one in (head.get("points") or "").split()]
                base, tip = (points[0][1] + points[2][1]) / 2, points[1][1]
                ways.append("across" if abs(tip - base) < 0.05 else "up" if tip < base else "down")
    assert (ways.count("across"), ways.count("up"), len(ways)) == (2, 4, 11)


@pytest.mark.parametrize(
    "module",
    [
        network("repeat 3 { Residual }", before=RESIDUAL),
        network(TWO + "(c, a) -> add -> relu\n(c, b) -> concat"),  # no maps get smaller
        network(
            "a: conv(8, 3, padding=1)\nb: maxpool(2)\nup: conv_transpose(8, 2, stride=2)\n(a, up) -> concat"
        ),  # has one level
    ],
)
def test_what_is_no_u(module: archspec.design.Module) -> None:
    assert u_shape(scene(module)) is None


def test_opened_it_is_a_column() -> None:
    module = archspec.load("classics/unet").module
    assert u_shape(scene(module, depth=1)) is None
    assert u_shape(scene(module, expand=["up1"])) is None


def test_the_page_knows_its_sides() -> None:
    (text,) = re.findall(r'id="data">(.*?)</script>', page(archspec.load("classics/unet").module), re.DOTALL)
    data = json.loads(text)
    assert data["open"] == []
    assert data["u"]["levels"] == [["inc", "up4"], ["down1", "up3"], ["down2", "up2"], ["down3", "up1"]]
    assert set(data["u"]["right"]) == {"up1", "up2", "up3", "up4", "outc", "output:output"}
