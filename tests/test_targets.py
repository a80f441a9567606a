"""Parameters handed in from Python: values of the language, whatever class they come in."""

from enum import IntEnum
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import archspec


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


def test_what_is_no_value_of_the_language_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "n.arch"
    path.write_text(SPEC)
    with pytest.raises(TypeError, match="a parameter cannot be object"):
        archspec.load(str(path), w=object())
