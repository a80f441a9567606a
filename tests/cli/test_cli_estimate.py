"""`archspec estimate`: its formats agree with each other, and what is wrong is said at its place."""

import csv
import io
import json
from pathlib import Path

import pytest

from archspec.cli.main import main

Output = pytest.CaptureFixture[str]


def said(capsys: Output, *arguments: str, code: int = 0) -> str:
    assert main(["estimate", *arguments]) == code
    printed = capsys.readouterr()
    return printed.err if code else printed.out


def test_formats_agree(capsys: Output) -> None:
    given = ("seeds/googlenet", "--batch", "8", "--train", "--device", "l4")
    document = json.loads(said(capsys, *given, "--format", "json"))
    listed = list(csv.DictReader(io.StringIO(said(capsys, *given, "--format", "csv"))))
    assert [row["path"] for row in listed] == [one["path"] for one in document["layers"]]
    memory = document["memory"]
    for column, total in (("parameter_bytes", "parameters_bytes"), ("activation_bytes", "activations_bytes")):
        assert (
            sum(int(row[column]) for row in listed) == sum(one[column] for one in document["layers"]) == memory[total]
        )
    assert memory["peak_in"] in ("forward", "backward", "optimizer")
    assert memory["peak_bytes"] >= memory["parameters_bytes"] + memory["activations_bytes"]
    time = document["time"]
    assert time["step"] == pytest.approx(time["forward"] + time["backward"] + time["optimizer"])
    table, page = said(capsys, *given), said(capsys, *given, "--format", "markdown")
    for text in (table, page):
        assert "8 samples in fp32, on NVIDIA L4" in text
        assert "inception3a" in text and "lower bound" in text


@pytest.mark.parametrize("by", ["op", "block"])
def test_groups_in_every_format(capsys: Output, by: str) -> None:
    given = ("seeds/resnet18", "--train", "--by", by)
    groups = json.loads(said(capsys, *given, "--format", "json"))["groups"]
    listed = list(csv.DictReader(io.StringIO(said(capsys, *given, "--format", "csv"))))
    assert [row[by] for row in listed] == [one["name"] for one in groups]
    name = "batchnorm" if by == "op" else "BasicBlock"
    assert name in said(capsys, *given) and name in said(capsys, *given, "--format", "markdown")


def test_inference_has_no_columns_of_training(capsys: Output) -> None:
    titles = said(capsys, "seeds/lenet5").splitlines()[3]
    assert "parameters" in titles
    assert not any(name in titles for name in ("gradients", "optimizer", "activations", "time"))
    assert json.loads(said(capsys, "seeds/lenet5", "--format", "json"))["time"] is None


def test_blocks_fold(capsys: Output) -> None:
    given = ("seeds/resnet50", "--train", "--format", "json")
    folded, whole = (json.loads(said(capsys, *given, *more)) for more in (("--depth", "1"), ()))
    assert len(folded["layers"]) < 12 < len(whole["layers"])
    assert folded["memory"] == whole["memory"]


def test_a_device_of_ones_own(capsys: Output) -> None:
    given = ("seeds/lenet5", "--format", "json", "--peak-flops", "1.5T", "--bandwidth", "50G")
    assert json.loads(said(capsys, *given))["setting"]["device"] == {
        "name": "a device of these figures", "flops": 1.5e12, "bandwidth": 5e10,
    }  # fmt: skip


def test_says_what_does_not_fit(capsys: Output) -> None:
    given = ("seeds/vgg16", "--batch", "4096", "--train", "--device", "t4")
    assert "it does not fit" in said(capsys, *given)


def test_a_narrow_terminal(capsys: Output, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    printed = said(capsys, "seeds/resnet50", "--train", "--device", "t4", "--depth", "2")
    assert max(map(len, printed.splitlines())) <= 72
    assert "activations" in printed and "time" in printed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--batch", "0"), "--batch: a batch of 0"),
        (("--dtype", "bf17"), "--dtype: there is no type 'bf17'; did you mean bf16?"),
        (("--device", "a100"), "a100-40gb or a100-80gb"),
        (("--optimizer", "lion"), "--optimizer: there is no optimizer 'lion'; there are sgd"),
        (("--amp",), "--amp: autocast from float32"),
        (("--master-weights", "--train"), "--master-weights: the weights are in float32 already"),
        (("--peak-flops", "3T"), "go together"),
        (("--device", "t4", "--bandwidth", "3T"), "of your own"),
        (("--by", "op", "--depth", "1"), "--depth folds"),
        (("--batch", "many"), "no whole number"),
        (("--bandwidth", "0"), "no number above 0"),
        (("--depth", "0"), "at least 1 level"),
    ],
)
def test_what_is_wrong_is_said(capsys: Output, arguments: tuple[str, ...], words: str) -> None:
    assert words in said(capsys, "seeds/lenet5", *arguments, code=2)


def test_a_spec_with_errors_has_no_estimate(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text("network n { input image: [3, 8, 8]\n conv(4, 9) }\n", encoding="utf-8")
    assert "AS403" in said(capsys, str(path), code=1)
