"""Mermaid text: within the limits of Mermaid, hostile names as text, the same edges as the scene."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import RESIDUAL, UNET, design, network
from test_dot import HOSTILE, renamed

import archspec
from archspec.core.report.visible import visible
from archspec.emit.diagram.direct import direct
from archspec.emit.diagram.mermaid import LONGEST, MOST_CHARACTERS, MOST_EDGES, escaped, mermaid
from archspec.emit.diagram.palette import LIGHT
from archspec.emit.diagram.render import render
from archspec.emit.diagram.scene import boxes
from archspec.emit.diagram.unfolding import scene

_LABEL = r'"[^"]*"'
_LINE = re.compile(
    rf"""\s*(?:
        n\d+ (?:\[{_LABEL}\] | \(\[{_LABEL}\]\) | \(\({_LABEL}\)\)) :::is_[a-z]+   # a box
      | n\d+\ (?:-->|==>|-\.->)\|{_LABEL}\|\ n\d+                               # an edge
      | subgraph\ f\d+\[{_LABEL}\] | end
      | linkStyle\ [\d,]+\ stroke:\#[0-9a-f]{{6}},stroke-width:2px
      | classDef\ is_[a-z]+\ fill:\#[0-9a-f]{{6}},stroke:\#[0-9a-f]{{6}},color:\#[0-9a-f]{{6}}
      | classDef\ frame\ fill:\#[0-9a-f]{{6}},stroke:\#[0-9a-f]{{6}},color:\#[0-9a-f]{{6}} | class\ [f\d,]+\ frame
      | note\d+\[{_LABEL}\]
    )""",
    re.VERBOSE,
)


def body(text: str) -> list[str]:
    """The lines after the head, each of a known form."""
    head, lines = text.splitlines()[:4], text.splitlines()[4:]
    assert head[0] == head[2] == "---"
    assert re.fullmatch(r'title: "[^"\\]*"', head[1])
    assert re.fullmatch(r"flowchart (TB|LR|BT|RL)", head[3])
    for line in lines:
        assert _LINE.fullmatch(line), line
    return lines


def unescaped(text: str) -> str:
    return re.sub(r"#(\d+);", lambda match: chr(int(match[1])), text)


def test_edges_are_those_of_the_scene() -> None:
    shown = scene(design(UNET))
    lines = body(mermaid(lambda most: shown, 100, LIGHT))
    edges = [line for line in lines if re.search(r"-->|==>|-\.->", line)]
    assert len(edges) == len(direct(shown))
    skips = [at for at, line in enumerate(edges) if "==>" in line]
    assert len(skips) == 2
    (style,) = (line for line in lines if "linkStyle" in line)
    assert f"linkStyle {','.join(map(str, skips))} " in style


def test_hostile_names_come_out_as_text() -> None:
    module = network("\n".join(f"    l{n}: linear({3 + n})" for n in range(len(HOSTILE))), "[2]")
    shown = renamed(scene(module, most=1000, depth=1), HOSTILE)._replace(network='<i>"net\\', notes=('a "note',))
    lines = body(mermaid(lambda most: shown, 100, LIGHT))
    found = [unescaped(line) for line in lines if ":::is_linear" in line]
    assert len(found) == len(HOSTILE)
    for name, line in zip(HOSTILE, found, strict=True):
        assert visible(name)[: LONGEST - 20] in line


@given(st.text())
def test_any_text_is_escaped(text: str) -> None:
    made = escaped(text)
    assert re.fullmatch(r"(?:[\w ,×→·…▾▸−.]|#\d+;)*", made, re.ASCII)
    assert not re.search(r"\.(\s|$)", made)
    assert unescaped(made)[: LONGEST - 1] == visible(text)[: LONGEST - 1]


@pytest.mark.parametrize("direction", ["TB", "LR"])
def test_what_is_too_large_is_folded(direction: str) -> None:
    """A long chain of layers, no two of them alike."""
    module = network("\n".join(f"    layer_number_{n}: linear({3 + n})" for n in range(700)), "[2]")
    text = render(module, format="mermaid", rankdir=direction)
    assert isinstance(text, str)
    assert len(text) < MOST_CHARACTERS
    edges = [line for line in body(text) if "-->" in line]
    assert 1 <= len(edges) <= MOST_EDGES
    assert "in a row" in text


def test_a_residual_block_and_a_frame() -> None:
    module = network("    a: Residual\n    b: Residual", before=RESIDUAL)
    text = render(module, format="mmd")
    assert isinstance(text, str)
    lines = body(text)
    assert sum("subgraph" in line for line in lines) == sum(line.strip() == "end" for line in lines) == 1
    assert any("==>" in line for line in lines)
    assert len([line for line in lines if ":::is_" in line]) == len(
        [box for box in boxes(scene(module).children) if box.kind != "entry"]
    )


def test_the_same_bytes() -> None:
    module = archspec.load("seeds/googlenet").module
    assert render(module, format="mmd") == render(archspec.load("seeds/googlenet").module, format="mmd")
