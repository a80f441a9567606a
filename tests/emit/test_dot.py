"""DOT text: escaped, sound, the same bytes every time; and what Graphviz makes of it where that is promised."""

import json
import os
import re
import subprocess
import sys
from xml.etree import ElementTree

import pygraphviz
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import RESIDUAL, UNET, design, network
from random_specs import spec

import archspec
from archspec.core.report.visible import visible
from archspec.emit.diagram.dot import DIRECTIONS, Names, dot
from archspec.emit.diagram.dot_labels import escaped
from archspec.emit.diagram.layout import laid_out
from archspec.emit.diagram.palette import DARK
from archspec.emit.diagram.render import render
from archspec.emit.diagram.scene import Scene, boxes, frames
from archspec.emit.diagram.text_width import text_width
from archspec.emit.diagram.unfolding import scene

SEVEN = "conv(64, 7, stride=2, padding=3) -> batchnorm -> relu"
HOSTILE = [
    "<b>", "</b>", "<table><tr><td>x</td></tr></table>", "]>; evil [label=x]", ">", "<", '"', '\\"', "\\", "ends in \\",
    "\\N \\G \\l \\n", "a\nb", "a\r\nb", "\x00\x1b[31m", "&amp;", "&lt;", "&", "&#38;", "<!-- x -->", "--", "->", "#",
    "//", "{a|b}", "<IMG SRC='/etc/passwd'/>", "</svg><script>alert(1)</script>", "<![CDATA[", "]]>", "'", "%s", ";",
    "ünï × 深 🙂", "\u202egnp.exe", "\ufeff", "x" * 500, " ", "node", "subgraph cluster_1 {", "}", "\t",
]  # fmt: skip


def texts(svg: str) -> str:
    """All text that a drawing shows, titles left out, without spaces: a font may make several pieces of it."""
    root = ElementTree.fromstring(svg)
    found = [one.text or "" for one in root.iter("{http://www.w3.org/2000/svg}text")]
    return "".join("".join(found).split())


def renamed(shown: Scene, names: list[str]) -> Scene:
    """The scene with other names on its boxes, one after the other."""
    left = iter(names)
    children = tuple(one._replace(name=next(left)) if one.kind == "linear" else one for one in shown.children)
    return shown._replace(children=children)  # type: ignore[arg-type]


# ---- escaping


def test_hostile_names_come_out_as_text() -> None:
    module = network("\n".join(f"    l{n}: linear({3 + n})" for n in range(len(HOSTILE))), "[2]")
    shown = renamed(scene(module, most=1000, depth=1), HOSTILE)._replace(network='<i>"net\\')
    shown = shown._replace(notes=("a note with <b> & \\",))
    text = dot(shown)
    drawn = texts(laid_out(text, "svg").decode())
    for name in [*HOSTILE, '<i>"net\\', "a note with <b> & \\"]:
        assert "".join(visible(name).split()) in drawn
    graph = pygraphviz.AGraph(string=text)
    assert len(graph.nodes()) == 2 * len(HOSTILE) + 3  # the layers and the shapes between them, input and output
    assert len(graph.subgraphs()) == 1


@given(st.text())
def test_any_text_is_escaped(text: str) -> None:
    made = escaped(text)
    assert not re.search(r"[<>\"'\n\r\x00]", made)
    (read,) = ElementTree.fromstring(f"<p><q>{made}</q></p>")
    assert (read.text or "") == visible(text).replace("\\", 2 * "\\")


def test_names_of_a_spec() -> None:
    """The language lets a quoted label be any printable text without a dot."""
    hostile = "<b>&amp;]>;--><script>"
    module = network(f'    "{hostile}": {{ "a b": conv(4, 1) -> conv(2, 1) }}\n    (x) -> conv(2, 1)')
    shown = scene(module)
    assert [one.id for one in frames(shown.children)] == [hostile]
    svg = laid_out(dot(shown), "svg").decode()
    assert hostile in texts(svg)
    assert "<script" not in svg
    assert "script" not in svg.replace("&lt;script&gt;", "").replace("_script_", "")  # in ids the signs are gone


def test_ids_are_plain_and_differ() -> None:
    module = network('    "a<": conv(4, 1)\n    "a>": conv(3, 1)\n    a_: conv(2, 1)')
    graph = pygraphviz.AGraph(string=dot(scene(module)))
    assert {"a_", "a__2", "a__3"} <= set(graph.nodes())


# ---- structure


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_lost_and_nothing_added(seed: int) -> None:
    shown = scene(design(spec(seed)))
    text = dot(shown)
    graph = pygraphviz.AGraph(string=text)
    entries = {one.id for one in boxes(shown.children) if one.kind == "entry"}
    skipping = {edge.target for edge in shown.edges if edge.skip}
    labelled = [edge for edge in shown.edges if edge.source not in entries or edge.skip != (edge.source in skipping)]
    assert len(graph.nodes()) == sum(1 for _ in boxes(shown.children)) + len(labelled)
    drawn = [edge for edge in graph.edges() if edge.attr["style"] != "invis"]
    assert len(drawn) == len(shown.edges) + len(labelled)
    assert text.count("subgraph cluster_") == 1 + sum(1 for _ in frames(shown.children))
    assert laid_out(text, "svg").startswith(b"<?xml")


def test_a_dot_file_by_hand() -> None:
    text = dot(scene(network("a: conv(2, 1)", "[4, 8, 8]")))
    lines = [re.sub(r" \[.*", "", line.strip()) for line in text.splitlines()]
    assert lines == [
        "digraph network {", "graph", "node", "edge", "subgraph cluster_network {", "graph",
        '"input:x"', '"a"', '"output:output"',
        "shape_1", '"input:x" -> shape_1:n', 'shape_1:s -> "a"',
        "shape_2", '"a" -> shape_2:n', 'shape_2:s -> "output:output"',
        "}", "}",
    ]  # fmt: skip


def test_shapes_are_bold_where_they_change() -> None:
    text = dot(scene(network("conv(4, 3, padding=1)\nconv(8, 1)")))
    labels = re.findall(r"^ *shape_\d+ .*label=<(.*)>\]$", text, re.MULTILINE)
    assert [("<b>" in one, "8×8×8" in one, "4×8×8" in one) for one in labels] == [
        (True, False, True),
        (False, False, True),
        (True, True, False),
    ]


def test_figures_and_shapes_stand_over_a_frame() -> None:
    text = dot(scene(network("repeat 6 { Residual }", before=RESIDUAL)))
    header = next(line for line in text.splitlines() if "Residual ×6" in line)
    assert "6 × 304 params" in header
    assert "4×8×8 → 4×8×8" in header


def test_the_legend_names_what_is_there() -> None:
    def legend(body: str) -> str:
        return dot(scene(network(body))).splitlines()[1]

    assert "convolution" in legend("conv(2, 1)")
    assert "pooling" not in legend("conv(2, 1)")
    assert "skip" not in legend("conv(2, 1)")
    assert "skip" in legend("residual { conv(4, 1) }")
    assert "closed module" in dot(scene(archspec.load("seeds/resnet50").module)).splitlines()[1]


def test_boxes_are_as_wide_as_their_text_in_the_widest_font() -> None:
    """Chromium draws this line 204.25 units wide in DejaVu Sans; Graphviz takes it for less."""
    words = "7×7 conv, 64, stride 2 · batchnorm · relu"
    assert 204.25 < text_width(words, 10) < 208
    drawn = json.loads(laid_out(dot(scene(network(SEVEN, "[3, 64, 64]"))), "json"))
    inches = next(float(one["width"]) for one in drawn["objects"] if one.get("class") == "conv")
    beside = text_width("C", 10, bold=True) + text_width(" 0  ", 10) + 2 * 0.08 * 72  # the letter, its name, margins
    assert 72 * inches > 204.25 + beside
    assert text_width("深", 10) > text_width("w", 10) > text_width("i", 10) < text_width("i", 10, bold=True)


def test_pieces_of_a_line_follow_each_other_in_any_font() -> None:
    drawn = render(network(f"stem: {SEVEN}", "[3, 64, 64]"))
    root = ElementTree.fromstring(str(drawn))
    (line,) = (one for one in root.iter("{http://www.w3.org/2000/svg}text") if one.text == "stem")
    (rest,) = line
    assert rest.text == "\xa0 7×7 conv, 64, stride 2 · batchnorm · relu"
    assert (line.get("font-weight"), rest.get("font-weight"), rest.get("x")) == ("bold", "normal", None)


def test_what_is_for_training_only_is_dashed_and_says_so_once() -> None:
    body = "a: conv(4, 1)\nif training { output aux: { l: { maxpool(2) -> flatten -> linear(2) } } }"
    text = dot(scene(network(body), depth=9))
    assert text.count("training only") == 1
    assert text.count("dashed") > 3
    assert "dashed" not in dot(scene(network("a: conv(4, 1)")))


def test_themes() -> None:
    shown = scene(archspec.load("seeds/mnist_resnet").module)
    light, dark = dot(shown), dot(shown, DARK)
    assert DARK.ground in dark
    assert DARK.ground not in light
    assert re.sub(r"#[0-9a-f]{6}", "#", light) == re.sub(r"#[0-9a-f]{6}", "#", dark)


# ---- the same bytes


def test_bytes_do_not_depend_on_hash_seeds() -> None:
    program = (
        "import sys, archspec\n"
        "from archspec.emit.diagram.render import FORMATS, render\n"
        "for name in ('seeds/googlenet', 'seeds/resnet50', 'classics/unet'):\n"
        "    design = archspec.load(name)\n"
        "    for format in FORMATS:\n"
        "        if format not in ('png', 'pdf'):\n"
        "            sys.stdout.write(archspec.render(design, format=format))\n"
        "    sys.stdout.write(archspec.render(design, heat='memory'))\n"
        "sys.stdout.write(archspec.render(design, receptive_field='up2'))\n"
        "try:\n"
        "    archspec.load('seeds/mnist_inception_broken')\n"
        "except archspec.SpecError as error:\n"
        "    sys.stdout.write(render(error.draft()) + render(error.draft(), format='html'))\n"
    )
    found = set()
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, check=True)
        found.add(done.stdout)
    assert len(found) == 1
    assert len(found.pop()) > 10_000


# ---- what Graphviz makes of it


def places(text: str) -> dict[str, tuple[float, float]]:
    """Where nodes are drawn."""
    drawn = json.loads(laid_out(text, "json"))
    return {one["name"]: tuple(map(float, one["pos"].split(","))) for one in drawn["objects"] if "pos" in one}  # type: ignore[misc]


@pytest.mark.parametrize("rankdir", DIRECTIONS)
def test_branches_stand_side_by_side_in_the_order_of_the_spec(rankdir: str) -> None:
    at = places(dot(scene(archspec.load("seeds/mnist_inception").module), rankdir=rankdir))
    branches = ["branch1x1", "branch5x5_1", "branch3x3_1", "avgpool"]
    across = [at[f"incep1.{one}"][0 if rankdir in ("TB", "BT") else 1] for one in branches]
    along = {round(at[f"incep1.{one}"][1 if rankdir in ("TB", "BT") else 0]) for one in branches[:3]}
    assert across == sorted(across, reverse=rankdir in ("LR", "RL"))  # Graphviz counts upwards
    assert len(set(across)) == 4
    if rankdir in ("TB", "BT"):
        assert len(along) == 1


@pytest.mark.parametrize("seed", range(60))
def test_random_branches_stand_in_the_order_of_the_spec(seed: int) -> None:
    shown = scene(design(spec(seed)), depth=9)
    text = dot(shown)
    at = places(text)
    names = Names(shown)
    across: dict[str, list[float]] = {}
    for edge in shown.edges:
        if not edge.skip:
            first = names.shapes[edge] if names.shapes[edge] in at else names.boxes[edge.target]
            across.setdefault(edge.source, []).append(at[first][0])
    for found in across.values():
        assert found == sorted(found)


@pytest.mark.parametrize("name", ["seeds/resnet50", "seeds/googlenet", "seeds/vgg16", "seeds/mnist_resnet"])
def test_the_trunk_is_straight_and_skips_stand_beside_it(name: str) -> None:
    shown = scene(archspec.load(name).module)
    at = places(dot(shown))
    onward = {edge.source: edge.target for edge in shown.edges if edge.trunk}
    trunk = ["input:image"]
    while trunk[-1] in onward:
        trunk.append(onward[trunk[-1]])
    columns = [at[id.replace("…", "_")][0] for id in trunk]
    assert len(columns) > 8
    assert max(columns) - min(columns) < 1
    for number, edge in enumerate(shown.edges, 1):
        if edge.skip:
            assert at[f"shape_{number}"][0] > columns[0] + 50


@pytest.mark.parametrize("name", ["classics/fpn_resnet50", "torchvision/vit_b_16", "seeds/resnet50"])
def test_the_header_of_a_frame_stands_on_top_of_it(name: str) -> None:
    """Whatever else enters the frame or begins in it."""
    drawn = json.loads(laid_out(dot(scene(archspec.load(name).module)), "json"))
    headers = 0
    for frame in (one for one in drawn["objects"] if one.get("class") == "frame"):
        nodes = [drawn["objects"][at] for at in frame["nodes"]]
        tops = [float(one["pos"].split(",")[1]) + 36 * float(one["height"]) for one in nodes]
        own = [top for one, top in zip(nodes, tops, strict=True) if "▾" in one["label"]]
        assert max(own) == max(tops)
        headers += len(own)
    assert headers >= 3


def test_shapes_of_skips_stand_within_their_frames() -> None:
    """Labels of long edges would not."""
    text = dot(scene(archspec.load("seeds/mnist_resnet").module))
    drawn = json.loads(laid_out(text, "json"))
    left, _, right, _ = map(float, next(one["bb"] for one in drawn["objects"] if one["name"] == "cluster_1").split(","))
    found = [one for one in drawn["objects"] if one.get("class") == "skip"]
    assert len(found) == 2
    x, half = float(found[0]["pos"].split(",")[0]), 36 * float(found[0]["width"])
    assert left < x - half
    assert x + half < right


def test_skips_of_a_unet_are_drawn_at_any_depth() -> None:
    for depth in (0, 1):
        text = dot(scene(design(UNET), depth=depth))
        assert sum(line.strip().startswith("shape_") and "penwidth" not in line for line in text.splitlines()
                   if 'class="skip"' in line) == 2  # fmt: skip
