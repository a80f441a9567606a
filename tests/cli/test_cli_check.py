"""`archspec check`: formats, selection, failing levels, targets, overrides."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import archspec
from archspec.api import Checked
from archspec.core.diagnostic import Diagnostic, Label, Rule, Severity
from archspec.core.source import Source, Span

TWIN = "seeds/mnist_inception_broken"
TWO = """\
network good { input x: [4]; linear(2) }
network bad {
    input x: [3, 8, 8]
    conv(4, 9)
    relu
}
network worse { input x: [3, 8, 8]; cnv(4, 3) }
"""


def test_clean(run: Any) -> None:
    assert run("check", "seeds/lenet5") == (0, "no findings in 1 network of 1 file\n", "")
    assert run("check", "seeds/lenet5", "seeds/vgg16", "seeds/vgg11").out == "no findings in 3 networks of 2 files\n"
    assert run("check", "seeds/lenet5", "--format", "concise") == (0, "", "")


def test_why_no_network_stands_alone(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.arch").write_text("network k(d, e) { input x: [3, 8, 8]; conv(d, e) }\n", encoding="utf-8")
    Path("blocks.arch").write_text("block B(c) { conv(c, 3) }\n", encoding="utf-8")
    waits = "k needs d, e, as in net.arch:k --set d=… --set e=…"
    assert run("check", "net.arch", "--set", "d=3").out == f"no findings in 0 networks of 1 file; {waits}\n"
    assert run("check", "net.arch:k", "--set", "d=3", "--set", "e=1").out == "no findings in 1 network of 1 file\n"
    refused = run("summary", "net.arch")
    assert refused == (2, "", f"archspec: net.arch has no network that stands alone: {waits}\n")
    used = "a network that uses its blocks checks them"
    assert run("check", "blocks.arch").out == f"no findings in 0 networks of 1 file; {used}\n"


def test_the_broken_twin_is_one_error(run: Any) -> None:
    text = run("check", TWIN)
    assert (text.code, text.err) == (1, "")
    assert text.out.startswith("error[AS401]: ")
    assert "24 × 4 × 4" in text.out
    assert "12 × 12" in text.out
    assert "stride=1" in text.out
    assert text.out.endswith("\n1 error\n")


def test_formats(run: Any) -> None:
    found = json.loads(run("check", TWIN, "--format", "json").out)
    assert found["version"] == 1
    assert (found["errors"], found["warnings"]) == (1, 0)
    (one,) = found["diagnostics"]
    assert set(one) >= {"code", "rule", "severity", "message", "help", "networks", "path", "span", "labels", "fix"}
    assert (one["code"], one["rule"], one["severity"]) == ("AS401", "branches-disagree", "error")
    assert (one["networks"], one["path"]) == (["mnist_inception_broken"], "incep1")
    assert one["span"]["line"] == 17
    assert json.loads(run("check", "seeds/lenet5", "--format", "json").out)["diagnostics"] == []
    sarif = json.loads(run("check", TWIN, "--format", "sarif").out)
    assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == ["AS401"]
    assert run("check", TWIN, "--format", "github").out.startswith("::error file=")
    concise = run("check", TWIN, "--format", "concise")
    assert concise.code == 1
    assert concise.out.count("\n") == 1
    assert "mnist_inception_broken.arch:17:9: error AS401 " in concise.out


def test_a_file_with_several_networks(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "two.arch"
    path.write_text(TWO)
    everything = run("check", path, "--format", "concise")
    assert everything.code == 1
    assert [line.split()[2] for line in everything.out.splitlines()] == ["AS403", "AS201"]
    assert run("check", f"{path}:good").code == 0
    assert run("check", f"{path}:bad", "--format", "concise").out.count("\n") == 1
    (tmp_path / "other.arch").write_text("network other { input x: [4]; linear(2) }")
    folder = run("check", tmp_path, "--format", "json")
    assert folder.code == 1
    assert json.loads(folder.out)["errors"] == 2


def test_a_network_whose_text_is_broken_can_be_named(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text("network a { input x: [1, 8, 8]\n conv(4, 3 }\n")
    found = run("check", f"{path}:a", "--format", "concise")
    assert found.code == 1
    assert found.out.count("\n") == 1


@pytest.mark.parametrize("options", [[], ["--fix"], ["--diff"], ["--format", "json"]])
def test_a_file_that_cannot_be_read_hides_no_other(run: Any, tmp_path: Path, options: list[str]) -> None:
    for name, text in (("a.arch", TWO.encode()), ("b.arch", b"network a {\xff}"), ("c.arch", b"\xff")):
        (tmp_path / name).write_bytes(text)
    (tmp_path / "d.arch").write_text("network good { input x: [4]; linear(2) }")
    found = run("check", tmp_path, *options)
    assert found.code == 2
    assert found.err.splitlines() == [
        f"archspec: {tmp_path / 'b.arch'} is not UTF-8: byte 11 on line 1",
        f"archspec: {tmp_path / 'c.arch'} is not UTF-8: byte 0 on line 1",
    ]
    assert ("AS201" in found.out) == (options != ["--diff"])
    fine = run("check", tmp_path / "d.arch", tmp_path / "b.arch", *options)
    assert fine.code == 2 and "not UTF-8" in fine.err


def test_what_the_library_says_of_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.arch").write_text("network good { input x: [4]; linear(2) }")
    (tmp_path / "b.arch").write_bytes(b"\xff")
    found = archspec.check(tmp_path)
    assert (found.files, found.networks, found.diagnostics, found.ok) == (1, 1, (), False)
    assert found.unreadable == (f"{tmp_path / 'b.arch'} is not UTF-8: byte 0 on line 1",)
    with pytest.raises(archspec.TargetError, match="not UTF-8"):
        archspec.check(tmp_path / "b.arch")


def test_standard_input(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def given(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    given(TWO)
    assert run("check", "-", "--format", "concise").out.startswith("<stdin>:4:")
    given(TWO)
    assert run("check", "--", "-:good").code == 0
    given("network n { input x: [4]; linear(2) }")
    assert "n  <stdin>" in run("summary", "-").out


def test_select_and_ignore(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "two.arch"
    path.write_text(TWO)

    def codes(*arguments: str) -> list[str]:
        return [one["code"] for one in json.loads(run("check", path, "--format=json", *arguments).out)["diagnostics"]]

    assert codes() == ["AS403", "AS201"]
    assert codes("--select", "AS4") == ["AS403"]
    assert codes("--select", "AS2,AS403") == ["AS403", "AS201"]
    assert codes("--select=AS2", "--select=AS4") == ["AS403", "AS201"]
    assert codes("--ignore", "AS4") == ["AS201"]
    assert codes("--select", "AS403", "--ignore", "AS4") == ["AS403"]
    assert codes("--select", "AS", "--ignore", "AS4") == ["AS201"]
    nothing = run("check", path, "--ignore", "AS")
    assert nothing == (0, "no findings in 3 networks of 1 file; 2 left out\n", "")
    unknown = run("check", path, "--select", "AS777")
    assert (unknown.code, unknown.out) == (2, "")
    assert "AS777" in unknown.err


def _finding(severity: Severity) -> Diagnostic:
    place = Label(Span(Source("net.arch", "network"), 0, 7))
    return Diagnostic(Rule("AS599", "sketch", severity, ""), "something", (place,))


@pytest.mark.parametrize(
    ("severity", "level", "code"),
    [
        (Severity.ERROR, "error", 1), (Severity.WARNING, "error", 0), (Severity.INFO, "error", 0),
        (Severity.ERROR, "warning", 1), (Severity.WARNING, "warning", 1), (Severity.INFO, "warning", 0),
        (Severity.ERROR, "info", 1), (Severity.WARNING, "info", 1), (Severity.INFO, "info", 1),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["text", "json"])
def test_fail_levels(
    run: Any, monkeypatch: pytest.MonkeyPatch, severity: Severity, level: str, code: int, form: str
) -> None:
    monkeypatch.setattr("archspec.api.check", lambda *_, **__: Checked((_finding(severity),), 1, 1))
    assert run("check", "seeds/lenet5", "--fail-level", level, "--format", form).code == code


def test_colour(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[" not in run("check", TWIN).out
    assert "\x1b[1;31m" in run("check", TWIN, "--color", "always").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1;31m" in run("check", TWIN).out
    assert "\x1b[" not in run("check", TWIN, "--color", "never").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run("check", TWIN).out


def test_overrides(run: Any) -> None:
    assert run("check", "seeds/resnet18", "--set", "num_classes=10").code == 0
    assert run("check", "seeds/resnet18", "--input", "3,225,225").code == 0  # promises speak of the declared input
    small = run("check", "seeds/vgg16", "--input", "3,16,16", "--format", "concise")
    assert small.code == 1
    assert "AS403" in small.out
    wrong = run("check", "seeds/resnet18", "--set", "num_clases=10")
    assert wrong.code == 1
    assert "num_clases" in wrong.out
    unreadable = run("check", "seeds/resnet18", "--set", "depths=[1, 2")
    assert (unreadable.code, unreadable.out) == (2, "")
    assert "--set depths:1:1" in unreadable.err
    for arguments in (["--set", "3=4"], ["--set", "n"], ["--input", "a,b"], ["--input", "1", "--input", "2"]):
        assert run("check", "seeds/resnet18", *arguments).code == 2
    assert run("check", "seeds/resnet18", "--limit", "distinct_layers=3").code == 1
    assert run("check", "seeds/resnet18", "--limit", "layers=3").code == 2


def test_two_runs_print_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "two.arch"
    path.write_text(TWO)
    printed = set()
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-m", "archspec", "check", str(path), "--format", "json"],
            capture_output=True, check=False, env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        assert done.returncode == 1
        printed.add(done.stdout)
    assert len(printed) == 1
