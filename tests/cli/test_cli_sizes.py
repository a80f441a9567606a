"""`archspec sizes`: what it prints for people and for programs."""

import json
from pathlib import Path
from typing import Any

import pytest

from archspec.api import load, sizes


def test_what_a_resnet_takes(run: Any) -> None:
    out = run("sizes", "seeds/resnet50", "--strict", "--range", "1..512").out
    assert "height and width" in out
    assert "193 below, 225 above" in out
    assert "1, 33, … 481" in out
    assert "32, from 1 on" in out
    assert "layer4.0.downsample.0" in out
    out = run("sizes", "seeds/resnet50").out
    assert "1 to 1024" in out
    assert "223 below, 225 above" in out
    assert "lose pixels" not in out


def test_why_sizes_do_not_work(run: Any, tmp_path: Path) -> None:
    spec = tmp_path / "skip.arch"
    spec.write_text(
        "network skip { input x: [2, 8, 8]; low: maxpool(2)\n(low) -> up: upsample(scale=2)\n(x, up) -> sum: add }\n"
    )
    out = run("sizes", spec, "--range", "1..64").out
    assert "2, 4, … 64" in out
    assert "AS401 at sum" in out
    assert "AS403 at low" in out


def test_each_cause_has_its_own_message(run: Any) -> None:
    """The joins of a U-Net are one line of one block: each is told apart, with the shapes that it does not join."""
    axis = json.loads(run("sizes", "classics/unet", "--range", "30..60", "--format", "json").out)["axes"][0]
    said = {cause["path"]: cause["message"] for cause in axis["refused"]}
    assert set(said) == {"up1", "up2", "up3", "up4"}
    assert "512 × 2 × 32 and 512 × 3 × 32" in said["up1"]
    assert "64 × 32 × 256 and 64 × 33 × 256" in said["up4"]


def test_json(run: Any) -> None:
    done = run("sizes", "seeds/lenet5", "--format", "json", "--range", "20..60")
    assert done.code == 0
    document = json.loads(done.out)
    assert document["version"] == 1
    assert document["inputs"] == {"image": [1, 32, 32]}
    height, width = document["axes"]
    assert (height["axis"], width["axis"]) == ("height", "width")
    assert height["fits"] is True
    assert (height["below"], height["above"]) == (None, 36)
    assert height["sizes"] == [[32, 60, 4]]
    assert height["period"] == {"start": 29, "length": 4}
    assert height["refused"][0]["sizes"] == [[20, 31, 1]]
    assert height["refused"][0]["code"] == "AS403"
    assert {one["path"] for one in height["short"]} == {"S2", "S4"}
    assert height["weights_depend"] == ["F6"]


def test_python() -> None:
    (axis, _) = sizes(load("seeds/lenet5"), 1, 50)
    assert axis.sizes == (32, 36, 40, 44, 48)
    assert (axis.present, axis.below, axis.above) == (32, None, 36)
    assert sizes("seeds/lenet5", 1, 50)[0] == axis
    with pytest.raises(ValueError, match="none"):
        sizes("seeds/lenet5", 9, 3)


@pytest.mark.parametrize("given", ["9..3", "0..4", "1-9", "1..99999999"])
def test_ranges_that_are_none(run: Any, given: str) -> None:
    assert run("sizes", "seeds/lenet5", "--range", given).code == 2


def test_without_spatial_axes(run: Any, tmp_path: Path) -> None:
    spec = tmp_path / "flat.arch"
    spec.write_text("network flat { input x: [7]; linear(2) }\n")
    done = run("sizes", spec)
    assert done.code == 2
    assert "no spatial axes" in done.err


@pytest.mark.parametrize("columns", [40, 80, 160])
def test_it_fits_the_terminal(run: Any, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = run("sizes", "seeds/alexnet").out.splitlines()
    assert max(map(len, lines[1:])) <= max(columns, 40)
