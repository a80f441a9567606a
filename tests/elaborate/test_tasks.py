"""Declared tasks: where they stand, what they take, and what the outputs of a network have to be for them."""

import re
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.core.edits import edited, followed_by
from archspec.core.source import Source, Span
from archspec.emit.convert import convert


def spec(task: str, body: str, shape: str = "[3, 32, 32]") -> str:
    parameters = "(k = 10)" if re.search(r"\bk\b", task) else ""
    return f"network n{parameters} {{\n    input image: {shape}\n    task {task}\n\n    {body}\n}}\n"


def found(folder: Path, text: str, name: str = "n.arch") -> list[tuple[str, str]]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return [(one.rule.code, one.span.text) for one in archspec.check(path).diagnostics]


VECTOR = "conv(8, 3) -> relu -> global_avgpool -> flatten -> linear(10)"
MAP = "conv(10, 3, padding=1)"


def test_a_task_is_part_of_the_design(tmp_path: Path) -> None:
    path = tmp_path / "n.arch"
    path.write_text(spec('classification(classes=k, loss=nll, object=3, inputs=[0, 1], output="output")', VECTOR))
    design = archspec.load(path, k=10)
    (one,) = design.module.tasks
    task: Any = one.task
    assert (task.name, task.classes, task.loss, task.inputs, task.object) == ("classification", 10, "nll", (0, 1), 3)
    assert (one.port, one.at("loss").text, one.at("layout")) == (0, "loss=nll", one.span)


@pytest.mark.parametrize(
    ("task", "body"),
    [
        ("classification(10)", VECTOR),
        ("classification(k, loss=bce_with_logits, targets=multi_hot)", VECTOR),
        ("classification(2, loss=bce_with_logits)", "flatten -> linear(1)"),
        ("classification(2, loss=bce_with_logits, targets=index)", "flatten -> linear(1)"),
        ("classification(10, targets=probabilities)", VECTOR),
        ("segmentation(10)", MAP),
        ("segmentation(10, stride=2)", "conv(10, 3, padding=1, stride=2)"),
        ("regression(outputs=4)", "flatten -> linear(4)"),
        ("regression()", "flatten -> linear(7)"),
        ('classification(10, output="a")', "output flatten -> a: linear(10)\n    output b: relu"),
        ("classification(10, loss=mine)", VECTOR),
        ('classification(10, loss="cross_entropy")', VECTOR),
    ],
)
def test_what_fits(task: str, body: str, tmp_path: Path) -> None:
    text = ('let mine = "bce_with_logits"\n' if "mine" in task else "") + spec(task, body)
    assert found(tmp_path, text) == []
    assert found(tmp_path, convert(Source("n.arch", text), to_yaml=True), "n.arch.yaml") == []


@pytest.mark.parametrize(
    ("task", "body", "code", "span"),
    [
        ("classification(10)", "flatten -> linear(5)", "AS603", "linear(5)"),
        ("classification(10)", "flatten -> fc: linear(1) -> tanh", "AS603", "linear(1)"),
        ("classification(10)", MAP, "AS603", MAP),
        ("classification(10)", "conv(10, 32)", "AS603", "conv(10, 32)"),
        ("segmentation(10)", VECTOR, "AS603", "linear(10)"),
        ("segmentation(10)", "conv(5, 3, padding=1)", "AS603", "conv(5, 3, padding=1)"),
        ("segmentation(10)", "conv(10, 3, stride=2, padding=1)", "AS603", "conv(10, 3, stride=2, padding=1)"),
        ("regression(4)", "flatten -> linear(5)", "AS603", "linear(5)"),
        ("classification(10, targets=one_hot)", VECTOR, "AS604", "targets=one_hot"),
        ("classification(10, loss=nll, targets=one_hot)", f"{VECTOR} -> log_softmax", "AS604", "targets=one_hot"),
        ("classification(10, loss=bce_with_logits, targets=index)", VECTOR, "AS604", "targets=index"),
        ("classification(10, loss=crossentropy)", VECTOR, "AS301", "loss=crossentropy"),
        ("classification(0)", VECTOR, "AS301", "0"),
        ("classification()", VECTOR, "AS301", "task classification()"),
        ("classification(10, clases=3)", VECTOR, "AS301", "clases=3"),
        ("classification(10, inputs=[1, 0])", VECTOR, "AS301", "inputs=[1, 0]"),
        ("classification(nothing)", VECTOR, "AS201", "nothing"),
        ("classifier(10)", VECTOR, "AS201", "classifier"),
        ('classification(10, output="a")', VECTOR, "AS301", 'output="a"'),
        ("classification(10)", "output a: relu\n    output b: relu", "AS301", "task classification(10)"),
        ("classification(10)", f"task regression()\n    {VECTOR}", "AS202", "task regression()"),
    ],
)
def test_what_does_not_fit(task: str, body: str, code: str, span: str, tmp_path: Path) -> None:
    text = spec(task, body)
    assert found(tmp_path, text) == [(code, span)]
    in_yaml = convert(Source("n.arch", text), to_yaml=True)
    assert [code for code, _ in found(tmp_path, in_yaml, "n.arch.yaml")] == [code]


@pytest.mark.parametrize("body", ["b: { task regression(); relu }", "B", "repeat 2 { task regression(); relu }"])
def test_a_task_stands_in_a_network_itself(body: str, tmp_path: Path) -> None:
    text = f"block B {{ task regression(); relu }}\nnetwork n {{\n    input image: [3, 8, 8]\n    {body}\n}}\n"
    text = text if body == "B" else text.partition("\n")[2]
    assert found(tmp_path, text) == [("AS210", "task regression()")]


def test_the_culprit_in_a_block_is_told_with_its_trail(tmp_path: Path) -> None:
    path = tmp_path / "n.arch"
    path.write_text(f"block Head {{ flatten -> linear(5) }}\n{spec('classification(k)', 'head: Head')}")
    (one,) = archspec.check(path).diagnostics
    assert (one.rule.code, one.span.text, one.path) == ("AS603", "linear(5)", "head")
    assert [frame.block for frame in one.trail] == ["Head"]
    assert [label.span.text for label in one.labels[1:]] == ["k"]


def test_the_head_is_not_checked_for_another_input(tmp_path: Path) -> None:
    path = tmp_path / "n.arch"
    path.write_text(spec("classification(10)", "conv(10, 32) -> flatten"))
    assert not archspec.check(path).diagnostics
    assert not archspec.check(path, inputs=(3, 40, 40)).diagnostics


@pytest.mark.parametrize(
    ("task", "body", "mended"),
    [
        ("classification(k)", "flatten -> linear(5)", "flatten -> linear(k)"),
        ("classification(10)", "flatten -> linear(out=5)", "flatten -> linear(out=10)"),
        ("classification(10)", MAP, f"{MAP} -> global_avgpool -> flatten"),
        ("classification(10)", "conv(10, 32)", "conv(10, 32) -> flatten"),
        ("segmentation(10)", "conv(5, 3, padding=1)", "conv(10, 3, padding=1)"),
    ],
)
def test_its_fix_closes_it(task: str, body: str, mended: str, tmp_path: Path) -> None:
    for text, name in (
        (spec(task, body), "n.arch"),
        (convert(Source("n", spec(task, body)), to_yaml=True), "n.arch.yaml"),
    ):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        (one,) = archspec.check(path).diagnostics
        if one.fix is None:  # in the flow lists of YAML there is no line to put a step on
            assert name.endswith(".yaml")
            continue
        assert not one.fix.safe
        made = edited(one.span.source, one.fix.edits)
        if name == "n.arch":
            assert made == text.replace(body, mended)
        assert found(tmp_path, made, name) == []


def test_steps_behind_one_in_yaml() -> None:
    source = Source("n.yaml", "layers:\n  - conv: [8, 3]\n  - [relu, conv: [9, 1]]\n")
    first = source.text.index("conv")
    edit = followed_by(Span(source, first, first + len("conv: [8, 3]")), "flatten")
    assert edit is not None
    assert edited(source, [edit]) == source.text.replace("[8, 3]", "[8, 3]\n  - flatten")
    flow = Source("n.yaml", "{layers: [relu, conv: [9, 1]], doc: text}\n")
    first = flow.text.index("conv")
    assert followed_by(Span(flow, first, first + len("conv: [9, 1]")), "flatten") is None


def test_the_word_is_a_name_elsewhere(tmp_path: Path) -> None:
    text = (
        "block Task(task = 3) { conv(task, 3) }\n"
        "network n {\n    input x: [3, 8, 8]\n    let several = [task for task in [4, 5]]\n"
        "    task: conv(several[0], 1)\n    (task) -> Task\n}\n"
    )
    assert found(tmp_path, text) == []
    labelled = "network n {\n    input x: [3, 8, 8]\n    task: conv(4, 1)\n    (task) -> relu\n}\n"
    assert found(tmp_path, labelled) == []
    in_yaml = convert(Source("n", labelled), to_yaml=True)
    assert "- task: {conv: [4, 1]}" in in_yaml
    assert convert(Source("n.arch.yaml", in_yaml), to_yaml=False) == labelled.replace("\n    task:", "\n\n    task:")


def test_both_forms_in_yaml() -> None:
    text = spec("classification(classes=k, loss=cross_entropy)", "task regression(3, loss=l1)\n    task regression()")
    in_yaml = convert(Source("n", text), to_yaml=True)
    declared = "\ntask:\n  classification: {classes: $k, loss: cross_entropy}\n  regression: [3, loss: l1]\n"
    assert declared in in_yaml
    assert "- task: regression\n    with: []\n" in in_yaml
    assert convert(Source("n.arch.yaml", in_yaml), to_yaml=False).split() == text.split()
