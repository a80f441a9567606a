"""`archspec summary`: that its rows add up, that it fits, and what programs read in it."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from networks import NETWORKS

import archspec
from archspec.analysis import flat, totals
from archspec.analysis.outline import OPEN, outline
from archspec.core.report.style import Style
from archspec.core.report.visible import width
from archspec.emit.summary.json import document
from archspec.emit.summary.table import summary

TWIN = """\
network twins {
    input left: [1, 20, 20], right: [1, 20, 20]
    shared twin: Twin(8)
    (left)  -> a: twin
    (right) -> b: twin
    (a, b) -> sub -> abs
    out: linear(1)
}
block Twin(features) { conv(4, 3) -> relu -> maxpool(2) -> flatten -> linear(features) }
"""
REPEATED = """\
network deep(n) {
    input image: [16, 32, 32]
    repeat n { residual { conv(16, 3, padding=1) -> batchnorm } -> relu }
    repeat n as i { "block{2 * i}": Body }
    global_avgpool -> flatten
    linear(10)
}
network tall = deep(NUMBER)
block Body { conv(16, 3, padding=1) -> relu }
"""


@pytest.mark.parametrize("name", sorted(NETWORKS))
@pytest.mark.parametrize("mode", ["eval", "train"])
def test_rows_add_up(name: str, mode: str) -> None:
    module = NETWORKS[name].module
    for depth in (None, 1, 2, 3):
        for fold_idle in (False, True):
            rows = [one for one in outline(module, mode, depth, fold_idle) if one.kind != OPEN]
            assert sum(one.count * one.parameters for one in rows) == totals.total_of(module, "parameters")
            assert sum(one.count * one.buffers for one in rows) == totals.total_of(module, "buffers")
            if mode == "eval":
                assert sum(one.count * one.macs for one in rows) == totals.total_of(module, "macs")
            assert depth is None or all(one.level < depth for one in rows)


@pytest.mark.parametrize("name", sorted(NETWORKS))
@pytest.mark.parametrize("mode", ["eval", "train"])
def test_the_outline_is_the_flat_view_folded(name: str, mode: str) -> None:
    """Two walks over the same design, written apart, say the same of every layer."""
    module = NETWORKS[name].module
    layers = [one for one in outline(module, mode) if one.kind != OPEN]
    unfolded = [row.path for row in flat.rows(module, mode)]
    assert sum(one.count for one in layers) == len(unfolded)
    for one, row in zip(layers, flat.rows(module, mode, fold=True), strict=True):
        assert row.path == one.path or "*" in row.path  # of a single iteration the outline knows the index
        assert one.first in unfolded
        if one.is_module:  # what is no module has no number
            assert ("*" in one.path) == (one.count > 1)
        assert (one.op, one.is_module, one.count) == (row.layer.op, row.is_module, row.count)
        assert (one.parameters, one.runs, one.view, one.span) == (row.parameters, row.runs, row.view, row.span)
        assert one.macs == (row.macs if row.runs else 0)
        assert one.verdicts == flat.strides(row.layer)


@pytest.mark.parametrize("name", sorted(NETWORKS))
@pytest.mark.parametrize("room", [50, 80, 140])
def test_it_fits(name: str, room: int) -> None:
    design = NETWORKS[name]
    for depth in (None, 1):
        text = summary(design.module, design.spec, "eval", depth, Style(width=room), room)
        assert all(width(line) <= room for line in text.splitlines())
        assert all(line == line.rstrip() for line in text.splitlines())
        assert f"{design.parameters:,}" in text
        assert f"{design.macs:,}" in text


def test_what_goes_when_there_is_less_room() -> None:
    module = archspec.load("seeds/alexnet_224").module

    def titles(room: int | None) -> list[str]:
        lines = summary(module, "", "eval", None, Style(), room).splitlines()
        return next(re.split(r"  +", line) for line in lines if line.startswith("layer"))

    everything = ["layer", "operator", "output", "parameters", "MACs", "receptive field", "stride"]
    assert titles(None) == titles(140) == everything
    assert titles(80) == [*everything[:5], "field", "stride"]
    assert titles(50) == ["layer", "output", "params", "MACs", "stride"]  # pixels are lost: that stays
    assert titles(24) == ["layer", "output", "params"]


def test_the_table_of_alexnet(run: Any) -> None:
    lines = run("summary", "seeds/alexnet_224").out.splitlines()
    assert lines[0].startswith("alexnet_224  ")
    rows = [re.split(r"  +", line) for line in lines]
    assert ["conv1", "conv 11×11 /4", "96 × 54 × 54", "34,944", "101,616,768", "11 /4", "lossy −1 px"] in rows
    assert ["norm1", "local_response_norm", "96 × 54 × 54", "11 /4"] in rows
    assert ["fc8", "linear", "1000", "4,097,000", "4,096,000", "all"] in rows
    assert ["", "49,430,888", "643,026,048"] in rows
    assert "receptive field  195 × 195 pixels of image, stride 32, at pool5; all of it at the output" in lines
    assert "MACs             643,026,048 for one sample in evaluation; 1,286,052,096 FLOPs, 2 for each MAC" in lines


def test_verdicts_stand_only_where_they_say_something(run: Any) -> None:
    assert "stride" not in run("summary", "seeds/lenet5").out.split("parameters       ")[0]
    assert "pad_only" in run("summary", "seeds/alexnet").out
    assert "gaps" in run("summary", "seeds/resnet18", "--depth", "1").out


def test_folding(run: Any) -> None:
    folded = run("summary", "seeds/resnet152", "--depth", "1").out
    assert re.search(
        r"^layer3 +Stage +1024 × 14 × 14 +40,613,888 +8,015,314,944 +1,291 /16 +gaps$", folded, re.MULTILINE
    )
    assert "×  " not in folded.split("\n")[3]
    deeper = run("summary", "seeds/resnet152", "--depth", "2").out
    assert re.search(r"^  1…35 +Bottleneck +1024 × 14 × 14 +35 +39,101,440 +7,642,808,320 ", deeper, re.MULTILINE)
    assert re.search(r"^  1, 2 +Bottleneck +2048 × 7 × 7 +2 ", deeper, re.MULTILINE)
    assert "A row marked ×" in deeper


def test_training_only_parts(run: Any) -> None:
    evaluated, trained = run("summary", "seeds/googlenet").out, run("summary", "seeds/googlenet", "--train").out
    assert re.search(r"^aux1 +Auxiliary +1000 +3,188,968 +in training$", evaluated, re.MULTILINE)
    assert "1,498,376,192 for one sample in evaluation" in evaluated
    assert re.search(r"^aux1 +Auxiliary$", trained, re.MULTILINE)
    assert "1,506,748,416 for one sample in training" in trained
    for text in (evaluated, trained):
        assert "13,004,888, all trainable (52.0 MB), 6,379,984 of them in parts for training only" in text
    made = document(archspec.load("seeds/googlenet").module, "x")
    idle = [one for one in made["layers"] if not one["runs"]]
    assert {one["path"].split(".")[0] for one in idle} == {"aux1", "aux2"}
    assert all(one["macs"] == 0 for one in idle)
    assert list(made["outputs"]) == ["output"]
    assert list(document(archspec.load("seeds/googlenet").module, "x", "train")["outputs"]) == [
        "aux1", "aux2", "output",
    ]  # fmt: skip


def test_shared_layers_and_several_inputs(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "twins.arch"
    path.write_text(TWIN)
    lines = [re.split(r"  +", line.strip()) for line in run("summary", path).out.splitlines()]
    assert ["0", "conv 3×3", "4 × 18 × 18", "40", "11,664", "3"] in lines
    assert ["0", "conv 3×3", "4 × 18 × 18", "shared", "11,664", "3"] in lines
    assert ["1", "relu", "4 × 18 × 18", "3"] in lines
    assert [line[1] for line in lines if line[0] == "receptive field"] == [
        f"4 × 4 pixels of {side}, stride 2, at twin.2; all of it at the output" for side in ("left", "right")
    ]
    design = archspec.load(path)
    made = json.loads(run("summary", path, "--format", "json").out)
    assert made["inputs"] == {"left": [1, 20, 20], "right": [1, 20, 20]}
    assert sum(one["count"] * one["parameters"] for one in made["layers"]) == design.parameters == 2649
    assert [one["parameters"] for one in made["layers"] if one["path"] == "twin.0"] == [40, 0]
    second = [one for one in made["layers"] if one["path"] == "twin.0"][1]
    assert second["shared"]
    assert list(second["receptive_fields"]) == ["right"]
    assert second["receptive_field"] == second["receptive_fields"]["right"]


def test_a_repeat_of_any_length_is_a_few_rows(run: Any, tmp_path: Path) -> None:
    """Ten or a milliard: a walk over the iterations would not end."""
    path = tmp_path / "deep.arch"
    path.write_text(REPEATED.replace("NUMBER", "10"))
    short = run("summary", path, "--format", "csv").out
    path.write_text(REPEATED.replace("NUMBER", "10**9"))
    assert run("check", path).code == 0
    tall = run("summary", path, "--format", "csv").out
    assert tall.count("\n") == short.count("\n")
    table = run("summary", path).out
    assert "1,000,000,000" in table
    assert "block0, 2…1999999998" in table
    assert run("explain", path, "block1999999998.0").code == 0
    assert run("explain", path, "block1999999999.0").code == 2


def test_json_is_the_contract(run: Any) -> None:
    found = run("summary", "seeds/resnet50", "--format", "json")
    made = json.loads(found.out)
    assert (found.code, found.err) == (0, "")
    assert {key: made[key] for key in ("version", "mode", "network", "inputs", "outputs", "parameters")} == {
        "version": 1, "mode": "eval", "network": "resnet50", "inputs": {"image": [3, 224, 224]},
        "outputs": {"output": [1000]}, "parameters": {"total": 25557032, "trainable": 25557032, "buffers": 53173},
    }  # fmt: skip
    assert made["spec"].endswith("specs/seeds/resnet.arch")
    assert (made["macs"], made["flops"]) == (4089184256, 8178368512)
    assert made["memory"]["parameter_bytes"] == 102228128
    assert set(made["memory"]) == {"parameter_bytes", "activation_sum_bytes", "activation_peak_bytes"}
    by_path = {one["path"]: one for one in made["layers"]}
    one = by_path["layer1.0.conv1"]
    assert {key: one[key] for key in ("path", "op", "inputs", "outputs", "count", "parameters", "macs")} == {
        "path": "layer1.0.conv1", "op": "conv", "inputs": [[64, 56, 56]], "outputs": [[64, 56, 56]],
        "count": 1, "parameters": 4096, "macs": 12845056,
    }  # fmt: skip
    field = one["receptive_field"]
    assert {key: field[key] for key in ("size", "stride", "padding", "center", "min_size", "global")} == {
        "size": [11, 11], "stride": [4, 4], "padding": [5, 5], "center": [0.0, 0.0], "min_size": [11, 11],
        "global": False,
    }  # fmt: skip
    assert one["strides"] == [{"verdict": "exact", "remainder": 0, "unread": 0}] * 2
    assert set(one["span"]) == {"file", "line", "column", "end_line", "end_column"}
    assert by_path["bn1"]["strides"] is None
    assert by_path["layer3.*.conv2"]["count"] == 5
    assert by_path["fc"]["receptive_field"]["global"]
    assert by_path["fc"]["receptive_field"]["size"] == [224, 224]
    assert made["receptive_field"] == {"output": by_path["fc"]["receptive_field"]}
    assert sum(one["count"] * one["parameters"] for one in made["layers"]) == made["parameters"]["total"]
    assert sum(one["count"] * one["macs"] for one in made["layers"]) == made["macs"]
    span = by_path["conv1"]["span"]
    line = Path(span["file"]).read_text().splitlines()[span["line"] - 1]
    assert line[span["column"] - 1 : span["end_column"] - 1] == "conv(64, 7, stride=2, padding=3)"
    folded = json.loads(run("summary", "seeds/resnet50", "--format", "json", "--depth", "1").out)
    assert {one["path"] for one in folded["layers"]} >= {"conv1", "layer1", "layer4", "fc"}
    assert {key: folded[key] for key in folded if key != "layers"} == {
        key: made[key] for key in made if key != "layers"
    }


def test_no_receptive_field_without_pixels(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text("network net { input x: [4]; linear(2) }")
    made = json.loads(run("summary", path, "--format", "json").out)
    assert made["layers"][0]["receptive_field"] is None
    assert made["receptive_field"] == {"output": None}
    assert "receptive field" not in run("summary", path).out


def test_paths_are_those_of_the_compiled_module(run: Any) -> None:
    for name in ("seeds/googlenet", "seeds/resnet34", "seeds/vgg13", "seeds/mnist_conv4"):
        modules = {path for path, _ in archspec.compile(NETWORKS[name]).named_modules()}
        paths = [
            one["path"] for one in json.loads(run("summary", name, "--format", "json").out)["layers"] if one["module"]
        ]
        for path in paths:
            if "*" in path:
                pattern = re.compile(re.escape(path).replace(r"\*", r"\d+"))
                assert any(pattern.fullmatch(one) for one in modules)
            else:
                assert path in modules


def test_csv_and_markdown(run: Any, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("summary", "seeds/resnet34", "--format", "csv").out)))
    assert sum(int(row["count"]) * int(row["parameters"]) for row in rows) == 21797672
    assert sum(int(row["count"]) * int(row["macs"]) for row in rows) == 3663761408
    fields = {row["path"]: (row["receptive_field"], row["receptive_stride"]) for row in rows}
    assert (fields["conv1"], fields["maxpool"], fields["fc"]) == (("7", "2"), ("11", "4"), ("all", ""))
    markdown = run("summary", "seeds/resnet34", "--format", "markdown", "--depth", "1").out
    table = [line.split("|")[1:-1] for line in markdown.splitlines() if line.startswith("|")]
    assert len({len(row) for row in table}) == 1
    assert sum(int(row[3].replace(",", "")) for row in table[2:-1] if row[3].strip()) == 21797672
    path = tmp_path / "odd.arch"
    path.write_text(
        'network odd {\n    "<script>alert(1)</script> | *x*"\n    input x: [4]\n'
        '    "=1+1": linear(2)\n    "a|b": linear(2)\n    "@sum": linear(2)\n}\n'
    )
    cells = [row["path"] for row in csv.DictReader(io.StringIO(run("summary", path, "--format", "csv").out))]
    assert cells == ["'=1+1", "a|b", "'@sum"]
    markdown = run("summary", path, "--format", "markdown").out
    assert r"a\|b" in markdown
    assert r"\<script\>" in markdown
    assert r"\*x\*" in markdown


def test_in_a_pipe_nothing_is_left_out_and_nothing_coloured(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = run("summary", "seeds/vgg19").out
    assert "\x1b" not in plain
    assert "receptive field" in plain
    coloured = run("summary", "seeds/squeezenet1_0", "--color", "always").out
    assert "\x1b[1;33mlossy −1 px\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == run("summary", "seeds/squeezenet1_0").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[" in run("summary", "seeds/vgg19").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert run("summary", "seeds/vgg19").out == plain
    monkeypatch.setenv("COLUMNS", "60")
    assert all(width(line) <= 60 for line in run("summary", "seeds/vgg19").out.splitlines())


def test_overrides_and_errors(run: Any) -> None:
    ten = json.loads(run("summary", "seeds/resnet18", "--format=json", "--set", "num_classes=10").out)
    assert ten["outputs"] == {"output": [10]}
    small = json.loads(run("summary", "seeds/resnet18", "--format=json", "--input", "image=3,64,64").out)
    assert small["inputs"] == {"image": [3, 64, 64]}
    assert small["macs"] < ten["macs"] / 10
    both = json.loads(
        run("summary", "seeds/vgg11", "--format=json", "--set", "depths=[1, 1, 1, 1, 1]", "--input", "3,64,64").out
    )
    assert both["inputs"] == {"image": [3, 64, 64]}
    broken = run("summary", "seeds/mnist_inception_broken")
    assert (broken.code, broken.out) == (1, "")
    assert "AS401" in broken.err
    several = run("summary", "specs/seeds/resnet.arch") if Path("specs").is_dir() else None
    assert several is None or (several.code == 2 and "resnet.arch:resnet18" in several.err)


def test_an_internal_path_is_shown_safely(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[31mb.arch"
    path.write_text("network net { input x: [4]; linear(2) }")
    found = run("summary", path)
    assert found.code == 0
    assert "\x1b" not in found.out
