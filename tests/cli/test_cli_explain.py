"""`archspec explain`: that every sum it shows is right, that paths are found, and the pages of rules."""

import ast
import operator
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil, floor
from typing import Any

import pytest
from networks import NETWORKS

import archspec
from archspec.analysis import flat
from archspec.analysis.locate import locate
from archspec.api import rules
from archspec.emit.explain.arithmetic import explain

_OPERATORS: dict[type, Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: Fraction(a // b), ast.Pow: lambda a, b: a**b,
}  # fmt: skip


def value(text: str) -> Fraction:
    """The value of a sum as `explain` writes it: `⌊(227 + 2·0 − 11) / 4⌋ + 1`, `64 output channels × 3 …`."""
    text = re.sub(r"(?<=\d) [a-z][a-z ]*(?=×|\+|=|$)", " ", text)  # the words behind a number
    for sign, spelling in {
        "×": "*",
        "·": "*",
        "−": "-",
        ",": "",
        "⌊": "floor(",
        "⌋": ")",
        "⌈": "ceil(",
        "⌉": ")",
    }.items():
        text = text.replace(sign, spelling)

    def of(node: ast.expr) -> Fraction:
        if isinstance(node, ast.Constant):
            return Fraction(str(node.value))
        if isinstance(node, ast.UnaryOp):
            return -of(node.operand)
        if isinstance(node, ast.BinOp):
            return _OPERATORS[type(node.op)](of(node.left), of(node.right))
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        return Fraction({"floor": floor, "ceil": ceil}[node.func.id](of(node.args[0])))

    return of(ast.parse(text.strip(), mode="eval").body)


def sums(page: str) -> Iterator[tuple[str, str]]:
    """Both sides of every equation of numbers on a page."""
    for line in page.splitlines():
        for said in re.split(r"  +|, | → |; |[a-z]+: ", line):
            left, equals, right = said.partition(" = ")
            if equals and re.match(r"[⌊⌈(−\d]", left) and re.match(r"[−\d]", right) and not re.search(r"[a-z]", right):
                yield left, right


def test_the_sums_are_found_and_can_fail() -> None:
    page = (
        "a  b\n  height, width  ⌊(227 + 2·0 − 11) / 4⌋ + 1 = 55\nMACs  96 output channels × 55 output height = 5,280\n"
    )
    assert [value(left) == value(right) for left, right in sums(page)] == [True, True]
    assert [value(left) == value(right) for left, right in sums(page.replace("55\n", "56\n"))] == [False, True]


@pytest.mark.parametrize("name", sorted(NETWORKS))
def test_every_sum_is_right(name: str) -> None:
    module = NETWORKS[name].module
    checked = 0
    paths = list(dict.fromkeys(row.path for row in flat.rows(module, fold=True)))
    for path in paths[:: 1 + len(paths) // 40]:  # each is found from the top: of deep networks, some of the layers
        for left, right in sums(explain(module, "x", path)):
            assert value(left) == value(right), (path, left, right)
            checked += 1
    assert checked > 5
    for left, right in sums(explain(module, "x")):
        assert value(left) == value(right)


@pytest.mark.parametrize("name", ["seeds/resnet50", "seeds/googlenet", "seeds/vgg19", "seeds/squeezenet1_0"])
@pytest.mark.parametrize("mode", ["eval", "train"])
def test_every_layer_is_found_by_its_path(name: str, mode: str) -> None:
    """Found by going down to it, a layer sees what the walk over all layers says."""
    module = NETWORKS[name].module
    for row in flat.rows(module, mode):
        if row.runs:
            found = locate(module, row.path, mode)
            assert [one.path for one in found] == [row.path] * len(found)
            assert row.view in [one.view for one in found]
            assert row.layer in [one.node.layer for one in found]  # type: ignore[union-attr]
            assert len(found) == 1 or not row.is_module


def test_a_convolution(run: Any) -> None:
    found = run("explain", "seeds/alexnet_227", "conv1")
    assert (found.code, found.err) == (0, "")
    lines = found.out.splitlines()
    assert lines[0].startswith("conv1  conv(out=96, kernel=11, stride=4, ")
    assert re.match(r".*alexnet\.arch:\d+:12  conv\(96, 11, stride=4", lines[1])
    assert lines[2:] == [
        "",
        "input            3 × 227 × 227 from image",
        "output           96 × 55 × 55",
        "  height, width  ⌊(227 + 2·0 − 11) / 4⌋ + 1 = 55",
        "stride           exact: (227 + 2·0 − 11) / 4 leaves nothing",
        "parameters       34,944",
        "  weight         96 output channels × 3 input channels × 11 kernel height × 11 kernel width = 34,848",
        "  bias           96 output channels",
        (
            "MACs             96 output channels × 55 output height × 55 output width × 3 input channels"
            " × 11 kernel height × 11 kernel width = 105,415,200"
        ),
        "other work       bias 290,400",
        "receptive field  11 × 11 pixels of image, stride 4",
        "  size           1 + (11 − 1)·1 = 11",
        "  stride         1·4 = 4",
        "  padding        0 + 0·1 = 0",
        "  center         0 + ((11 − 1) / 2 − 0)·1 = 5",
        "memory           290,400 numbers = 1.16 MB in float32",
    ]


@pytest.mark.parametrize(
    ("network", "path", "words"),
    [
        (
            "alexnet_224", "conv1",
            "lossy: (224 + 2·0 − 11) / 4 leaves 1, the last pixel is never read; nothing is left over at 223 and 227",
        ),
        (
            "resnet18", "conv1",
            ("pad_only: (224 + 2·3 − 7) / 2 leaves 1, which is padding: every pixel is read;"
            " nothing is left over at 223 and 225"),
        ),
        (
            "resnet18", "layer2.0.downsample.0",
            ("gaps: (56 + 2·0 − 1) / 2 leaves 1, and 1 pixel is skipped after each window of 1;"
            " nothing is left over at 55 and 57"),
        ),
        (
            "googlenet", "maxpool1",
            ("pad_only: (112 + 2·0 − 3) / 2 leaves 1, the last window reaches beyond the end: every pixel is read;"
            " nothing is left over at 111 and 113"),
        ),
        ("alexnet", "features.10", "exact: the window moves by 1"),
    ],
)  # fmt: skip
def test_strides(run: Any, network: str, path: str, words: str) -> None:
    assert f"\nstride           {words}\n" in run("explain", f"seeds/{network}", path).out


def test_where_numbers_come_from(run: Any) -> None:
    found = run("explain", "seeds/resnet50", "layer2.0.conv3").out
    assert "512 = 4 * planes\n" in found
    assert "planes = 128, a parameter of layer2.0, given as planes of layer2\n" in found
    assert re.search(r"in layer2\.0, .*resnet\.arch:\d+:5  unit\(planes, stride\)", found)
    assert re.search(r"in layer2, .*resnet\.arch:\d+:13  Stage\(unit, 128, ", found)
    assert "256 * 6 * 6" in run("explain", "seeds/alexnet", "classifier.1").out
    assert "64 + 128 + 32 + 32 = 256" in run("explain", "seeds/googlenet", "inception3a.concat").out
    assert "256 · 6 · 6 = 9216" in run("explain", "seeds/alexnet", "flatten").out


def test_joins_and_what_is_global(run: Any) -> None:
    joined = run("explain", "seeds/resnet50", "layer1.0.add").out
    assert "input 2    " in joined
    assert "from layer1.0.downsample\n" in joined
    assert re.search(r"^  layer1\.0\.bn3 +19 × 19, stride 4$", joined, re.MULTILINE)
    assert re.search(r"^  layer1\.0\.downsample +11 × 11, stride 4$", joined, re.MULTILINE)
    assert re.search(r"^  shortest path +11 × 11$", joined, re.MULTILINE)
    assert "all of image: `global_avgpool` reads all positions" in run("explain", "seeds/resnet50", "avgpool").out
    assert (
        "all of image: every output of `linear` reads every input" in run("explain", "seeds/vgg11", "classifier.0").out
    )
    assert "all of image, as of its input" in run("explain", "seeds/vgg11", "classifier.3").out
    assert "11 × 11 pixels of image, stride 4, as its input" in run("explain", "seeds/resnet50", "layer1.0.bn1").out


def test_blocks_show_what_is_in_them(run: Any) -> None:
    found = run("explain", "seeds/resnet50", "layer2.0")
    assert found.code == 0
    assert "arguments        planes = 128, stride = 2\n" in found.out
    assert "input            256 × 56 × 56 from layer1\n" in found.out
    assert "parameters       379,392\n" in found.out
    assert re.search(r"^downsample +Projection +512 × 28 × 28 +132,096 ", found.out, re.MULTILINE)
    idle = run("explain", "seeds/googlenet", "aux1").out
    assert "runs             in training only\n" in idle
    assert "MACs             4,169,728\n" in idle


def test_any_of_several_equal_layers(run: Any) -> None:
    last = run("explain", "seeds/resnet152", "layer3.35.conv2").out
    for path in ("layer3.*.conv2", "layer3.1…35.conv2", "layer3.1..35.conv2"):
        assert run("explain", "seeds/resnet152", path).out == last
    assert "from layer3.6\n" in run("explain", "seeds/resnet152", "layer3.7.conv1").out
    assert "from layer3.0\n" in run("explain", "seeds/resnet152", "layer3.1.conv1").out
    assert "from layer3\n" in run("explain", "seeds/resnet152", "layer4.0").out
    for path in ("layer3.36.conv2", "layer3.035.conv2", "layer3.-1", "layer3..conv2", "layer3.", "", "."):
        found = run("explain", "seeds/resnet152", path or ".")
        assert (found.code, found.out) == (2, "")


def test_repeats_within_repeats(run: Any, tmp_path: Any) -> None:
    path = tmp_path / "net.arch"
    path.write_text(
        "network net {\n input x: [2, 64, 64]\n"
        " repeat 4 { repeat 3 { conv(2, 3, padding=1) -> relu }; maxpool(3, stride=1, padding=1) }\n}"
    )
    module = archspec.load(path).module
    rows = list(flat.rows(module))
    assert len({row.path for row in rows}) == len(rows) >= 20
    for row in rows:
        (found,) = locate(module, row.path)
        assert (found.path, found.view, found.node.layer) == (row.path, row.view, row.layer)  # type: ignore[union-attr]


def test_a_network_is_the_chain_of_its_sizes(run: Any) -> None:
    rows = [re.split(r"  +", line) for line in run("explain", "seeds/alexnet_227").out.splitlines()]
    assert rows[-4:] == [
        ["conv1", "conv", "227 → 55", "⌊(227 + 2·0 − 11) / 4⌋ + 1 = 55"],
        ["pool1", "maxpool", "55 → 27", "⌊(55 + 2·0 − 3) / 2⌋ + 1 = 27"],
        ["pool2", "maxpool", "27 → 13", "⌊(27 + 2·0 − 3) / 2⌋ + 1 = 13"],
        ["pool5", "maxpool", "13 → 6", "⌊(13 + 2·0 − 3) / 2⌋ + 1 = 6"],
    ]
    assert "no layer changes a spatial size" in run("explain", "seeds/mlp").out
    assert "(2 − 1)·2 − 2·0 + 3 = 5" in run("explain", "seeds/decoder").out


def test_nothing_there(run: Any) -> None:
    found = run("explain", "seeds/resnet50", "layer2.0.cnv1")
    assert (found.code, found.out) == (2, "")
    assert found.err == "archspec: resnet50 has no layer layer2.0.cnv1; did you mean layer2.0.conv1?\n"


def test_every_rule_has_a_page(run: Any) -> None:
    assert len(rules()) > 20
    for rule in rules().values():
        found = run("explain", rule.code)
        assert (found.code, found.err) == (0, "")
        assert found.out.startswith(f"{rule.code} {rule.name}  {rule.severity}\n\n")
        assert len(found.out.splitlines()) >= 3
        assert run("explain", rule.name) == found
    assert run("explain", "as401").out == run("explain", "AS401").out
    assert run("explain", "AS401", "conv1").err == "archspec: AS401 is a rule, in which there is no conv1\n"
    assert (
        run("explain", "seeds/lenet5", "image").err == "archspec: image is an input of lenet5, 1 × 32 × 32; no layer\n"
    )
    assert run("explain", "AS998").err == "archspec: there is no rule AS998\n"
    assert run("explain", "AS998").code == 2


def test_sizes_that_are_resampled_are_sums_too(run: Any, tmp_path: Any) -> None:
    path = tmp_path / "net.arch"
    path.write_text(
        "network net {\n    input image: [4, 10, 10]\n    up: pixel_shuffle(2)\n    pool: adaptive_avgpool(8)\n"
        "    down: adaptive_avgpool(4)\n    all: mean([1, 2])\n}\n"
    )
    rows = [re.split(r"  +", line) for line in run("explain", path).out.splitlines()]
    assert rows[-4:] == [
        ["up", "pixel_shuffle", "10 → 20", "10·2 = 20"],
        ["pool", "adaptive_avgpool", "20 → 8", "20 → 8, windows of 3"],
        ["down", "adaptive_avgpool", "8 → 4", "8 / 2 = 4"],
        ["all", "mean", "4 → none", "4 → 1"],
    ]
