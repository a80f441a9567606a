"""`archspec compile`: parts of networks, and the test that it writes beside the source."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import archspec

NAMES = ["seeds/lenet5", "seeds/googlenet", "classics/siamese"]
WORDS = """
block Embed { identity -> embedding(50, 8) }
network words {
    input image: [3, 8, 8]
    input question: [12]
    input answer: [1]
    (image) -> global_avgpool -> flatten -> i: linear(4)
    (question, answer) -> concat(axis=0) -> Embed -> lstm(4) -> select(-1) -> q: linear(4)
    (i, q) -> add
}
"""
ENERGY = "network energy { input features: [4]; linear(4) -> sum(0) }"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sources and their tests."""
    from archspec.cli.main import main

    folder = tmp_path_factory.mktemp("written")
    for name in NAMES:
        stem = name.partition("/")[2]
        assert main(["compile", name, "--test", "-o", str(folder / f"{stem}.py")]) == 0
    for stem, text in (("words", WORDS), ("energy", ENERGY)):
        (folder / f"{stem}.arch").write_text(text, encoding="utf-8")
        assert main(["compile", str(folder / f"{stem}.arch"), "--test", "-o", str(folder / f"{stem}.py")]) == 0
    assert main(["compile", "seeds/resnet18", "--features", "layer1,top=fc", "--test", "-o", str(folder / "f.py")]) == 0
    return folder


class TestTest:
    def test_the_tests_pass_without_archspec(self, written: Path) -> None:
        """Each as a script and, by its functions, as pytest runs it; one that is told other figures fails."""
        code = """
import importlib, pathlib, runpy, sys
sys.path.insert(0, ".")
for path in sorted(pathlib.Path().glob("test_*.py")):
    runpy.run_path(str(path), run_name="__main__")
    made = importlib.import_module(path.stem)
    for name in [one for one in vars(made) if one.startswith("test_")]:
        getattr(made, name)()
        for constant in ("STATE", "PARAMETERS", "EVALUATION"):
            kept = getattr(made, constant)
            setattr(made, constant, None)
            try:
                getattr(made, name)()
            except AssertionError:
                print(path.stem, name, constant)
            setattr(made, constant, kept)
assert not [one for one in sys.modules if one.startswith("archspec")]
"""
        ran = subprocess.run([sys.executable, "-c", code], cwd=written, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        for stem in ("lenet5", "googlenet", "siamese", "words", "energy", "f"):
            assert f"{stem}: as its spec says" in ran.stdout
            for failed in ("test_names_and_shapes_of_tensors STATE", "test_number_of_parameters PARAMETERS"):
                assert f"test_{stem} {failed}" in ran.stdout
            assert f"test_{stem} test_shapes_of_outputs EVALUATION" in ran.stdout

    def test_they_are_formatted(self, written: Path) -> None:
        for command in (["format", "--diff"], ["check"]):
            call = [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache", "."]
            ran = subprocess.run(call, cwd=written, capture_output=True, text=True, check=False)
            assert ran.returncode == 0, ran.stdout

    def test_what_they_hold(self, written: Path) -> None:
        text = (written / "test_googlenet.py").read_text(encoding="utf-8")
        assert '    "conv1.conv.weight": (64, 3, 7, 7),\n' in text or '"conv1.weight": (64, 3, 7, 7)' in text
        assert "PARAMETERS = " in text
        features = (written / "test_f.py").read_text(encoding="utf-8")
        assert 'EVALUATION = {"layer1": (2, 64, 56, 56), "top": (2, 1000)}' in features

    def test_a_single_number_is_a_shape_too(self, written: Path) -> None:
        assert 'EVALUATION = {"output": (2,)}' in (written / "test_energy.py").read_text(encoding="utf-8")

    def test_what_looks_up_gets_integers(self, written: Path) -> None:
        text = (written / "test_words.py").read_text(encoding="utf-8")
        for given in (
            "torch.rand(2, 3, 8, 8),",
            "torch.zeros(2, 12, dtype=torch.long),",
            "torch.zeros(2, 1, dtype=tor",
        ):
            assert given in text

    @pytest.mark.parametrize("output", [[], ["-o", "-"], ["-o", "my-model.py"], ["-o", "class.py"], ["-o", "1.py"]])
    def test_it_needs_a_file_that_can_be_imported(self, run: Any, tmp_path: Path, output: list[str]) -> None:
        found = run("compile", "seeds/lenet5", "--test", *output)
        assert found.code == 2 and "--test needs a file that Python can import" in found.err
        assert not Path("my-model.py").exists()


class TestParts:
    def test_until(self, run: Any) -> None:
        part = archspec.load("seeds/lenet5").until("C3")
        assert run("compile", "seeds/lenet5", "--until", "C3") == (0, archspec.to_source(part), "")
        assert "C5" not in run("summary", "seeds/lenet5", "--until", "C3").out
        assert "C5" not in run("render", "seeds/lenet5", "--until", "C3", "--format", "mermaid").out

    def test_features(self, run: Any) -> None:
        part = archspec.load("seeds/lenet5").with_outputs(low="C1", C3="C3")
        assert run("compile", "seeds/lenet5", "--features", "low=C1, C3") == (0, archspec.to_source(part), "")
        both = run("compile", "seeds/lenet5", "--until", "C3", "--features", "C1")
        assert both == (0, archspec.to_source(archspec.load("seeds/lenet5").until("C3").with_outputs("C1")), "")

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--until", "C4"], "lenet5 has no module C4; it has C1, "),
            (["--features", "C1,nothing"], "lenet5 has no module nothing"),
            (["--features", " , "], "--features names no module"),
            (["--features", "x=C1,x=C3"], "--features gives two outputs the name x"),
            (["--features", "C1,C1"], "--features gives two outputs the name C1"),
        ],
    )
    def test_errors(self, run: Any, arguments: list[str], said: str) -> None:
        found = run("compile", "seeds/lenet5", *arguments)
        assert found.code == 2 and said in found.err and found.out == ""
