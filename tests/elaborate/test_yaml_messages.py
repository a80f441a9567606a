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
