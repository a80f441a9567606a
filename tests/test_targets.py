"""Parameters and inputs handed in from Python: values of the language, whatever class they come in."""

from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import archspec
from archspec.core.number import Int


class Width(IntEnum):
    EIGHT = 8


SPEC = "network n(w=4) { input image: [4, 8, 8]; conv(w, 3) -> conv(w * 2, 1) }"


@pytest.mark.parametrize(("value", "number"), [(Width.EIGHT, 8), (np.int64(8), 8), (np.float64(8), 8.0)])
def test_a_parameter_is_a_plain_number(tmp_path: Path, value: Any, number: float) -> None:
    path = tmp_path / "n.arch"
    path.write_text(SPEC)
    given, plain = (archspec.load(str(path), w=one) for one in (value, number))
    assert archspec.to_source(given) == archspec.to_source(plain)
    assert "nn.Conv2d(4, " in archspec.to_source(given)
    assert given.parameters == plain.parameters == 440


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
    with pytest.raises(TypeError, match="a parameter cannot be object"):
        archspec.load(str(path), w=object())
