"""Fixes: each removes its finding and brings no other, in text and in YAML."""

from pathlib import Path
from types import ModuleType

import pytest
from linting import as_yaml, examples, lint

import archspec
from archspec.cli.main import main
from archspec.lints import bias_before_norm, lossy_stride, unused_import, unused_let, unused_suppression
from archspec.lints.fixes import edited, mended
from archspec.lints.run import LINTS

FIXED = {bias_before_norm: True, unused_import: True, unused_let: True, unused_suppression: True}


@pytest.mark.parametrize("module", LINTS, ids=lambda module: module.RULE.name)
def test_a_fix_removes_its_finding(module: ModuleType, tmp_path: Path) -> None:
    (one,) = lint(tmp_path, examples(module.__doc__, "Example:"), module.RULE.code)
    if module not in FIXED:
        assert one.fix is None or not one.fix.safe
    if one.fix is None:
        assert module not in FIXED
        return
    text = edited(one.span.source, one.fix.edits)
    assert lint(tmp_path, text, module.RULE.code) == ()


@pytest.mark.parametrize(
    ("step", "mended_step"),
    [
        ("conv(8, 4, stride=3)", "conv(8, 4, stride=3, padding=1)"),
        ("conv(8, 4, stride=3, padding=0)", "conv(8, 4, stride=3, padding=1)"),
        ("maxpool(2, stride=2)", "maxpool(2, stride=2, ceil_mode=true)"),
        ("maxpool( 2 , )", "maxpool( 2 ,ceil_mode=true )"),
    ],
)
def test_lossy_strides(step: str, mended_step: str, tmp_path: Path) -> None:
    shape = "[3, 224, 224]" if "conv" in step else "[3, 7, 7]"
    text = f"network n {{\n    input x: {shape}\n    {step}\n}}\n"
    (one,) = lint(tmp_path, text)
    assert one.rule is lossy_stride.RULE
    assert one.fix is not None
    assert not one.fix.safe
    made = edited(one.span.source, one.fix.edits)
    assert made == text.replace(step, mended_step)
    assert lint(tmp_path, made) == ()


def test_in_yaml(tmp_path: Path) -> None:
    name = "net.arch.yaml"
    for module in (bias_before_norm, unused_import):
        text = as_yaml(examples(module.__doc__, "Example:"))
        (one,) = lint(tmp_path, text, name=name)
        assert one.fix is not None
        made = edited(one.span.source, one.fix.edits)
        assert made != text
        assert lint(tmp_path, made, name=name) == ()


def test_a_bias_that_a_condition_may_need_is_not_safe(tmp_path: Path) -> None:
    text = "network n(norm = true) {\n    input x: [3, 8, 8]\n    conv(8, 3)\n    if norm { batchnorm }\n}\n"
    (one,) = lint(tmp_path, text)
    assert one.fix is not None
    assert not one.fix.safe


def test_edits_that_touch_wait_for_the_next_round(tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text('from "seeds/resnet.arch" import BasicBlock, Bottleneck\nnetwork n { input x: [3, 8, 8]; relu }\n')
    first = mended(archspec.check(path).diagnostics, False, [path])
    assert [text.count("B") for text in first.values()] == [1]
    assert main(["check", str(path), "--fix"]) == 0
    assert path.read_text() == "network n { input x: [3, 8, 8]; relu }\n"


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "network n {\n    input x: [3, 9, 9]\n    conv(8, 3) -> batchnorm\n    let w = 2\n    maxpool(2)\n}\n"
    path = tmp_path / "net.arch"
    path.write_bytes(text.replace("\n", "\r\n").encode())
    assert main(["check", str(path), "--diff"]) == 1
    assert "+    conv(8, 3, bias=false) -> batchnorm" in capsys.readouterr().out
    assert path.read_bytes().count(b"\r\n") == 6
    assert main(["check", str(path), "--fix", "--format", "concise"]) == 0
    assert [line.split()[2] for line in capsys.readouterr().out.splitlines()] == ["AS501"]
    safe = text.replace("conv(8, 3)", "conv(8, 3, bias=false)").replace("    let w = 2\n", "")
    assert path.read_bytes() == safe.replace("\n", "\r\n").encode()
    assert main(["check", str(path), "--unsafe-fixes"]) == 0
    assert capsys.readouterr().out == "no findings in 1 network of 1 file\n"
    assert b"ceil_mode=true" in path.read_bytes()
    assert main(["check", str(path), "--diff", "--unsafe-fixes"]) == 0
    assert main(["check", "-", "--fix"]) == 2


def test_imported_files_are_left_alone(tmp_path: Path) -> None:
    blocks = tmp_path / "blocks.arch"
    before = "block B { conv(8, 3) -> batchnorm }\n"
    blocks.write_text(before)
    path = tmp_path / "net.arch"
    path.write_text('from "blocks.arch" import B\nnetwork n { input x: [3, 9, 9]; B }\n')
    assert main(["check", str(path), "--fix"]) == 0
    assert blocks.read_text() == before
