"""What is drawn of a spec with errors: all that there is, and the step that fails with what enters it marked."""

import tempfile
from pathlib import Path

import pytest
from pictures import drawn

import archspec
from archspec.core.diagnostic import SpecError
from archspec.core.report.style import PLAIN
from archspec.elaborate.draft import Draft
from archspec.emit.diagram.dot import dot
from archspec.emit.diagram.palette import LIGHT
from archspec.emit.diagram.render import render
from archspec.emit.diagram.scene import CannotDraw, Scene, boxes, frames
from archspec.emit.diagram.svg import finished
from archspec.emit.diagram.unfolding import scene


def draft(text: str) -> Draft | None:
    """What there is of the only network of a spec, which has errors."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "spec.arch")
        path.write_text(text, encoding="utf-8")
        return draft_of(str(path))


def draft_of(target: str) -> Draft | None:
    with pytest.raises(SpecError) as caught:
        archspec.load(target)
    found = caught.value.draft and caught.value.draft()
    assert found is None or isinstance(found, Draft)
    return found


def shown(body: str, before: str = "") -> Scene:
    found = draft(f"{before}\nnetwork n {{\n    input x: [4, 8, 8]\n{body}\n}}\n")
    assert found is not None
    return scene(found)


def faults(shown: Scene) -> list[tuple[str, str]]:
    return [(box.id, box.fault) for box in boxes(shown.children) if box.fault]


def bad(shown: Scene) -> list[tuple[str, str, str]]:
    return [(edge.source, edge.target, edge.bad) for edge in shown.edges if edge.bad]


def test_the_broken_inception_network() -> None:
    found = draft_of("seeds/mnist_inception_broken")
    assert found is not None
    made = scene(found)
    assert [frame.id for frame in frames(made.children)] == ["incep1"]
    assert bad(made) == [("incep1.branch_pool", "incep1.concat", "AS401")]
    assert len([edge for edge in made.edges if edge.target == "incep1.concat"]) == 4
    ((where, said),) = faults(made)
    assert where == "incep1.concat"
    assert said.startswith("AS401 `concat` joins 24 × 4 × 4 and 16 × 12 × 12")
    assert made.notes == ()
    assert [box.id for box in drawn(made)][:2] == ["conv1", "maxpool"]


def test_it_is_red_in_every_kind_of_picture() -> None:
    found = draft_of("seeds/mnist_inception_broken")
    assert found is not None
    text = dot(scene(found))
    assert sum(f'color="{LIGHT.bad}"' in line and "->" in line for line in text.splitlines()) == 2
    assert "<b>AS401</b>&nbsp; 24×4×4" in text
    flowchart, page = render(found, format="mermaid"), render(found, format="html")
    assert isinstance(flowchart, str) and isinstance(page, str)
    assert f"stroke:{LIGHT.bad},stroke-width:3px" in flowchart
    assert '|"AS401 24×4×4"|' in flowchart
    assert page.count('"bad":"AS401"') == 1
    assert "!─┴─┴─╯    concat · AS401 concat joins" in str(render(found, format="text", style=PLAIN))
    volumes, latex = str(render(found, format="volumes", theme="light")), str(render(found, format="tex"))
    assert "AS401 concat joins 24 × 4 × 4" in volumes and "AS401 concat joins 24 $" in latex
    assert volumes.count(f'fill="{LIGHT.bad}"') == 1 and latex.count("\\draw[archbad,->]") == 1
    drawing = '<svg><g id="graph0"><title>incep1.concat</title></g></svg>'
    assert "AS401 `concat` joins" in finished(drawing, scene(found), False)


def test_what_does_not_depend_on_it_is_drawn() -> None:
    made = shown("a: conv(8, 3)\nb: conv(8, 20)\nc: relu\n(a) -> d: linear(3)\n(a) -> e: conv(2, 1)")
    assert {box.id for box in drawn(made)} >= {"a", "e"}
    assert "c" not in {box.id for box in drawn(made)}
    assert ("a", "conv", "AS402") in bad(made) or bad(made)[0][0] == "a"


@pytest.mark.parametrize(
    ("body", "code", "word"),
    [
        ("cnov(8, 3)", "AS201", "cnov"),
        ("conv(8, 3, stirde=2)", "AS301", "conv"),
        ("conv(8, 3, groups=3)", "AS404", "conv"),
        ("residual { conv(8, 3) }", "AS401", "residual"),
        ("conv(8, 1)\nexpect [9, 8, 8]", "AS601", "expect"),
    ],
)
def test_each_kind_of_failure_stands_where_it_is(body: str, code: str, word: str) -> None:
    made = shown(f"first: conv(4, 1)\n{body}")
    ((where, said),) = faults(made)
    assert where == word
    assert said[:5] == code
    assert {one for *_, one in bad(made)} == {code}
    found = draft(f"network n {{\n input x: [4, 8, 8]\n first: conv(4, 1)\n{body}\n}}\n")
    assert found is not None and f"{code} " in str(render(found, format="volumes"))


def test_it_stands_within_blocks_groups_and_iterations() -> None:
    before = "block Inner { conv(4, 1) -> conv(4, 99) }\nblock Outer { conv(4, 3, padding=1)\n inner: Inner }"
    made = shown("outer: Outer", before)
    assert [one for one, _ in faults(made)] == ["outer.inner.conv"]
    made = shown("group: { a: conv(4, 1) -> b: conv(4, 99) }")
    assert [one for one, _ in faults(made)] == ["group.conv"]
    made = shown("repeat 5 { conv(4, 3) }")
    assert len(drawn(made)) == 3 + 1  # 8, 6, 4, 2 pixels: the fourth does not fit
    assert [one.times for one in boxes(made.children)] == [1] * len(list(boxes(made.children)))
    made = shown("first: conv(4, 1)\nrepeat 1000 { conv(4, 1) -> relu\n expect [5, 8, 8] }")
    assert len(faults(made)) == 1


def test_a_block_that_fails_is_drawn_open_whatever_the_depth() -> None:
    found = draft_of("seeds/mnist_inception_broken")
    assert found is not None
    assert [frame.id for frame in frames(scene(found, depth=0).children)] == ["incep1"]


def test_promises_of_a_network_are_notes() -> None:
    made = shown("conv(4, 1)\nassert params == 3")
    assert made.notes == ("AS602 in line 5: broken promise: `params == 3` does not hold",)
    assert faults(made) == []


def test_a_network_with_tasks_is_a_network() -> None:
    made = shown("task classification(classes=3)\nconv(4, 1)\nexpect [9, 8, 8]\nflatten\nlinear(3)")
    assert [one for one, _ in faults(made)] == ["expect"]


def test_outputs_that_are_there_are_drawn() -> None:
    made = shown("a: conv(4, 1)\noutput side: conv(2, 1)\nconv(4, 99)")
    assert [box.name for box in boxes(made.children) if box.kind == "output"] == ["side"]


def test_of_a_text_with_errors_the_rest_is_drawn() -> None:
    made = shown("a: conv(4, 1)\nb: Other", "block Other { conv(, ) }")
    assert [note[:15] for note in made.notes] == ["AS101 in line 1"]
    assert [box.id for box in drawn(made)] == ["a"]


def test_nothing_is_drawn_of_a_network_that_cannot_begin() -> None:
    assert draft("network n( { input x: [1] }") is None


def test_it_has_no_figures_to_colour_by_and_no_receptive_fields() -> None:
    found = draft_of("seeds/mnist_inception_broken")
    assert found is not None
    with pytest.raises(CannotDraw, match="has errors"):
        render(found, heat="macs", format="dot")
    with pytest.raises(CannotDraw, match="has errors"):
        render(found, receptive_field="conv1")
