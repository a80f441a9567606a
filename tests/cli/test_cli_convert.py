"""`archspec convert` and `archspec schema`, and YAML wherever a spec can be given."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from commands import Run

import archspec
from archspec.elaborate.files import shipped

LENET = shipped() / "seeds" / "lenet5.arch"


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Any:
    def give(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8"))

    return give


def test_to_yaml_and_back(run: Run, tmp_path: Path) -> None:
    yaml, text = tmp_path / "net.arch.yaml", tmp_path / "net.arch"
    done = run("convert", LENET, yaml)
    assert (done.code, done.out) == (0, "")
    assert done.err == f"archspec: the comments of {LENET} are left behind\n"
    assert yaml.read_text().startswith("network: lenet5\nparameters: {num_classes: 10}\ndoc:")
    assert run("convert", yaml, text) == (0, "", "")
    assert archspec.load(text).parameters == archspec.load(yaml).parameters == archspec.load(LENET).parameters
    assert run("convert", text).out == yaml.read_text()
    assert run("fmt", "--check", text).code == 0


def test_to_standard_output(run: Run) -> None:
    done = run("convert", LENET)
    assert done.code == 0
    assert done.out.startswith("network: lenet5\n")
    assert run("convert", LENET, "-").out == done.out


def test_from_standard_input(run: Run, stdin: Any, tmp_path: Path) -> None:
    yaml, text = tmp_path / "net.arch.yaml", tmp_path / "net.arch"
    stdin("network N { input x: [8]; relu }\n")
    assert run("convert", "-", yaml).code == 0
    stdin(yaml.read_text())
    assert run("convert", "-", text).code == 0
    assert text.read_text() == "network N {\n    input x: [8]\n\n    relu\n}\n"
    stdin(yaml.read_text())
    assert run("convert", "-", "--stdin-filename", "net.arch.yaml").out == text.read_text()
    stdin(text.read_text())
    assert run("convert", "-", "-").out == yaml.read_text()


def test_comments_of_yaml_are_missed_too(run: Run, tmp_path: Path) -> None:
    yaml = tmp_path / "net.arch.yaml"
    yaml.write_text("network: N # a comment\ninput: {x: [8]}\nlayers: []\n")
    assert "left behind" in run("convert", yaml).err
    yaml.write_text("network: N\ndoc: 'no # comment'\ninput: {x: [8]}\nlayers: [\"a#b\": relu]\n")
    assert run("convert", yaml).err == ""


def test_both_in_one_form_is_no_conversion(run: Run, tmp_path: Path) -> None:
    done = run("convert", LENET, tmp_path / "net.arch")
    assert done.code == 2
    assert "fmt" in done.err
    assert not (tmp_path / "net.arch").exists()


@pytest.mark.parametrize(("name", "text"), [("net.arch", "network N {"), ("net.arch.yaml", "network: [")])
def test_what_cannot_be_read_is_not_converted(run: Run, tmp_path: Path, name: str, text: str) -> None:
    path, other = tmp_path / name, tmp_path / ("other.arch" + ".yaml" * (name == "net.arch"))
    path.write_text(text)
    done = run("convert", path, other)
    assert done.code == 1
    assert "AS1" in done.err
    assert not other.exists()


def test_a_missing_file_is_one_sentence(run: Run, tmp_path: Path) -> None:
    done = run("convert", tmp_path / "no.arch", tmp_path / "no.arch.yaml")
    assert done.code == 2
    assert done.err.count("\n") == 1


def test_schema_prints_json(run: Run, tmp_path: Path) -> None:
    done = run("schema")
    assert done.code == 0
    assert json.loads(done.out)["$schema"].startswith("https://json-schema.org/")
    assert run("schema", "-o", tmp_path / "s.json") == (0, "", "")
    assert (tmp_path / "s.json").read_text() == done.out


# --- YAML wherever a spec is given ---

_BROKEN = "network: N\ninput: {x: [3, 8, 8]}\nlayers:\n  - conv: [64, 3, stride: 0]\n"


def test_diagnostics_point_into_the_yaml(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "net.arch.yaml"
    path.write_text(_BROKEN)
    done = run("check", path, "--format", "json")
    assert done.code == 1
    (found,) = json.loads(done.out)["diagnostics"]
    assert found["code"] == "AS301"
    span = found["span"]
    assert [span[key] for key in ("line", "column", "end_line", "end_column")] == [4, 19, 4, 28]


def test_standard_input_is_text_unless_its_name_says_otherwise(run: Run, stdin: Any) -> None:
    stdin(_BROKEN)
    assert "AS101" in run("check", "-").out
    stdin(_BROKEN)
    done = run("check", "-", "--stdin-filename", "net.arch.yaml", "--format", "concise")
    assert done.out.startswith("net.arch.yaml:4:19: error AS301")
    stdin(_BROKEN.replace("0]", "1]"))
    assert "conv 3×3" in run("summary", "-", "--stdin-filename", "net.arch.yaml").out


def test_a_network_in_yaml_is_named_as_in_text(run: Run) -> None:
    path = shipped() / "seeds" / "vgg.arch.yaml"
    done = run("summary", f"{path}:vgg11", "--depth", "1")
    assert done.code == 0
    assert "132,863,336" in done.out


def test_text_imports_from_yaml_and_yaml_from_text(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.arch.yaml").write_text("block: A\nparameters: [n]\nlayers:\n  - linear: $n\n")
    (tmp_path / "b.arch").write_text('from "a.arch.yaml" import A\nblock B(n) { A(n) -> relu }\n')
    (tmp_path / "c.arch.yaml").write_text(
        "- from: b.arch\n  import: B\n- network: C\n  input: {x: [8]}\n  layers:\n    - B: 4\n    - expect: [4]\n"
    )
    assert run("check", tmp_path / "c.arch.yaml").out == "no findings in 1 network of 1 file\n"


def test_a_folder_stands_for_specs_in_both_forms(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.arch").write_text("network A { input x: [8]; relu }\n")
    (tmp_path / "b.arch.yaml").write_text("network: B\ninput: {x: [8]}\nlayers: [relu]\n")
    assert "2 networks of 2 files" in run("check", tmp_path).out


@pytest.mark.parametrize("code", ["AS111", "AS112", "AS113", "AS114", "AS115"])
def test_the_rules_of_yaml_are_explained(run: Run, code: str) -> None:
    assert run("explain", code).out.startswith(code)
