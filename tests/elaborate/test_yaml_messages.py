"""What is said of a spec in YAML when it is elaborated: help is in YAML, too."""

from pathlib import Path

import pytest

from archspec.api import check
from archspec.core.diagnostic import Diagnostic

HEAD = "network: net\ninput: {image: [3, 32, 32]}\n"


def found(folder: Path, body: str) -> tuple[Diagnostic, ...]:
    path = folder / "net.arch.yaml"
    path.write_text(HEAD + body, encoding="utf-8")
    return check(path).diagnostics


@pytest.mark.parametrize(
    ("body", "code", "help"),
    [
        ("layers: [linear: 10]", "AS405", "`[global_avgpool, flatten]`"),
        ("layers: [a: relu, {from: [a, a], do: relu}]", "AS407", "`{from: name, do: …}`"),
        ("layers: [a: relu, a]", "AS201", "`{from: a, do: …}`"),
        ("layers: [conv: [8, 3, init: x]]", "AS301", '`$kaiming_normal(mode="fan_out")`'),
        ("layers: [conv: [8, 3, init: None]]", "AS115", "write `null`"),
        (
            "task: {classification: {classes: 10, loss: nll}}\nlayers: [global_avgpool, flatten, linear: 10]",
            "AS516",
            "`loss: cross_entropy`",
        ),
    ],
)
def test_help_is_in_yaml(tmp_path: Path, body: str, code: str, help: str) -> None:
    assert [(one.rule.code, help in one.help) for one in found(tmp_path, body)] == [(code, True)]


@pytest.mark.parametrize(
    "step",
    [
        "linear: classes",
        "fc: {linear: classes}",
        "fc: {linear: [classes]}",
        "for: n\n    in: [1]\n    body: [linear: n]",
    ],
)
def test_a_name_without_its_mark_is_a_slip_wherever_it_is_an_argument(tmp_path: Path, step: str) -> None:
    (one,) = found(tmp_path, f"parameters: {{classes: 10}}\nlayers:\n  - flatten\n  - {step}\n")
    name = one.span.text
    assert one.rule.code == "AS115"
    assert one.help.startswith(f"write `${name}`;")
    assert one.fix is not None
    assert [edit.text for edit in one.fix.edits] == [f"${name}"]


def test_the_slip_can_be_mended(tmp_path: Path) -> None:
    body = "parameters: {classes: 10}\nlayers:\n  - flatten\n  - linear: classes\n"
    (one,) = found(tmp_path, body)
    assert one.fix is not None
    (edit,) = one.fix.edits
    text = HEAD + body
    assert found(tmp_path, (text[: edit.span.start] + edit.text + text[edit.span.end :]).removeprefix(HEAD)) == ()


@pytest.mark.parametrize("step", ["fc: classes", "{label: linear, step: classes}", "relu: classes"])
def test_a_number_as_a_step_is_no_slip_where_it_could_be_no_argument(tmp_path: Path, step: str) -> None:
    (one,) = found(tmp_path, f"parameters: {{classes: 10}}\nlayers:\n  - {step}\n")
    assert one.rule.code == "AS208"


def test_an_operator_is_a_label_of_a_parameter_that_holds_a_step(tmp_path: Path) -> None:
    assert found(tmp_path, "parameters: {act: $relu}\nlayers: [conv: act]\n") == ()


def test_a_parameter_that_is_not_there_is_said_before_a_missing_mark(tmp_path: Path) -> None:
    (one,) = found(tmp_path, "layers: [conv: [8, 3, activation: relu]]\n")
    assert (one.rule.code, one.message) == ("AS301", "`conv` has no parameter `activation`")
