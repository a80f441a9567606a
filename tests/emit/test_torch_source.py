"""Generated source: what it looks like, and that names and strings stay names and strings."""

import ast
import copy
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from agreement import agree, runs

import archspec

RESNET = """
block Projection(channels, stride) {
    if stride != 1 or in.channels != channels {
        conv(channels, 1, stride=stride, bias=false)
        batchnorm
    }
}

block Basic(planes, stride = 1) {
    residual {
        conv1: conv(planes, 3, stride=stride, padding=1, bias=false)
        bn1: batchnorm -> relu
        conv2: conv(planes, 3, padding=1, bias=false)
        bn2: batchnorm
    } skip {
        downsample: Projection(planes, stride)
    }
    relu
}

network small(num_classes = 10) {
    "A small residual network."
    input image: [3, 32, 32]
    stem: conv(16, 3, padding=1, bias=false)
    layer1: { Basic(16); Basic(16) }
    layer2: { Basic(32, stride=2); Basic(32) }
    global_avgpool -> flatten
    fc: linear(num_classes)
}
"""


def load(tmp_path: Path, text: str, network: str = "", **parameters: object) -> archspec.Design:
    path = tmp_path / "spec.arch"
    path.write_text(text, encoding="utf-8")
    return archspec.load(f"{path}:{network}" if network else path, **parameters)


def source(tmp_path: Path, text: str, **parameters: object) -> str:
    return archspec.to_source(load(tmp_path, text, **parameters))


def test_golden(tmp_path: Path) -> None:
    made = source(tmp_path, RESNET)
    assert (
        made[made.index("class Projection") :]
        == '''\
class Projection(nn.Sequential):
    def __init__(self, in_channels: int, channels: int, stride: int) -> None:
        super().__init__(
            nn.Conv2d(in_channels, channels, 1, stride=stride, bias=False),
            nn.BatchNorm2d(channels),
        )


class Basic(nn.Module):
    def __init__(self, in_channels: int, planes: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(
            in_channels, planes, 3, stride=stride, padding=1, bias=False
        )
        self.bn1 = nn.BatchNorm2d(planes)
        self.relu = nn.ReLU()
        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(planes)
        self.downsample = (
            Projection(in_channels, planes, stride)
            if stride != 1 or in_channels != planes
            else nn.Identity()
        )
        self.relu_2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.relu(self.bn1(self.conv1(x)))
        y = self.bn2(self.conv2(y))
        x = self.relu_2(y + self.downsample(x))
        return x


class Small(nn.Module):
    """A small residual network.

    Input: image [3, 32, 32]. Output: output [10]. Without the batch axis.
    """

    def __init__(self, num_classes: int = 10) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.layer1 = nn.Sequential(Basic(16, 16), Basic(16, 16))
        self.layer2 = nn.Sequential(Basic(16, 32, stride=2), Basic(32, 32))
        self.global_avgpool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(32, num_classes)

    def forward(self, image: Tensor) -> Tensor:
        x: Tensor = self.stem(image)  # 16 × 32 × 32
        x = self.layer1(x)  # 16 × 32 × 32
        x = self.layer2(x)  # 32 × 16 × 16
        x = self.global_avgpool(x)  # 32 × 1 × 1
        x = self.flatten(x)  # 32
        x = self.fc(x)  # 10
        return x
'''
    )


def test_the_names_of_inputs_can_be_used(tmp_path: Path) -> None:
    """What the docstring names is a keyword; the `forward` of `nn.Sequential` knows none."""
    text = "network a {{ input image: [3, 8, 8]; {} }}"
    sequence = archspec.compile(load(tmp_path, text.format("conv(4, 3) -> relu")))
    assert str(type(sequence).__doc__).startswith("Input: [3, 8, 8]. Output: output [4, 6, 6]. ")
    other = archspec.compile(load(tmp_path, text.format("conv: conv(4, 3) -> relu")))
    assert str(type(other).__doc__).startswith("Input: image [3, 8, 8]. Output: output [4, 6, 6]. ")
    assert other(image=torch.rand(1, 3, 8, 8)).shape == (1, 4, 6, 6)


def test_source_stands_alone(tmp_path: Path) -> None:
    """The written file needs torch and nothing of ours, and a parameter of the network is one of its class."""
    file = tmp_path / "model.py"
    file.write_text(source(tmp_path, RESNET), encoding="utf-8")
    code = "import sys, torch, model; print(model.Small(num_classes=7)(torch.rand(1, 3, 32, 32)).shape[1])"
    code += "; assert not any(name.startswith('archspec') for name in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "7"


def test_a_parameter_that_changes_more_than_a_number_is_no_argument(tmp_path: Path) -> None:
    text = """
        fn even(v) = v // 2 * 2
        network n(width = 8, depth = 3, classes = 10) {
            input image: [3, 8, 8]
            conv(even(width), 1)
            for i in range(depth) { conv(4, 1) }
            global_avgpool -> flatten -> linear(classes)
        }
    """
    made = source(tmp_path, text)
    assert "def __init__(self, classes: int = 10) -> None:" in made


def test_repeats_are_loops(tmp_path: Path) -> None:
    made = source(
        tmp_path,
        """
        block Stage(depth) { repeat depth { residual { conv(in.channels, 3, padding=1) -> relu } } }
        network n {
            input image: [8, 8, 8]
            a: Stage(3)
            b: Stage(1000)
        }
        """,
    )
    assert "for _ in range(depth)" in made
    assert "for i in range(self.repeats):" in made
    assert len(made.splitlines()) < 60


def test_hostile_names_and_strings(tmp_path: Path) -> None:
    text = r"""
        block Import(class, lambda = 3, nn = 1) {
            "ends in a quote \" and \"\"\" breaks out\\"
            "class": conv(class, lambda, padding=nn)
            "block1-0": batchnorm
            "x\"y": relu
            "'); exec('1'": { conv(class, 1) -> relu }
        }
        network len {
            "\"\"\"; import os; os.system('true')  \\"
            input self: [3, 8, 8], torch: [3, 8, 8]
            (self) -> a: Import(4)
            (torch) -> b: Import(4)
            (a, b) -> add -> "if": conv(2, 1)
        }
    """
    design = load(tmp_path, text)
    made = archspec.to_source(design)
    ast.parse(made)
    assert not [node for node in ast.walk(ast.parse(made)) if isinstance(node, ast.Name) and node.id == "os"]
    agree(design, archspec.compile(design))


@pytest.mark.parametrize("name", ["train", "forward", "parameters", "to", "training", "_modules", "__class__", "half"])
def test_names_that_would_take_over_a_module_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(archspec.SpecError) as caught:
        load(tmp_path, f'network n {{ input x: [3, 8, 8]; "{name}": conv(4, 1) }}')
    assert [one.rule.code for one in caught.value.diagnostics] == ["AS203"]


def test_several_outputs_and_training_parts(tmp_path: Path) -> None:
    text = """
        network n {
            input image: [3, 8, 8]
            c1: conv(4, 3, padding=1)
            if training { output aux: { global_avgpool -> flatten -> linear(2) } }
            conv(8, 3) -> flatten -> linear(5)
        }
    """
    design = load(tmp_path, text)
    model = archspec.compile(design)
    runs(design, model)
    model.train()
    made = model(torch.rand(2, 3, 8, 8))
    assert {name: tuple(out.shape) for name, out in made.items()} == {"aux": (2, 2), "output": (2, 5)}
    model.eval()
    assert model(torch.rand(2, 3, 8, 8)).shape == (2, 5)
    agree(design, model)


def test_shared_weights(tmp_path: Path) -> None:
    text = """
        block Twin { conv(8, 3) -> relu -> global_avgpool -> flatten -> linear(4) }
        network n {
            input left: [1, 12, 12], right: [1, 12, 12]
            shared twin: Twin
            (left) -> a: twin
            (right) -> b: twin
            (a, b) -> sub -> out: linear(1)
        }
    """
    design = load(tmp_path, text)
    assert design.parameters == 8 * 9 + 8 + 8 * 4 + 4 + 4 + 1
    agree(design, archspec.compile(design))


def test_live_module_is_the_source(tmp_path: Path) -> None:
    import linecache

    design = load(tmp_path, RESNET)
    model = archspec.compile(design)
    file = type(model).forward.__code__.co_filename
    assert "".join(linecache.getlines(file)) == archspec.to_source(design)
    twin = copy.deepcopy(model)
    assert all(torch.equal(a, b) for a, b in zip(model.state_dict().values(), twin.state_dict().values(), strict=True))


def test_initialisation(tmp_path: Path) -> None:
    text = """
        default conv(init=constant(0.5), bias_init=zeros)
        network n {
            input image: [3, 8, 8]
            a: conv(4, 3)
            b: conv(4, 3, init=constant(0.25))
            flatten
            c: linear(2, init=normal(std=3))
        }
    """
    model = archspec.compile(load(tmp_path, text))
    state = model.state_dict()
    assert (state["a.weight"] == 0.5).all() and (state["a.bias"] == 0).all()
    assert (state["b.weight"] == 0.25).all() and (state["b.bias"] == 0).all()
    assert 1.5 < state["c.weight"].std() < 6


@pytest.mark.parametrize(
    "body",
    [
        "repeat 2 as i { repeat 3 { conv(8, 1) -> relu } }",
        'repeat 3 as i { "stage{i + 1}": { conv(8, 1); relu } }',
        "first: conv(8, 1)\n repeat 4 { residual { conv(8, 3, padding=1) -> relu } }\n relu",
        'first: conv(8, 1)\n repeat 4 as i { "unit{i}": conv(8, 1); relu }',
        "mid: { residual { a: conv(8, 1) } ; repeat 2 { conv(8, 1) } }",
        "early: conv(4, 1)\n mid: { conv(4, 1) -> b: relu; (b, early) -> add } \n conv(2, 1)",
        "early: conv(8, 1)\n repeat 3 { add { conv(8, 1); (early) } }",
        "a, b: chunk(2)\n (b, a) -> concat",
        "concat { identity; conv(4, 1); { } }",
        "concat { for k in [1, 3, 5] { conv(4, k, padding=k // 2) } }",
        "residual { conv(8, 3, padding=1) } skip { conv(8, 1) -> batchnorm }",
        "for k in range(3) { if k % 2 == 0 { conv(8, 1) } else { relu } }",
    ],
)
def test_wirings(tmp_path: Path, body: str) -> None:
    design = load(tmp_path, f"network n {{\n input x: [8, 6, 6]\n {body}\n}}")
    model = archspec.compile(design)
    agree(design, model)
    runs(design, archspec.compile(design))


@pytest.mark.parametrize("body", ["", "if false { relu }", "residual { } ; identity"])
def test_a_network_without_layers(tmp_path: Path, body: str) -> None:
    design = load(tmp_path, f"network n {{ input x: [3, 8, 8]; {body} }}")
    agree(design, archspec.compile(design))
