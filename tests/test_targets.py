"""Parameters and inputs handed in from Python: values of the language, whatever class they come in."""

from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import archspec
from archspec.core.number import Int, plain
from archspec.elaborate.workspace import Workspace
from archspec.targets import Expression, find, open_target, parameter_values


class Width(IntEnum):
    EIGHT = 8


SPEC = "network n(w=4) { input image: [4, 8, 8]; conv(w, 3) -> conv(w * 2, 1) }"


@pytest.mark.parametrize(("value", "number"), [(Width.EIGHT, 8), (np.int64(8), 8), (np.float64(8), 8.0)])
def test_a_parameter_is_a_plain_number(tmp_path: Path, value: Any, number: float) -> None:
    path = tmp_path / "n.arch"
    path.write_text(SPEC)
    given, same = (archspec.load(str(path), w=one) for one in (value, number))
    assert archspec.to_source(given) == archspec.to_source(same)
    assert "nn.Conv2d(4, " in archspec.to_source(given)
    assert given.parameters == same.parameters == 440


VALUES = [
    (np.bool_(True), "true"),
    (np.float32(0.25), "0.25"),
    (np.float16(0.5), "0.5"),
    (np.uint8(3), "3"),
    (np.str_("same"), '"same"'),
    (np.array(3), "3"),
    (np.array([1, 2]), "[1, 2]"),
    (np.array([[0.5], [2]]), "[[0.5], [2.0]]"),
    ([np.float32(0.5), np.int64(2)], "[0.5, 2]"),
    (range(1, 3), "[1, 2]"),
]


@pytest.mark.parametrize(("value", "said"), VALUES, ids=[said for _, said in VALUES])
def test_numbers_and_lists_of_every_kind_are_values(tmp_path: Path, value: Any, said: str) -> None:
    path = tmp_path / "n.arch"
    path.write_text("network n(w = 1) { input image: [4, 8, 8]; relu }")
    workspace = Workspace()
    scope = open_target(workspace, find(path)[0])
    given = parameter_values(workspace, scope, {"w": value})["w"]
    written = parameter_values(workspace, scope, {"w": Expression(said)})["w"]
    assert given == plain(written)
    assert type(given) is type(plain(written))


BAD_SHAPES = [
    ([4, 8.5, 8], "inputs: 8.5 is no whole number"),
    ([4, "8", 8], "inputs: '8' is no whole number"),
    (np.array([4.0, 8.0, 8.0]), r"inputs: .*4\.0.* is no whole number"),
    ("488", "inputs: a shape is a list of whole numbers, such as .*, not '488'"),
    (8, "inputs: a shape is a list of whole numbers, such as .*, not 8"),
    ({"image": "488"}, r"inputs\['image'\]: a shape is"),
    ({"image": [4, 8, None]}, r"inputs\['image'\]: None is no whole number"),
]


@pytest.mark.parametrize(("inputs", "said"), BAD_SHAPES)
def test_what_is_no_shape_is_refused(tmp_path: Path, inputs: Any, said: str) -> None:
    path = tmp_path / "n.arch"
    path.write_text(SPEC)
    design = archspec.load(path)
    for call in (archspec.load, archspec.check, lambda _, inputs: design.replace(inputs=inputs)):
        with pytest.raises(TypeError, match=said):
            call(path, inputs=inputs)


@pytest.mark.parametrize("inputs", [[4, 9, 9], (4, np.int64(9), 9), np.array([4, 9, 9]), {"image": range(9, 12)}])
def test_a_shape_is_any_list_of_whole_numbers(tmp_path: Path, inputs: Any) -> None:
    path = tmp_path / "n.arch"
    path.write_text(SPEC)
    sizes = archspec.load(path, inputs=inputs).inputs["image"].sizes
    assert sizes == tuple(inputs["image"] if isinstance(inputs, dict) else inputs)
    assert {type(size) for size in sizes} <= {int, Int}


def test_what_is_no_value_of_the_language_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "n.arch"
    path.write_text(SPEC)
    for value, kind in ((object(), "object"), ([1, {}], "dict"), (np.longdouble(1), "longdouble"), (1j, "complex")):
        with pytest.raises(TypeError, match=f"^w: a value is a number, .*, not of the type {kind}$"):
            archspec.load(path, w=value)


def test_an_empty_target_is_not_the_folder_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "n.arch").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    for call in (archspec.load, archspec.check, archspec.find):
        with pytest.raises(archspec.TargetError, match="an empty target names nothing"):
            call("")
    assert archspec.load(".").network == "n"


def test_errors_of_a_file_go_before_a_network_that_it_has_not(tmp_path: Path) -> None:
    broken = tmp_path / "broken.arch"
    broken.write_text("network net { input x: [3, 8, 8]; conv(, 3) }")
    fine = tmp_path / "fine.arch"
    fine.write_text(SPEC)
    with pytest.raises(archspec.SpecError, match="AS101"):
        archspec.load(f"{broken}:nett")
    found = archspec.check(f"{broken}:nett")
    assert [one.rule.code for one in found.diagnostics] == ["AS101"] and found.networks == 0
    with pytest.raises(archspec.TargetError, match="has no network m; it has n"):
        archspec.check(broken, f"{fine}:m")
