"""Start-up is a feature: a text spec is checked without importing what is heavy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"graphviz", "lark", "networkx", "numpy", "pydantic", "pygraphviz", "rich", "torch", "yaml"}
SPECS = Path(__file__).parents[2] / "specs"
CHECK = "from archspec.cli.main import main; code = main({arguments!r}); assert code == {code}, code"


def imported(program: str) -> set[str]:
    """The heavy packages that a program imports, run by an interpreter of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "PYTEST"))}
    report = f"{program}\nimport sys\nprint('imported:', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", report], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    modules = done.stdout.rpartition("imported:")[2].split()
    assert "sys" in modules
    return HEAVY.intersection(name.partition(".")[0] for name in modules)


def run(*arguments: str, code: int = 0) -> str:
    return CHECK.format(arguments=list(arguments), code=code)


def test_check_does_without_the_dearest_of_the_standard_library() -> None:
    """Dataclasses import inspect, which imports ast, dis and tokenize: a tenth of the time of a cold start."""
    program = run("check", str(SPECS / "seeds" / "lenet5.arch"))
    done = subprocess.run(
        [sys.executable, "-c", f"{program}\nimport sys; print('inspect' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.endswith("False\n")


def test_the_package_costs_nothing() -> None:
    assert imported("import archspec") == set()


@pytest.mark.parametrize(
    "program",
    [
        run("check", str(SPECS / "seeds" / "lenet5.arch")),
        run("check", str(SPECS / "seeds" / "mnist_inception_broken.arch"), code=1),
        run("check", "--format", "json", str(SPECS / "seeds" / "resnet.arch")),
        run("summary", "seeds/lenet5"),
        run("explain", "seeds/lenet5", "C1"),
        run("compile", "seeds/lenet5"),
        run("render", "seeds/lenet5", "--format", "dot"),
    ],
    ids=["check", "refuse", "json", "summary", "explain", "compile", "dot"],
)
def test_a_command_imports_nothing_heavy(program: str) -> None:
    assert imported(program) == set()


@pytest.mark.parametrize("package", ["networkx", "torch"])
def test_a_heavy_import_is_seen(package: str) -> None:
    """The tests above can fail: an import on the way to the answer is told, be it deep inside a function."""
    planted = f"import archspec.syntax.parser as module; module.Builder.begin = lambda *_: __import__({package!r})"
    check = run("check", str(SPECS / "seeds" / "lenet5.arch"))
    assert package in imported(f"{planted}\ntry:\n    {check}\nexcept BaseException: pass")


def test_the_heavy_packages_are_there() -> None:
    """Where they were missing, nothing could be imported, and the tests above would say nothing."""
    assert "torch" in imported("import torch")
