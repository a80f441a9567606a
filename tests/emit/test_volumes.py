"""The figure of volumes: to scale, in order, skips above all they pass; as SVG and as LaTeX that has its balance."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pictures import UNET, design, network

import archspec
from archspec.design import Module
from archspec.emit.diagram.palette import DARK, LIGHT
from archspec.emit.diagram.render import render
from archspec.emit.diagram.scene import CannotDraw
from archspec.emit.diagram.text_width import text_width
from archspec.emit.diagram.tikz import escaped, tikz
from archspec.emit.diagram.unfolding import Unfolding
from archspec.emit.diagram.volumes import COMFORTABLE, HIGH, LABEL, Figure, Volume, figure
from archspec.emit.diagram.volumes_svg import volumes_svg

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "</text><script>alert(1)</script>", "\\input{/etc/passwd}", "\\end{document}", "}{", "$", "%", "#1", "a_b^c~d&e",
    "\\", "^^41", "'\"`", "<b>", "--", "|",
]  # fmt: skip


def drawn(module: Module, depth: int | None = None) -> Figure:
    return figure(Unfolding(module), depth)


def by_id(found: Figure) -> dict[str, Volume]:
    return {one.id: one for one in found.volumes}


@pytest.fixture(scope="module")
def unet() -> Figure:
    return drawn(archspec.load("classics/unet").module)


def test_they_are_to_scale(unet: Figure) -> None:
    found = by_id(unet)
    assert found["inc"].h == HIGH == max(one.h for one in unet.volumes)
    assert found["inc"].h / found["down2"].h == pytest.approx((256 / 64) ** 0.5)
    assert found["down2"].w / found["inc"].w == pytest.approx((256 / 64) ** 0.5)
    assert found["inc"].d / found["down2"].d == pytest.approx((256 / 64) ** 0.5)


def test_they_stand_in_a_row(unet: Figure) -> None:
    for one, other in zip(unet.volumes, unet.volumes[1:], strict=False):
        assert one.x + one.w + one.d < other.x
        assert one.y - one.h / 2 == pytest.approx(unet.middle)
    assert len(unet.arrows) == len(unet.volumes) - 1


def test_arcs_pass_above_what_is_between(unet: Figure) -> None:
    assert len(unet.arcs) == 4 and all(one.skip for one in unet.arcs)
    for arc in unet.arcs:
        between = [one for one in unet.volumes if arc.start[0] < one.x and one.x < arc.end[0]]
        assert between and arc.peak[1] < min(one.top[1] for one in between)
        assert arc.peak[1] > 50  # below the title
    peaks = [arc.peak[1] for arc in sorted(unet.arcs)]
    assert peaks == sorted(peaks)  # the outermost is the highest


def test_long_names_differ() -> None:
    found = drawn(archspec.load("torchvision/vit_b_16").module)
    names = [one.names[0] for one in found.volumes if one.kind != "combine"]
    assert sum(name.startswith("…") for name in names) == 5
    assert len(set(names)) == len(names)


def test_what_is_said_on_arcs_does_not_overlap() -> None:
    branches = "\n".join(f"b{at}: conv({8 + at}, 1)" for at in range(12))
    found = drawn(network(f"concat {{ {branches} }}\n relu", "[256, 32, 32]"))
    said = [(*arc.peak, text_width(arc.label, LABEL) / 2) for arc in found.arcs if arc.label]
    assert 2 <= len(said) < len(found.arcs)
    for at, (x, y, half) in enumerate(said):
        assert all(abs(x - a) > half + c or abs(y - b) > LABEL for a, b, c in said[:at])
    assert tikz(found, LIGHT).count("anchor=base,fill") == len(said)


def test_skips_keep_what_is_said_on_them() -> None:
    found = drawn(network("concat { conv(4, 1); conv(4, 1); conv(4, 1); identity }"))
    assert [bool(arc.label) for arc in found.arcs if arc.skip] == [True]


def test_as_deep_as_fits_a_page() -> None:
    assert [one.id for one in drawn(archspec.load("seeds/vgg16").module).volumes][1:4] == [
        "features.0", "features.2", "features.4",
    ]  # fmt: skip
    for name in ("googlenet", "resnet152", "mnist_resnet"):
        assert 8 <= len(drawn(archspec.load(f"seeds/{name}").module).volumes) <= COMFORTABLE


def test_sums_are_balls_and_iterations_have_a_bracket() -> None:
    body = "repeat 6 { residual { conv(4, 3, padding=1) -> conv(4, 3, padding=1) } }"
    found = drawn(network(body))
    assert [one.sign for one in found.volumes if one.sign] == ["+"]
    (bracket,) = found.brackets
    assert bracket.label == "×6"
    assert bracket.start == found.volumes[1].x


def test_maps_of_every_rank() -> None:
    for shape in ("[8]", "[4, 32]", "[4, 8, 8]", "[2, 6, 8, 8]"):
        module = network("relu -> flatten -> linear(3)", shape)
        assert len(drawn(module).volumes) >= 3


def test_training_only_parts_are_left_out_and_noted() -> None:
    found = drawn(archspec.load("seeds/googlenet").module, 0)
    assert not any(one.id.startswith("aux") for one in found.volumes)
    assert found.notes == ("What is there in training only is left out.",)


def test_the_svg(unet: Figure) -> None:
    root = ElementTree.fromstring(volumes_svg(unet, LIGHT, True))
    width, height = float(root.get("width") or 0), float(root.get("height") or 0)
    for one in root.iter(f"{SVG}text"):
        assert 0 <= float(one.get("x") or 0) <= width and 0 <= float(one.get("y") or 0) <= height
    said = [one.text for one in root.iter(f"{SVG}text")]
    assert {"unet", "down4", "1024×16×16", "convolution", "closed module"} <= set(said)
    dark = volumes_svg(unet, DARK, False)
    assert LIGHT.ground not in dark and DARK.ground in dark


def balanced(text: str) -> bool:
    """Whether braces of TeX match, escaped ones left out."""
    depth = 0
    for char in re.sub(r"\\.", "", text):
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0


def test_the_latex(unet: Figure) -> None:
    made = tikz(unet, LIGHT)
    assert made.isascii()
    assert made.startswith("\\documentclass[tikz,border=6pt]{standalone}\n")
    assert made.rstrip().endswith("\\end{document}")
    defined = set(re.findall(r"\\definecolor\{(\w+)\}\{HTML\}\{[0-9A-F]{6}\}", made))
    assert set(re.findall(r"\barch\w+", made)) <= defined
    picture = made.partition("\\begin{tikzpicture}")[2].partition("\\end{tikzpicture}")[0]
    for line in picture.splitlines()[2:]:
        assert re.fullmatch(r"\\(node|draw|filldraw)\[.*\] .*;", line), line
        assert balanced(line), line
    number = r"-?\d+\.\d\d"
    assert len(re.findall(rf"\({number},{number}\)", picture)) == picture.count("(")
    assert picture.count("controls") == len(unet.arcs)
    assert picture.count(" -- cycle;") == 3 * len(unet.volumes)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_out_as_text(unet: Figure, name: str) -> None:
    """What a name would mean to LaTeX or to SVG is gone, and the characters are still there."""
    hostile = unet._replace(scene=unet.scene._replace(network=name))
    hostile = hostile._replace(
        volumes=(unet.volumes[0]._replace(id=name, names=(name, name)), *unet.volumes[1:]), notes=(name,)
    )
    made = tikz(hostile, LIGHT)
    assert made.isascii() and balanced(made)
    assert made.count("\\end{document}") == made.count("\\begin{document}") == 1
    assert "\\input" not in made and "^^" not in made
    for line in made.splitlines():
        assert re.search(r"(?<!\\)%", line) is None
    root = ElementTree.fromstring(volumes_svg(hostile, LIGHT, False))
    said = [one.text for one in root.iter(f"{SVG}text")]
    assert said.count(name) == 4
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        "svg",
        "g",
        "title",
        "text",
        "rect",
        "path",
        "polygon",
    }


def test_every_character_is_spelled() -> None:
    said = escaped("".join(map(chr, range(32, 127))) + "×→·…▸↻ƒ深")
    assert said.isascii() and balanced(said)
    assert re.search(r"(?<!\\)[#%&_]", said) is None
    assert "U+6DF1" in said


def test_by_format_and_by_ending(tmp_path: Path) -> None:
    module = design(UNET)
    archspec.render(archspec.Design(module, "unet.arch"), tmp_path / "unet.tex")
    assert (tmp_path / "unet.tex").read_text(encoding="ascii") == render(module, format="tikz")
    assert str(render(module, format="volumes")).startswith("<svg")
    assert str(render(module, format="tikz")).startswith("\\documentclass")
    with pytest.raises(CannotDraw, match="volumes has no scale"):
        render(module, format="volumes", heat="macs")


def test_too_many_for_a_figure() -> None:
    body = "\n".join(f"conv({n % 7 + 1 + n % 11}, 1)" for n in range(400))
    with pytest.raises(CannotDraw, match="no figure"):
        drawn(network(body), 1)
