"""Start-up is a feature: a text spec is checked without importing what is heavy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"graphviz", "lark", "networkx", "numpy", "pydantic", "pygraphviz", "rich", "torch", "yaml"}
# of the standard library: each takes 1 to 10 % of the time that a small check takes
DEAR = {
    "ast", "asyncio", "concurrent", "dataclasses", "datetime", "decimal", "difflib", "fractions", "inspect", "json",
    "lzma", "shutil", "statistics", "string", "subprocess", "tempfile", "textwrap", "tomllib", "traceback",
}  # fmt: skip
SPECS = Path(__file__).parents[2] / "specs"
CHECK = "from archspec.cli.main import main; code = main({arguments!r}); assert code == {code}, code"


def words(program: str) -> list[str]:
    """What a program prints behind `imported:`, run by an interpreter of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("COV_", "PYTEST"))}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.rpartition("imported:")[2].split()


def imported(program: str, packages: set[str] = HEAVY) -> set[str]:
    """Which of some packages a program imports."""
    modules = words(f"{program}\nimport sys\nprint('imported:', *sys.modules)")
    assert "sys" in modules
    return packages.intersection(name.partition(".")[0] for name in modules)


def run(*arguments: str, code: int = 0) -> str:
    return CHECK.format(arguments=list(arguments), code=code)


@pytest.mark.parametrize("spec", ["lenet5", "googlenet"])
def test_check_does_without_the_dearest_of_the_standard_library(spec: str) -> None:
    """Dataclasses import inspect, which imports ast, dis and tokenize: a tenth of the time of a cold start."""
    program = run("check", str(SPECS / "seeds" / f"{spec}.arch"))
    assert imported(program, DEAR) == set()


def test_check_makes_few_patterns(tmp_path: Path) -> None:
    """Each takes as long as to import a small module: a pattern that a spec may not need is made when it does."""
    program = run("check", str(SPECS / "seeds" / "lenet5.arch"))
    planted = (
        "import re, sys\nfrom pathlib import Path\nmade = []\nbefore = re._compiler.compile\n"
        "def compiling(pattern, flags=0):\n"
        "    frame = sys._getframe(1)\n"
        "    while Path(frame.f_code.co_filename).parent.name == 're': frame = frame.f_back\n"
        "    made.append(frame.f_globals['__name__'])\n"
        "    return before(pattern, flags)\n"
        f"re._compiler.compile = compiling\nimport os; os.chdir({str(tmp_path)!r})\n"  # away from our settings
    )
    shown = "\nprint('imported:', *sorted({one for one in made if one.startswith('archspec.')}))"
    assert words(planted + program + shown) == ["archspec.syntax.lexer"]


def test_the_collector_leaves_what_a_command_leaves() -> None:
    """At the end of a process it would walk all of it: a tenth of the time of a cold start."""
    program = "import gc, sys; from archspec.cli.main import main\nsys.argv = ['archspec', 'check', {spec!r}]\nmain()\n"
    spec = str(SPECS / "seeds" / "lenet5.arch")
    assert words(program.format(spec=spec) + "print('imported:', gc.get_freeze_count() > 0)") == ["True"]
    assert words(run("check", spec) + "\nimport gc; print('imported:', gc.get_freeze_count() > 0)") == ["False"]


def test_the_package_costs_nothing() -> None:
    assert imported("import archspec") == set()


def test_the_public_names_need_nothing_that_may_lack() -> None:
    assert imported("from archspec import *; load_weights, WeightsError") == set()


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
