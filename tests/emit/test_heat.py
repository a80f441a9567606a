"""Scales of figures: the right step for each box, the same values as the analyses, readable beside the colour."""

import re

import pytest

import archspec
from archspec.emit.diagram.heat import FIGURES, STEPS, heat
from archspec.emit.diagram.palette import DARK, LIGHT
from archspec.emit.diagram.render import CannotDraw, render
from archspec.emit.diagram.scene import boxes
from archspec.emit.diagram.unfolding import scene


@pytest.fixture(scope="module")
def design() -> archspec.Design:
    return archspec.load("seeds/resnet50")


def test_steps_follow_the_figure(design: archspec.Design) -> None:
    shown = scene(design.module, depth=0)
    scale = heat(design.module, shown, "parameters")
    values = {
        box.id: box.figures.parameters * box.times
        for box in boxes(shown.children)
        if box.id in scale.steps and box.figures
    }
    most = max(values.values())
    for id, value in values.items():
        step = scale.steps[id]
        assert step == 0 or value * STEPS**2 > most * step**2
        assert value * STEPS**2 <= most * (step + 1) ** 2
    assert scale.steps["layer4"] == STEPS - 1
    assert scale.steps["maxpool"] == scale.steps["conv1"] == 0
    assert scale.ends[-1] == "15.0M params"


def test_receptive_fields_and_memory(design: archspec.Design) -> None:
    shown = scene(design.module)
    fields = heat(design.module, shown, "receptive-field").words
    assert (fields["conv1"], fields["maxpool"]) == ("sees 7 px", "sees 11 px")
    assert fields["layer1.1…2.conv2"] == "sees 35 px"
    assert fields["layer4"] == "sees 427 px"
    assert fields["fc"] == "sees 224 px"
    assert heat(design.module, shown, "memory").words["conv1"] == "3.21 MB out"  # 64×112×112 of 4 bytes


@pytest.mark.parametrize("figure", FIGURES)
def test_it_is_drawn_with_its_scale(figure: str) -> None:
    module = archspec.load("seeds/lenet5").module
    text = render(module, format="dot", heat=figure)
    assert isinstance(text, str)
    used = set(re.findall(r'fillcolor="(#[0-9a-f]{6})"', text))
    assert LIGHT.heat[-1] in used and len(used & set(LIGHT.heat)) > 1
    assert all(f'bgcolor="{step}"' in text for step in LIGHT.heat)
    drawn = render(module, format="svg", heat=figure)
    assert f'[fill="{LIGHT.heat[-1]}"]{{fill:{DARK.heat[-1]}}}' in str(drawn)


def test_what_has_no_scale_says_so() -> None:
    module = archspec.load("seeds/lenet5").module
    with pytest.raises(CannotDraw, match="there is no scale of `love`"):
        render(module, format="dot", heat="love")
    for format in ("html", "mmd", "text"):
        with pytest.raises(CannotDraw, match=f"{format} has no scale"):
            render(module, format=format, heat="macs")
