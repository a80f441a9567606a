"""`archspec rules`, and the pages of rules."""

import json
from typing import Any

import pytest

from archspec.api import rules


def test_every_rule_has_a_line(run: Any) -> None:
    lines = run("rules").out.splitlines()
    assert lines[0].split() == ["code", "name", "severity", "default", "fix"]
    assert [line.split()[:2] for line in lines[2:]] == [[code, one.name] for code, one in sorted(rules().items())]
    row = next(line for line in lines if line.startswith("AS508"))
    assert row.split(maxsplit=5)[2:] == [
        "warning",
        "on",
        "safe",
        "A bias before a normalisation that takes it away again",
    ]


def test_some(run: Any) -> None:
    codes = [line.split()[0] for line in run("rules", "AS7", "AS403").out.splitlines()[2:]]
    assert codes == [code for code in sorted(rules()) if code.startswith(("AS7", "AS403"))]
    done = run("rules", "AS8")
    assert (done.code, done.out) == (2, "")


def test_as_data(run: Any) -> None:
    data = json.loads(run("rules", "--format", "json").out)
    assert data["version"] == 1
    assert [one["code"] for one in data["rules"]] == sorted(rules())
    by_code = {one["code"]: one for one in data["rules"]}
    assert by_code["AS701"] == {
        "code": "AS701",
        "name": "inexact-stride",
        "severity": "warning",
        "default": False,
        "fix": None,
        "summary": "A stride that leaves a remainder, if only of padding: invalid in the textbook's sense",
    }
    assert by_code["AS513"]["fix"] == "safe"


def test_a_narrow_terminal(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    assert max(map(len, run("rules").out.splitlines())) <= 70


@pytest.mark.parametrize("code", [code for code in sorted(rules()) if code.startswith(("AS5", "AS7"))])
def test_the_page_of_a_lint(code: str, run: Any) -> None:
    rule = rules()[code]
    for target in (code, rule.name):
        done = run("explain", target)
        assert (done.code, done.err) == (0, "")
        lines = done.out.splitlines()
        assert lines[0] == f"{code} {rule.name}  {rule.severity}"
        assert rule.docs.splitlines() == [line.rstrip() for line in lines[2:]]
