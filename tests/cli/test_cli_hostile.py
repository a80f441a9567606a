"""Every kind of attack and accident, by the command line: a finding at its place or a clean result, never a traceback.

Each row is a kind; more of each is tested where it is dealt with.
"""

import io
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest


class Case(NamedTuple):
    """What is in a file, its ending, and what `check` says of it: the exit code, the first finding, its line."""

    text: str | bytes
    code: int
    rule: str = ""
    line: int = 0
    suffix: str = ".arch"


def network(body: str) -> str:
    return f"network n {{\n input x: [4, 8, 8]\n {body}\n}}\n"


def yaml(text: str, rule: str, line: int) -> Case:
    return Case(text, 1, rule, line, ".arch.yaml")


DOUBLING = "\n".join(["block B0 { conv(4, 1) }", *(f"block B{i} {{ B{i - 1}; B{i - 1} }}" for i in range(1, 50))])

ROWS = {
    "YAML that means more than it says": [
        yaml("network: N\nlayers: &a\n  - relu\nmore: *a", "AS112", 2),
        yaml("network: N\n<<: {layers: []}", "AS112", 2),
        yaml("network: N\nlayers: &a [*a]", "AS112", 2),
        yaml("network: !!python/name:os.system N", "AS112", 1),
        yaml("network: N\n---\nnetwork: M", "AS112", 2),
        yaml("network: N\nlayers: []\nlayers: []", "AS113", 3),
    ],
    "YAML nested deep": [yaml("network: N\nlayers: " + "[" * 100_000, "AS104", 2)],
    "YAML of version 1.1": [
        Case("network: N\ninput: {x: [8]}\nlayers:\n  - dropout: 1e-6\n", 0, suffix=".arch.yaml"),
        yaml("network: N\ninput: {x: [8]}\nlayers:\n  - linear: [8, {bias: on}]", "AS301", 4),
    ],
    "text nested deep, long tokens, strings without an end": [
        Case(network("{" * 3000), 1, "AS104", 3),
        Case(network("let v = " + "x" * 10**6), 1, "AS104", 3),
        Case(network('let v = "' + "x" * 1000), 1, "AS102", 3),
    ],
    "more layers than there are atoms": [
        Case(network("repeat 10**9 + 1 { conv(4, 1) }"), 1, "AS304", 3),
        Case(network("repeat 10**9 { repeat 10**9 { conv(4, 1) } }"), 0),
        Case("block A { B }\nblock B { A }\n" + network("A"), 1, "AS205", 2),
        Case(f"{DOUBLING}\n{network('B49')}", 0),
    ],
    "numbers beyond all bounds": [
        Case(network(f"let v = {value}"), 1, "AS302", 3)
        for value in ("10**400", "2**53 + 1", "1e308 * 10", "1 / 0", "0.0 ** -1", "1e999 - 1e999")
    ],
    "many skips, long chains, wide joins": [
        Case(network("residual { conv(4, 1) }\n" * 22), 0),
        Case(network("concat {\n" + "conv(1, 1)\n" * 500 + "}"), 0),
        Case(network("relu" + " -> relu" * 2000), 0),
    ],
    "imports from elsewhere": [
        Case(f'from "{path}" import A\n{network("A")}', 1, "AS207", 1)
        for path in (
            "../up.arch",
            "/etc/up.arch",
            "file:up.arch",
            "linked.arch",
            "spec.arch",
            "device.arch",
            "folder.arch",
        )
    ],
    "names that would take over a module": [
        Case(network(f"{name}: conv(4, 1)"), 1, "AS203", 3) for name in ("train", "forward", "parameters", "to")
    ]
    + [Case(network(f"{name}: conv(4, 1)"), 0) for name in ("class", "self", "torch", "nn", "lambda")]
    + [Case(network("\ufb01lter: conv(4, 1)"), 1, "AS102", 3)],
    "strings that try to leave their place": [
        Case('# """; import os #\n' + network('"""; import os; x = """'), 1, "AS101"),
        Case(network('"a\x1b[31m": conv(4, 1)'), 1, "AS209", 3),
        Case(network("relu").replace("{", "{ \"</script>::error::x%0A'''\"", 1), 0),
    ],
    "bytes that are no text, and other line ends": [
        Case(b"\xff\xfe" + network("relu").encode(), 2),
        Case(b"\xef\xbb\xbf" + network("covn(4, 1)").replace("\n", "\r\n").encode(), 1, "AS201", 3),
        Case(network("covn(4, 1)").replace("\n", "\r"), 1, "AS201", 3),
        Case(network("relu\x00"), 1, "AS102", 3),
        Case(network("# \U0001f600\n covn(4, 1)"), 1, "AS201", 4),
    ],
}


@pytest.mark.parametrize(("row", "at"), [(row, at) for row, cases in ROWS.items() for at in range(len(cases))])
def test_a_file(run: Any, tmp_path: Path, row: str, at: int) -> None:
    case = ROWS[row][at]
    (tmp_path / "up.arch").write_text("block A { relu }\n")
    project = tmp_path / "project"
    (project / "folder.arch").mkdir(parents=True)
    (project / "pyproject.toml").touch()
    (project / "linked.arch").symlink_to(tmp_path / "up.arch")
    (project / "device.arch").symlink_to("/dev/zero")
    path = project / f"spec{case.suffix}"
    path.write_bytes(case.text if isinstance(case.text, bytes) else case.text.encode())
    done = run("check", path, "--format", "concise", "--ignore", "AS5")
    assert done.code == case.code, done
    assert "AS901" not in done.err and "Traceback" not in done.err
    if case.code == 2:
        assert done.out == "" and done.err.startswith("archspec: ") and done.err.count("\n") == 1
    elif case.code == 1:
        place, _, said = done.out.partition(": error ")
        assert said.startswith(case.rule), done.out
        assert place.startswith(f"{path}:{case.line or ''}"), done.out
    else:
        assert (done.out, done.err) == ("", "")


def test_what_is_written_is_written_whole(run: Any, tmp_path: Path) -> None:
    """What stands where a file is to go stays as it is if that file cannot be made."""
    target = tmp_path / "model.py"
    target.write_text("mine")
    bad = tmp_path / "bad.arch"
    bad.write_text(network("covn(4, 1)"))
    assert run("compile", bad, "-o", target).code == 1
    assert target.read_text() == "mine"
    for place in (tmp_path, tmp_path / "missing" / "model.py"):
        done = run("compile", "seeds/lenet5", "-o", place)
        assert done.code == 2 and done.err.count("\n") == 1 and "AS901" not in done.err, done


def test_what_the_surroundings_do(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is missing, a folder without specs, no text on standard input, an interruption."""
    for target in (tmp_path / "missing.arch", tmp_path):
        done = run("check", target)
        assert done.code == 2 and done.err.count("\n") == 1 and "AS901" not in done.err, done
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\xff")))
    assert run("check", "-").code == 2

    def interrupted(*arguments: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("archspec.api.check", interrupted)
    assert run("check", "seeds/lenet5") == (2, "", "archspec: interrupted\n")
