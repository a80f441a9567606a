"""Operators of the user's own that are at fault: a sentence that names them, never a crash further on."""

from collections.abc import Callable
from pathlib import Path

import pytest

import archspec
from archspec.cli.main import main
from archspec.ops.plugins import PluginError

Write = Callable[[str, str], None]

ODD = """
from archspec.operators import *
from archspec.core.layer import Cut

class Kindly:
    words = "anything"
    def accept(self, value):
        {accept}

class Odd(Operator, name="odd"):
    '''Something odd.'''
    value: int = parameter(Kindly(), 0, "anything")
    def layer(self, x):
        {layer}
"""
STARTED = "return Layer('odd', (x,), (x,), {}, initialisation=(Initialisation('w', 'nn.init.ones_'),))"
LAYER = "return Layer('odd', (x,), (x,), {})"


def fault(write: Write, tmp_path: Path, layer: str, accept: str = "return value") -> str:
    write("odd", ODD.format(layer=layer, accept=accept))
    path = tmp_path / "n.arch"
    path.write_text("network n { input x: [4, 8, 8]\n odd(3) }\n")
    with pytest.raises(PluginError) as caught:
        archspec.load(path, plugins=["odd"])
    said = str(caught.value)
    assert said.startswith("the operator odd of odd ")
    assert "\n" not in said
    return said


@pytest.mark.parametrize(
    ("layer", "said"),
    [
        ("return x.nothing", "failed: AttributeError: 'Shape' object has no attribute 'nothing'"),
        ("return None", "answers with NoneType, not with a Layer"),
        ("return Layer('relu', (x,), (x,), Pass())", "answers with a layer of 'relu'"),
        ("return Layer('odd', (), (x,), Pass())", "answers with a layer for other inputs"),
        ("return Layer('odd', (x,), (), Pass())", "gives no output"),
        ("return Layer('odd', (x,), (Shape([4.5]),), Pass())", "gives no output, or one that is no Shape"),
        ("return Layer('odd', (x,), (x, x), Pass())", "gives 2 outputs and declares 1"),
        ("return Layer('odd', (x,), (x,), Pass(), windows=(Sliding(3),))", "has 1 windows for 2 spatial axes"),
        ("return Layer('odd', (x,), (x,), Pass(), {'w': (4,)})", "has weights or buffers without a module"),
        ("return Layer('odd', (x,), (x,), ModuleCall('nn.ReLU'), {'w': 4})", "a weight or buffer whose shape is not"),
        ("raise DoesNotFit('no', rule='AS000')", "refuses by a rule 'AS000', which is not there"),
        ("raise DoesNotFit('no', inputs=(3,))", "refuses inputs (3,) of 1, counted from 0"),
        (LAYER.format("ModuleCall('os.system', ('true',))"), "generates 'os.system'; a target is one of torch's"),
        (LAYER.format("ModuleCall('a:b.c')"), "generates 'a:b.c'"),
        (LAYER.format("ModuleCall('nn.ReLU', (object,))"), "generates the argument <class 'object'>"),
        (LAYER.format("ModuleCall('nn.ReLU', (float('inf'),))"), "generates the argument inf"),
        (LAYER.format("ModuleCall('nn.ReLU', (), {'a b': 1})"), "generates a keyword that is no name"),
        (LAYER.format("FunctionCall('x(); y', form='method')"), "generates the method 'x(); y'"),
        (LAYER.format("FunctionCall('; y', form='infix')"), "generates the sign '; y'"),
        (LAYER.format("FunctionCall('F.relu', form='any')"), "generates a call of form 'any'"),
        (LAYER.format("Methods((FunctionCall('a.b', form='method'),))"), "generates the method 'a.b'"),
        (LAYER.format("'nn.ReLU()'"), "generates str, which is no call"),
        (STARTED.format("ModuleCall('nn.ReLU')"), "starts w, which is none of its weights"),
    ],
)  # fmt: skip
def test_what_it_answers_is_held(write: Write, tmp_path: Path, layer: str, said: str) -> None:
    assert said in fault(write, tmp_path, layer)


def test_a_kind_of_its_own_may_fail_too(write: Write, tmp_path: Path) -> None:
    assert "failed: KeyError: 7" in fault(write, tmp_path, "return None", accept="return {}[7]")


def test_a_good_refusal_is_a_finding_of_the_spec(write: Write, tmp_path: Path) -> None:
    write("odd", ODD.format(layer="raise DoesNotFit('too odd', at='value', help='be even')", accept="return value"))
    path = tmp_path / "n.arch"
    path.write_text("network n { input x: [4, 8, 8]\n odd(3) }\n")
    archspec.use("odd")
    (found,) = archspec.check(path).diagnostics
    assert (found.message, found.help, found.span.text) == ("too odd", "be even", "3")


def test_the_command_line_says_it_and_exits_with_2(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("odd", ODD.format(layer="return x.nothing", accept="return value"))
    path = tmp_path / "n.arch"
    path.write_text("network n { input x: [4, 8, 8]\n odd(3) }\n")
    for command in ("check", "summary", "compile", "explain"):
        assert main([command, str(path), "--plugin", "odd"]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err == (
            "archspec: the operator odd of odd failed: AttributeError: 'Shape' object has no attribute 'nothing'\n"
        )
    monkeypatch.setenv("ARCHSPEC_DEBUG", "1")
    assert main(["check", str(path), "--plugin", "odd"]) == 2
    assert "in layer\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["check", "seeds/lenet5"],
        ["summary", "seeds/lenet5"],
        ["compile", "seeds/lenet5"],
        ["render", "seeds/lenet5"],
        ["explain", "seeds/lenet5"],
        ["convert", "a.arch"],
        ["ops"],
        ["schema"],
    ],
    ids=" ".join,
)
def test_a_module_that_is_not_there_ends_any_command(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--plugin", "absent_layers"]) == 2
    assert capsys.readouterr().err == (
        "archspec: the plugin absent_layers is not there: no module is called absent_layers\n"
    )
