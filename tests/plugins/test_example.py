"""The running example: its operators are first class in every respect."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import jsonschema
import pytest
import torch
from agreement import agree, runs

import archspec
from archspec.cli.main import main
from archspec.core.source import Source
from archspec.elaborate.vocabulary import Registry
from archspec.emit.schema.document import schema
from archspec.ops import OPERATORS
from archspec.syntax.format import same
from archspec.syntax.parser import parse
from archspec.syntax.yaml_reader import read

Install = Callable[..., None]
PLUGIN = "my_layers.operators"
SPEC = "antialiased.arch"


@pytest.fixture
def design(example: Path) -> archspec.Design:
    return archspec.load(SPEC, plugins=[PLUGIN])


def test_the_module_is_what_the_design_says(design: archspec.Design) -> None:
    model = archspec.compile(design)
    runs(design, model)
    agree(design, model)


def test_fields_are_those_of_gradients(example: Path, tmp_path: Path) -> None:
    """The support of the gradient of a pixel in the middle is as wide as the field says."""
    path = tmp_path / "n.arch"
    path.write_text("network n { input image: [1, 33, 33]\n swish -> blurpool(5) -> swish -> blurpool(3, stride=3) }\n")
    design = archspec.load(path, plugins=[PLUGIN])
    x = torch.ones(1, 1, 33, 33, requires_grad=True)
    archspec.compile(design)(x)[0, 0, 3, 3].backward()
    assert x.grad is not None
    support = x.grad[0, 0].nonzero()
    assert (support.max(0).values - support.min(0).values + 1).tolist() == [design.receptive_field] * 2


@pytest.mark.parametrize("name", ["swish", "blurpool"])
def test_the_manual_holds(example: Path, tmp_path: Path, name: str) -> None:
    archspec.use(PLUGIN)
    text = re.search(r"Example:\n(.*?)\n\n", OPERATORS[name].__doc__ or "", re.DOTALL)
    assert text
    path = tmp_path / "example.arch"
    path.write_text(dedent(text[1]))
    assert f" {name}" in path.read_text()
    assert archspec.check(path).diagnostics == ()
    agree(archspec.load(path), archspec.compile(archspec.load(path)))
    for one in OPERATORS[name].parameters.values():
        assert one.docs
        assert one.required or one.kind.accept(one.default) == one.default


def test_every_command_knows_them(example: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*arguments: str) -> str:
        assert main([*arguments, "--plugin", PLUGIN]) == 0
        return capsys.readouterr().out

    assert said("check", SPEC) == "no findings in 1 network of 1 file\n"
    assert "blurpool 3×3 /2" in said("summary", SPEC)
    assert {"swish", "blurpool"} <= {
        one["op"] for one in json.loads(said("summary", SPEC, "--format", "json"))["layers"]
    }
    assert "⌊(32 + 2·1 − 3) / 2⌋ + 1 = 16" in said("explain", SPEC, "stage1.blur")
    assert "from my_layers.modules import BlurPool, Swish" in said("compile", SPEC)
    assert "blurpool" in said("render", SPEC, "--format", "dot")
    assert "what β starts as" in said("ops", "swish")
    assert "Layers of my own" in said("ops")
    assert "arguments.blurpool" in json.loads(said("schema"))["$defs"]
    said("convert", SPEC, str(tmp_path / "net.arch.yaml"))
    assert "1 network" in said("check", str(tmp_path / "net.arch.yaml"))


def test_yaml_and_its_schema(example: Path, tmp_path: Path) -> None:
    import yaml

    archspec.use(PLUGIN)
    path = tmp_path / "net.arch.yaml"
    assert main(["convert", SPEC, str(path)]) == 0
    again, problems = read(Source("net.arch.yaml", path.read_text()), Registry())
    assert problems == ()
    assert same(again.items, parse(Source(SPEC, Path(SPEC).read_text()))[0].items)
    validator = jsonschema.Draft202012Validator(schema())
    document = yaml.safe_load(path.read_text())
    assert not list(validator.iter_errors(document))
    broken = path.read_text().replace("blurpool: 3", "blurpool: three", 1)
    assert broken != path.read_text()
    assert list(validator.iter_errors(yaml.safe_load(broken)))


def test_a_refusal_points_at_the_argument(example: Path, tmp_path: Path) -> None:
    archspec.use(PLUGIN)
    path = tmp_path / "n.arch"
    path.write_text("network n { input image: [3, 8, 8]\n blurpool(4) }\n")
    (found,) = archspec.check(path).diagnostics
    assert (found.rule.code, found.span.text, found.help) == ("AS402", "4", "use 3 or 5")


def test_declaring_needs_no_torch(example: Path) -> None:
    program = (
        "import sys; from archspec.cli.main import main\n"
        f"assert main(['check', {SPEC!r}, '--plugin', {PLUGIN!r}]) == 0\n"
        "assert 'torch' not in sys.modules and 'importlib.metadata' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_installed_it_needs_no_option(example: Path, tmp_path: Path, install: Install) -> None:
    """Installed, as pip would, and away from its folder; the command is a process of its own."""
    declared = (example / "pyproject.toml").read_text().partition('."archspec.operators"]')[2]
    offers = dict(re.findall(r'^(\w+) = "(.*)"$', declared, re.MULTILINE))
    assert set(offers) == {"swish", "blurpool"}
    site = tmp_path / "site"
    install("my_layers", "0.1.0", place=site, **offers)
    shutil.copytree(example / "my_layers", site / "my_layers")
    shutil.copy(example / SPEC, tmp_path)
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": f"{site}{os.pathsep}{root}"}
    command = [sys.executable, "-P", "-m", "archspec"]

    def ran(*arguments: str) -> str:
        done = subprocess.run(
            [*command, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert ran("check", SPEC) == "no findings in 1 network of 1 file\n"
    assert "Layers of my own" in ran("ops")
    assert "arguments.swish" in ran("schema")
