"""Fixes: each removes its finding and brings no other, in text and in YAML."""

from pathlib import Path
from types import ModuleType

import pytest
from linting import as_yaml, codes, examples, lint

import archspec
from archspec.cli.main import main
from archspec.core.diagnostic import Edit, Fix
from archspec.core.edits import edited
from archspec.core.source import Span
from archspec.design import Apply
from archspec.lints import lossy_stride, unused_let, unused_suppression
from archspec.lints.fixes import mended
from archspec.lints.run import LINTS

OFFERED = pytest.mark.parametrize("module", [one for one in LINTS if one.RULE.fix], ids=lambda module: module.RULE.name)

# errors with a fix: a body, and what it becomes
MENDED = [
    ("AS201", "cnov(8, 3)", "conv(8, 3)"),
    ("AS209", "concat { a: conv(8, 1) -> relu; conv(4, 1) }", "concat { a: { conv(8, 1) -> relu }; conv(4, 1) }"),
    ("AS401", "residual { conv(16, 3, padding=1, stride=2) }", "residual { conv(16, 3, padding=1, stride=1) }"),
    ("AS401", "residual { conv(16, 3, stride=[2, 2], padding=1) }", "residual { conv(16, 3, stride=1, padding=1) }"),
    ("AS401", "residual { conv(16, 3, stride=2, padding=1) } skip { conv(16, 1, ) }",
     "residual { conv(16, 3, stride=2, padding=1) } skip { conv(16, 1, stride=2, ) }"),
    ("AS401", "residual { conv(16, 3, padding=1) -> relu -> conv(16, 3) }",
     "residual { conv(16, 3, padding=1) -> relu -> conv(16, 3, padding=1) }"),
    ("AS401", "concat { relu; conv(8, 3, dilation=2) }", "concat { relu; conv(8, 3, dilation=2, padding=2) }"),
    ("AS201", "Relu", "relu"),
    ("AS201", "BatchNorm2d", "batchnorm"),
    ("AS201", "flatten -> Dense(3)", "flatten -> linear(3)"),
    ("AS401", "residual { conv(32, 1) -> relu }", "residual { conv(32, 1) -> relu } skip { conv(32, 1) }"),
    ("AS401", "residual { conv(32, 3, stride=2, padding=1) }",
     "residual { conv(32, 3, stride=2, padding=1) } skip { conv(32, 1, stride=2) }"),
    ("AS401", "residual { conv(32, 1) } skip { relu }", "residual { conv(32, 1) } skip { relu -> conv(32, 1) }"),
    ("AS405", "linear(10)", "flatten -> linear(10)"),
    ("AS405", "relu -> fc: linear(10)", "relu -> flatten -> fc: linear(10)"),
    ("AS603", "task classification(10)\n    flatten -> linear(5)",
     "task classification(10)\n    flatten -> linear(10)"),
    ("AS603", "task classification(10)\n    conv(10, 1)",
     "task classification(10)\n    conv(10, 1) -> global_avgpool -> flatten"),
]  # fmt: skip


@OFFERED
def test_a_fix_removes_its_finding(module: ModuleType, tmp_path: Path) -> None:
    (one,) = lint(tmp_path, examples(module.__doc__, "Example:"), module.RULE.code)
    assert one.fix is not None
    assert one.fix.safe is (module.RULE.fix == "safe")
    text = edited(one.span.source, one.fix.edits)
    assert lint(tmp_path, text, module.RULE.code) == ()


@OFFERED
def test_and_in_yaml(module: ModuleType, tmp_path: Path) -> None:
    if module is unused_suppression:
        return  # comments are not converted: `test_suppressions.py` has it in YAML
    text = as_yaml(examples(module.__doc__, "Example:"))
    (one,) = lint(tmp_path, text, module.RULE.code, "net.arch.yaml")
    if one.fix is None:
        assert module is unused_let  # it shares a line with others
        return
    made = edited(one.span.source, one.fix.edits)
    assert made != text
    assert lint(tmp_path, made, module.RULE.code, "net.arch.yaml") == ()


def test_rules_say_whether_they_offer_one(tmp_path: Path) -> None:
    for module in LINTS:
        found = lint(tmp_path, examples(module.__doc__, "Example:"), module.RULE.code)
        assert bool(module.RULE.fix) is any(one.fix is not None for one in found)
    listed = {code for code, _, _ in MENDED} | {"AS115"}  # `tests/syntax/test_yaml_reader.py` has that one
    assert {code for code, one in archspec.api.rules().items() if one.fix and code[2] not in "57"} == listed


@pytest.mark.parametrize(("code", "body", "mended_body"), MENDED)
def test_the_fix_of_an_error(code: str, body: str, mended_body: str, tmp_path: Path) -> None:
    text = f"network n {{\n    input x: [16, 8, 8]\n    {body}\n}}\n"
    (one,) = lint(tmp_path, text)
    assert one.rule.code == code
    assert one.rule.fix == "unsafe"
    assert one.fix is not None
    assert not one.fix.safe
    made = edited(one.span.source, one.fix.edits)
    assert made == text.replace(body, mended_body)
    assert lint(tmp_path, made) == ()


def test_a_stride_does_not_close_what_differs_in_channels(tmp_path: Path) -> None:
    text = "network n {{\n    input x: [16, 8, 8]\n    {}\n}}\n"
    (one,) = lint(tmp_path, text.format("add { conv(32, 3, padding=1, stride=2); identity }"))
    assert "closes it" not in one.help
    assert one.fix is None
    (one,) = lint(tmp_path, text.format("residual { conv(32, 3, padding=1, stride=2) } skip { relu }"))
    assert "`skip { conv(32, 1, stride=2) }`" in one.help


@pytest.mark.parametrize("conv", ["[32, 1]", "[32, 3, stride: 2, padding: 1]"])
def test_a_projection_in_yaml_can_be_taken_as_it_is_said(conv: str, tmp_path: Path) -> None:
    text = f"network: n\ninput: {{x: [16, 8, 8]}}\nlayers:\n  - residual: [conv: {conv}]\n"
    (one,) = lint(tmp_path, text, name="net.arch.yaml")
    said = one.help.split("`")[1]
    assert lint(tmp_path, f"{text}    {said}\n", name="net.arch.yaml") == ()


@pytest.mark.parametrize(
    ("body", "mended_body"),
    [
        ("- residual: [conv: [16, 3]]", "- residual: [conv: [16, 3, padding: 1]]"),
        (
            "- {residual: [maxpool: [3, padding: 1, stride: 2]], skip: [conv: {out: 16, kernel: 1}]}",
            "- {residual: [maxpool: [3, padding: 1, stride: 2]], skip: [conv: {out: 16, kernel: 1, stride: 2}]}",
        ),
        ("- residual: [conv: [16, 3, stride: 2, padding: 1]]", "- residual: [conv: [16, 3, stride: 1, padding: 1]]"),
    ],
)
def test_sizes_in_yaml(body: str, mended_body: str, tmp_path: Path) -> None:
    text = f"network: n\ninput: {{x: [16, 8, 8]}}\nlayers:\n  {body}\n"
    (one,) = lint(tmp_path, text, name="net.arch.yaml")
    assert one.fix is not None and ": " in one.fix.title
    made = edited(one.span.source, one.fix.edits)
    assert made == text.replace(body, mended_body)
    assert lint(tmp_path, made, name="net.arch.yaml") == ()


@pytest.mark.parametrize(
    ("step", "mended_step"),
    [
        ("conv(8, 4, stride=3)", "conv(8, 4, stride=3, padding=1)"),
        ("conv(8, 4, stride=3, padding=0)", "conv(8, 4, stride=3, padding=1)"),
        ("maxpool(2, stride=2)", "maxpool(2, stride=2, ceil_mode=true)"),
        ("maxpool( 2 , )", "maxpool( 2, ceil_mode=true , )"),
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


def test_a_bias_that_a_condition_may_need_is_not_safe(tmp_path: Path) -> None:
    text = "network n(norm = true) {\n    input x: [3, 8, 8]\n    conv(8, 3)\n    if norm { batchnorm }\n}\n"
    (one,) = lint(tmp_path, text)
    assert one.fix is not None
    assert not one.fix.safe


@pytest.mark.parametrize(
    "uses",
    [
        "for last in [false, true] {\n        conv(8, 3)\n        if not last { batchnorm } else { relu }\n    }",
        "for i in range(3) {\n        conv(8, 3)\n        if i > 0 { batchnorm }\n        relu\n    }",
        "for norm in [true, false] { B(norm) }",
        "B(true)\n}\nnetwork m {\n    input x: [3, 16, 16]\n    B(false)",
        "D(batchnorm) -> D(identity)",
    ],
)
def test_a_bias_that_another_use_needs_is_left(uses: str, tmp_path: Path) -> None:
    blocks = "block B(norm) {\n    c: conv(8, 3)\n    if norm { batchnorm }\n}\nblock D(norm) { conv(8, 3) -> norm }\n"
    found = lint(tmp_path, f"{blocks}network n {{\n    input x: [3, 16, 16]\n    {uses}\n}}\n", "AS508")
    (one,) = [one for one in found if one.rule.code == "AS508"]
    assert one.fix is None
    assert one.help.endswith("another use of this text needs the bias")


def test_a_bias_with_a_norm_behind_every_use_is_safe(tmp_path: Path) -> None:
    loop = "for i in [1, 2] {{ batchnorm -> relu -> conv(8, 3) }}\n    {}"
    for behind, safe in (("global_avgpool", None), ("batchnorm -> relu", True)):
        (one,) = lint(tmp_path, f"network n {{\n    input x: [3, 16, 16]\n    {loop.format(behind)}\n}}\n")
        assert (one.fix and one.fix.safe) is safe


def test_a_shared_bias_is_of_use_where_one_of_its_uses_has_no_norm(tmp_path: Path) -> None:
    text = "network n {{\n    input x: [3, 16, 16]\n    shared c: conv(3, 3)\n    {}\n    c -> {}\n}}\n"
    assert codes(lint(tmp_path, text.format("c -> batchnorm -> relu", "batchnorm"))) == ["AS508"]
    assert lint(tmp_path, text.format("c -> batchnorm -> relu", "relu")) == ()
    assert lint(tmp_path, text.format("repeat 2 { c -> batchnorm }", "relu")) == ()


def test_edits_that_touch_wait_for_the_next_round(tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text('from "seeds/resnet.arch" import BasicBlock, Bottleneck\nnetwork n { input x: [3, 8, 8]; relu }\n')
    first = mended(archspec.check(path).diagnostics, False, [path])
    assert [text.count("B") for text in first.texts.values()] == [1]
    assert len(first.findings) == 1
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
    assert capsys.readouterr().out == "no findings in 1 network of 1 file\napplied 1 fix to 1 file\n"
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


def test_of_unsafe_fixes_one_may_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.arch"
    text = "network n {{\n    input x: [3, {0}, {0}]\n    conv(96, 11, stride=4) -> relu -> maxpool(3, stride=2)\n}}\n"
    path.write_text(text.format(224))
    assert len(mended(archspec.check(path).diagnostics, True, [path]).texts) == 1
    assert main(["check", str(path), "--unsafe-fixes"]) == 0
    assert capsys.readouterr().out == "no findings in 1 network of 1 file\napplied 1 fix to 1 file\n"
    assert path.read_text() == text.format(227)


def test_unsafe_fixes_follow_each_other_to_the_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pools = " -> ".join(["maxpool(2)"] * 12)
    (tmp_path / "a.arch").write_text(f"network n {{\n    input x: [3, 4097, 4097]\n    {pools}\n}}\n")
    (tmp_path / "b.arch").write_text("network m {\n    input x: [3, 8, 8]\n    cnov(8, 3) -> rellu -> conv(8, 3)\n}\n")
    assert main(["check", str(tmp_path), "--unsafe-fixes"]) == 0
    assert capsys.readouterr().out == "no findings in 2 networks of 2 files\napplied 14 fixes to 2 files\n"
    assert (tmp_path / "a.arch").read_text().count("ceil_mode=true") == 12


@pytest.mark.parametrize(
    ("body", "mended_body"),
    [
        ("- [{conv: [8, 3]}, batchnorm]", "- [{conv: [8, 3, bias: false]}, batchnorm]"),
        ("- d: {conv: [8, 3]}\n  - batchnorm", "- d: {conv: [8, 3, bias: false]}\n  - batchnorm"),
        ("- p: {maxpool: 3}", "- p: {maxpool: [3, ceil_mode: true]}"),
        (
            "- concat:\n      - a: {conv: [8, 3]}\n      - relu",
            "- concat:\n      - a: {conv: [8, 3, padding: 1]}\n      - relu",
        ),
        ("- [global_avgpool, flatten]\n  - fc: {linear: [12]}", "- [global_avgpool, flatten]\n  - fc: {linear: [10]}"),
    ],
)
def test_steps_in_braces(body: str, mended_body: str, tmp_path: Path) -> None:
    task = "task: {classification: {classes: 10}}\n" if "fc" in body else ""
    text = f"network: n\ninput: {{x: [16, 8, 8]}}\n{task}layers:\n  {body}\n"
    (one,) = lint(tmp_path, text, name="net.arch.yaml")
    assert one.fix is not None
    made = edited(one.span.source, one.fix.edits)
    assert made == text.replace(body, mended_body)
    assert lint(tmp_path, made, name="net.arch.yaml") == ()


@pytest.mark.parametrize(
    ("body", "mended_body"),
    [
        ("residual { conv(8, 1) }  # skip {", "residual { conv(8, 1) } skip { conv(8, 1) }  # skip {"),
        ("residual { conv(8, 1) }  # a body\n    skip { relu  # why\n    }",
         "residual { conv(8, 1) }  # a body\n    skip { relu -> conv(8, 1)  # why\n    }"),
        ("concat {\n        relu\n        conv(8,\n            3   # kernel\n        )\n    }",
         "concat {\n        relu\n        conv(8,\n            3, padding=1   # kernel\n        )\n    }"),
        ("concat { relu; conv(8, 3, 2, 1) }", "concat { relu; conv(8, 3, 1, 1) }"),
    ],
)  # fmt: skip
def test_joins_beside_comments(body: str, mended_body: str, tmp_path: Path) -> None:
    text = f"network n {{\n    input x: [16, 8, 8]\n    {body}\n}}\n"
    (one,) = lint(tmp_path, text)
    assert one.fix is not None
    made = edited(one.span.source, one.fix.edits)
    assert made == text.replace(body, mended_body)
    assert lint(tmp_path, made) == ()


def test_an_expression_has_no_fix(tmp_path: Path) -> None:
    for body in (
        "conv(8, 3, bias=2 > 1) -> batchnorm",
        "maxpool(3, ceil_mode=1 > 2)",
        "residual { maxpool(3, 1 + 1, 1) }",
    ):
        (one,) = lint(tmp_path, f"network n {{\n    input x: [16, 8, 8]\n    {body}\n}}\n")
        assert one.fix is None


BLOCKS = (
    "block Unit(c, stride = 1) { residual { conv(c, 3, stride=stride, padding=1) } }\n"
    "block Pair(k) { concat { conv(16, 1); conv(16, k) } }\n"
)


@pytest.mark.parametrize(
    ("body", "fixable"),
    [
        ("for c in [8, 32] { residual { conv(c, 3, padding=1) } }", False),
        ("repeat 2 as i { residual { conv(8 * (i + 1), 3, padding=1) } }", False),
        ("repeat 3 { residual { conv(8, 3, padding=1) } }", True),
        ("Unit(16) -> Unit(32, stride=2)", False),
        ("Unit(32, stride=2)", True),
        ("Pair(1) -> Pair(3)", False),
        ("Pair(3) -> Pair(3)", True),
        ("residual { conv(8, 1) } -> residual { conv(4, 1) }", True),
        ("Pair(3)\n}\nnetwork m {\n    input x: [16, 8, 8]\n    Pair(1)", False),
    ],
)
def test_a_join_is_mended_where_that_mends_all_that_its_text_stands_for(
    body: str, fixable: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f"{BLOCKS}network n {{\n    input x: [16, 8, 8]\n    {body}\n}}\n"
    found = [one for one in lint(tmp_path, text) if one.rule.code == "AS401"]
    assert [one.fix is not None for one in found] == [fixable]
    assert "closes it" in found[0].help
    path = tmp_path / "example.arch"
    assert main(["check", str(path), "--unsafe-fixes", "--ignore", "AS7,AS5"]) == (0 if fixable else 1)
    assert ("no findings" in capsys.readouterr().out) is fixable
    assert (path.read_text() == text) is not fixable


def test_what_an_import_stands_for_is_tried_as_well(tmp_path: Path) -> None:
    (tmp_path / "blocks.arch").write_text(BLOCKS)
    for body, fixable in (("Pair(3)", True), ("Pair(1) -> Pair(3)", False)):
        text = f'from "blocks.arch" import Pair\nnetwork n {{\n    input x: [16, 8, 8]\n    {body}\n}}\n'
        (one,) = lint(tmp_path, text)
        assert (one.fix is not None) is fixable
        with pytest.raises(archspec.SpecError) as met:
            archspec.load(tmp_path / "example.arch")
        assert [(one.fix is not None) for one in met.value.diagnostics] == [fixable]


def test_a_round_that_removes_nothing_is_taken_back(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def into_a_comment(call: Span, *_: object) -> Edit:
        return Edit(call._replace(start=call.end), "  # bias=false")

    monkeypatch.setattr("archspec.lints.bias_before_norm.argument", into_a_comment)
    path = tmp_path / "net.arch"
    text = "network n {\n    input x: [3, 9, 9]\n    conv(8, 3)\n    batchnorm\n}\n"
    path.write_text(text)
    assert main(["check", str(path), "--fix"]) == 0
    assert "AS508" in (out := capsys.readouterr().out)
    assert "applied" not in out
    assert path.read_text() == text


def test_of_findings_alike_each_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.arch"
    path.write_text("network n {\n    input x: [3, 9, 9]\n    relu -> relu -> relu\n}\n")
    assert main(["check", str(path), "--unsafe-fixes", "--extend-select", "AS708"]) == 0
    assert "no findings" in capsys.readouterr().out
    assert path.read_text().count("relu") == 1


def test_a_head_of_two_tasks_is_left(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    network = "network {} {{\n    input x: [3, 8, 8]\n    task classification({})\n    Head\n}}\n"
    block = "block Head { global_avgpool -> flatten -> linear(5) }\n"
    path = tmp_path / "net.arch"
    for other, fixable in ((10, True), (100, False)):
        path.write_text(text := block + network.format("a", 10) + network.format("b", other))
        assert main(["check", str(path), "--unsafe-fixes"]) == (0 if fixable else 1)
        assert ("applied 1 fix" in capsys.readouterr().out) is fixable
        assert (path.read_text() == text) is not fixable


def test_a_map_is_pooled_before_its_scores_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text("network n {\n    input x: [3, 8, 8]\n    task classification(10)\n    conv(5, 3)\n}\n")
    assert main(["check", str(path), "--unsafe-fixes"]) == 0
    assert "conv(10, 3) -> global_avgpool -> flatten" in path.read_text()


def test_fixes_that_undo_each_other_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("archspec.lints.lossy_stride._fix", _to_and_fro)
    path = tmp_path / "net.arch"
    path.write_text("network n {\n    input x: [3, 32, 32]\n    maxpool(5)\n}\n")
    assert main(["check", str(path), "--unsafe-fixes"]) == 0
    assert "applied 1 fix to 1 file" in capsys.readouterr().out


def _to_and_fro(_: object, node: Apply, __: object) -> Fix:
    """From a kernel that leaves two rows unread to one that leaves one, and back."""
    size = "7" if node.span.text == "maxpool(5)" else "5"
    return Fix("the other", (Edit(node.span, f"maxpool({size})"),))


def test_a_slip_is_mended_though_others_come_to_light(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "net.arch.yaml"
    text = (
        "network: n\nparameters: {act: relu, classes: 10}\ninput: {x: [3, 8, 8]}\n"
        "layers:\n  - conv: [classes, 3]\n  - act\n  - conv: [{0}, 1]\n"
    )
    path.write_text(text.replace("{0}", "classes"))
    assert main(["check", str(path), "--unsafe-fixes"]) == 0
    assert "applied 3 fixes" in capsys.readouterr().out
    assert path.read_text().count("$") == 3
    path.write_text(text.replace("[{0}, 1]", "[8, 1"))
    assert mended(archspec.check(path).diagnostics, True, [path]).texts == {}


@pytest.mark.parametrize(
    ("shape", "meant"), [("[224, 224, 3,]", "[3, 224, 224]"), ("[1, 3, 224, 224 , ]", "[3, 224, 224]")]
)
def test_a_shape_may_end_with_a_comma(shape: str, meant: str, tmp_path: Path) -> None:
    text = f"network n {{\n    input x: {shape}\n    conv(8, 3, padding=1)\n}}\n"
    (one,) = lint(tmp_path, text)
    assert one.rule.code in ("AS517", "AS523")
    assert one.fix is not None
    assert edited(one.span.source, one.fix.edits) == text.replace(shape, meant)


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text("network n {\n    input x: [3, 9, 9]\n    conv(8, 3) -> batchnorm\n}\n", encoding="utf-8-sig")
    assert main(["check", str(path), "--fix"]) == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbfnetwork")
    assert b"bias=false" in path.read_bytes()
