"""`archspec sweep`: tables, CSV and JSON lines; what is kept, and exit codes."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

SPEC = """\
network net(width = 8) {
    input image: [3, 32, 32]
    conv(width, 3) -> relu -> maxpool(2)
    flatten -> linear(10)
}
"""


@pytest.fixture
def spec(tmp_path: Path) -> str:
    path = tmp_path / "net.arch"
    path.write_text(SPEC, encoding="utf-8")
    return str(path)


def test_a_table(run: Any, spec: str) -> None:
    found = run("sweep", spec, "--set", "width=8,0,16", "--input", "3,32,32", "--input", "3,33,33")
    assert (found.code, found.err) == (0, "")
    lines = found.out.splitlines()
    assert lines[0].split() == ["input", "width", "parameters", "MACs", "field", "peak", "output", "stride"]
    assert lines[2].split()[:3] == ["3,32,32", "8", "18,234"]
    assert "AS301 `out`: 0 is below 1" in lines[3]
    assert lines[5].split()[:2] == ["3,33,33", "8"]
    assert lines[5].endswith("lossy")
    assert lines[-1] == "4 of 6 variants, 2 with an error"


def test_where(run: Any, spec: str) -> None:
    found = run("sweep", spec, "--set", "width=range(1, 9)", "--where", "parameters < 10k")
    assert found.code == 2  # `10k` is no number of the language
    found = run("sweep", spec, "--set", "width=range(1, 9)", "--where", "parameters < 10000")
    assert found.out.splitlines()[-1] == "4 of 8 variants"
    both = run("sweep", spec, "--set", "width=range(1, 9)", "--where", "parameters < 10000", "--where", "width > 2")
    assert both.out.splitlines()[-1] == "2 of 8 variants"
    more = run("sweep", spec, "--set", "width=1,2", "--set", "width=range(3, 9)", "--where", "parameters < 10000")
    assert more.out.splitlines()[-1] == "4 of 8 variants"


def test_csv_and_json_lines(run: Any, spec: str) -> None:
    rows = list(csv.DictReader(io.StringIO(run("sweep", spec, "--set", "width=8,0", "--format", "csv").out)))
    assert [row["parameters"] for row in rows] == ["18234", ""]
    assert rows[1]["error"].startswith("AS301")
    empty = run("sweep", spec, "--set", "width=8", "--format", "csv", "--where", "macs < 1").out
    assert empty.splitlines() == [",".join(rows[0])]
    lines = run("sweep", spec, "--set", "width=8,0", "--format", "json").out.splitlines()
    first, second = map(json.loads, lines)
    assert first["settings"] == {"width": "8"}
    assert first["parameters"] == 18234
    assert set(second) == {"settings", "error"}


def test_processes_print_the_same(run: Any, spec: str) -> None:
    words = ("sweep", spec, "--set", "width=range(1, 9)")
    assert run(*words, "-j", "2").out == run(*words, "-j", "1").out


def test_nothing_but_errors_fails(run: Any, spec: str) -> None:
    found = run("sweep", spec, "--set", "wdth=1,2")
    assert found.code == 1
    assert "AS301 `net` has no parameter `wdth`" in found.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--set", "width"), 2, "--set wants NAME=VALUE"),
        (("--set", "width=[1"), 2, "AS101"),
        (("--input", "3,x"), 2, "--input wants sizes"),
        (("--input", "3,4,4", "--input", "a=3,4,4"), 2, "wants names"),
        (("--where", "nothing > 1"), 2, "AS201"),
        (("--where", "parms > 1"), 2, "did you mean `params`?"),
    ],
)
def test_what_cannot_be_meant(run: Any, spec: str, words: tuple[str, ...], code: int, said: str) -> None:
    found = run("sweep", spec, *words)
    assert (found.code, said in found.err) == (code, True)
