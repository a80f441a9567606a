"""Every family of faults that the language can express: the rule, the smallest culprit, and a clean twin in silence.

What cannot be said at all has no family here. Channels that enter are never written, so nothing is made for another
number of them: no convolution, norm or linear layer, no flattened size worked out by hand, no weights of a decoder
that are those of its encoder. Shapes have no batch axis, so none is swallowed or reshaped. `padding="same"` takes a
stride here, and pads as TensorFlow does. `test_what_cannot_be_said` tries.
"""

from pathlib import Path
from typing import NamedTuple

import pytest
from linting import as_yaml, codes, lint


class Family(NamedTuple):
    """A fault: the body of a network, its twin without it, the rule, and the text that is to blame.

    Lines that declare a task come first. `extend` asks for a rule that is off by default.
    """

    name: str
    bad: str
    good: str
    code: str
    span: str
    input: str = "[16, 32, 32]"
    extend: str = ""


FAMILIES = [
    Family("a skip without its projection",
           "residual { conv(64, 1) -> conv(256, 1) } skip { relu -> identity }",
           "residual { conv(64, 1) -> conv(256, 1) } skip { conv(256, 1) }",
           "AS401", "{ conv(64, 1) -> conv(256, 1) }"),
    Family("a stride in the body, none in the skip",
           "residual { conv(16, 3, padding=1, stride=2) }",
           "residual { conv(16, 3, padding=1, stride=2) } skip { conv(16, 3, padding=1, stride=2) }",
           "AS401", "{ conv(16, 3, padding=1, stride=2) }"),
    Family("rounding up and rounding down at an odd size",
           "residual { conv(16, 3, padding=1, stride=2) } skip { avgpool(2, stride=2) }",
           "residual { conv(16, 3, padding=1, stride=2) } skip { avgpool(2, stride=2, ceil_mode=true) }",
           "AS401", "{ conv(16, 3, padding=1, stride=2) }", "[16, 15, 15]"),
    Family("a U-Net at a size that halves to an odd one",
           "a: conv(8, 3, padding=1)\nmaxpool(2) -> conv(8, 3, padding=1) -> upsample(2) -> up: relu\n"
           "(a, up) -> concat",
           "a: conv(8, 3, padding=1)\nmaxpool(2, ceil_mode=true) -> conv(8, 3, padding=1) -> upsample(size=[35, 35]) ->"
           " up: relu\n(a, up) -> concat",
           "AS401", "concat", "[3, 35, 35]"),
    Family("a pool of 3 against an upsampling of 2",
           "s: relu\nmaxpool(3) -> upsample(2) -> u: relu\n(s, u) -> concat",
           "s: relu\nmaxpool(3) -> upsample(3) -> u: relu\n(s, u) -> concat",
           "AS401", "concat", "[16, 24, 24]"),
    Family("a sum of a map and one pixel", "add { identity; { global_avgpool -> conv(16, 1) } }",
           "mul { identity; { global_avgpool -> conv(16, 1) } }", "AS505", "add"),
    Family("a sum of a map and one pixel, and of a map and a vector",
           "add { identity; { global_avgpool -> conv(16, 1) } }",
           "add { identity; { global_avgpool -> flatten -> linear(16) -> unflatten(0, [16, 1, 1]) -> silu } }",
           "AS505", "add"),
    Family("a sum of a map and one pixel of another that was a vector",
           "add { identity; { flatten -> linear(64) -> unflatten(0, [16, 2, 2]) -> global_avgpool -> relu } }",
           "add { identity; { flatten -> linear(64) -> unflatten(0, [64, 1, 1]) -> conv(16, 1) } }",
           "AS505", "add"),
    Family("a sum of 16 channels and one", "add { identity; conv(1, 1) }", "add { identity; conv(16, 1) }",
           "AS505", "add"),
    Family("maps set beside each other", "concat(axis=1) { conv(8, 1); conv(8, 3, padding=1) }",
           "concat { conv(8, 1); conv(8, 3, padding=1) }", "AS507", "concat"),
    Family("linear on a map", "linear(10)", "flatten -> linear(10)", "AS405", "linear"),
    Family("a kernel larger than the map", "conv(8, 4)", "conv(8, 3)", "AS403", "4", "[3, 3, 3]"),
    Family("a dilated kernel larger than the map", "conv(8, 3, dilation=12)", "conv(8, 3, dilation=7)",
           "AS403", "dilation=12", "[3, 16, 16]"),
    Family("a pool of one pixel", "maxpool(2)", "relu", "AS403", "2", "[8, 1, 1]"),
    Family("a pool for larger images", "avgpool(7)", "global_avgpool", "AS403", "7", "[8, 4, 4]"),
    Family("padding beyond half of a pool", "maxpool(2, padding=2)", "maxpool(2, padding=1)", "AS402", "padding=2",
           "[8, 6, 6]"),
    Family("groups that do not divide what enters", "conv(60, 3, groups=4)", "conv(60, 3, groups=5)", "AS404",
           "groups=4", "[30, 8, 8]"),
    Family("groups that do not divide what leaves", "conv(48, 3, groups=32)", "conv(64, 3, groups=32)", "AS404",
           "groups=32", "[32, 8, 8]"),
    Family("groups of a norm", "groupnorm(32)", "groupnorm(16)", "AS404", "32", "[48, 8, 8]"),
    Family("batch norm of one pixel", "global_avgpool -> batchnorm", "batchnorm -> global_avgpool", "AS506",
           "batchnorm"),
    Family("instance norm of one pixel", "global_avgpool -> instancenorm", "instancenorm -> global_avgpool", "AS402",
           "instancenorm"),
    Family("a head count that does not divide", 'rearrange("c h w -> (h w) c") -> attention(8)',
           'rearrange("c h w -> (h w) c") -> attention(10)', "AS404", "8", "[100, 4, 4]"),
    Family("a shuffle of too few channels", "pixel_shuffle(3)", "pixel_shuffle(4)", "AS404", "3"),
    Family("output padding as large as the stride", "conv_transpose(8, 3, stride=2, output_padding=2)",
           "conv_transpose(8, 3, stride=2, output_padding=1)", "AS402", "output_padding=2"),
    Family("a stride of 0", "conv(8, 3, stride=0)", "conv(8, 3, stride=1)", "AS301", "stride=0"),
    Family("a stride that loses pixels", "conv(8, 4, stride=3)", "conv(8, 4, stride=4)", "AS501",
           "conv(8, 4, stride=3)", "[3, 224, 224]"),
    Family("a pool that loses pixels", "maxpool(2)", "maxpool(3, stride=2, padding=1)", "AS501", "maxpool(2)",
           "[3, 7, 7]"),
    Family("patches that do not cover", "conv(8, 16, stride=16)", "conv(8, 15, stride=15)", "AS501",
           "conv(8, 16, stride=16)", "[3, 225, 225]"),
    Family("a stem that loses padding only", "conv(8, 11, stride=4)", "conv(8, 11, stride=4, padding=2)", "AS501",
           "conv(8, 11, stride=4)", "[3, 224, 224]"),
    Family("a stride with gaps", "conv(8, 1, stride=2)", "residual { conv(8, 3, stride=2, padding=1) } "
           "skip { conv(8, 1, stride=2) }", "AS502", "conv(8, 1, stride=2)"),
    Family("dilation beyond the map", "conv(8, 3, padding=18, dilation=18)", "conv(8, 3, padding=6, dilation=6)",
           "AS503", "conv(8, 3, padding=18, dilation=18)", "[3, 14, 14]"),
    Family("a grating",
           "conv(8, 3, dilation=2) -> relu -> depthwise(3, dilation=4)",
           "conv(8, 3, dilation=2) -> relu -> depthwise(3, dilation=1)",
           "AS504", "depthwise(3, dilation=4)"),
    Family("a grating in a residual",
           "residual { conv(16, 3, padding=2, dilation=2) -> relu -> conv(16, 3, padding=2, dilation=2) }\nrelu",
           "residual { conv(16, 3, padding=2, dilation=2) -> relu -> conv(16, 3, padding=2, dilation=2) }\n"
           "relu -> conv(16, 3, padding=1)",
           "AS504", "conv(16, 3, padding=2, dilation=2)"),
    Family("a level that nothing reads", "a: conv(8, 1)\nb: conv(9, 1) -> relu\n(a) -> relu",
           "a: conv(8, 1)\nconv(9, 1) -> b: relu\n(a, b) -> concat", "AS509", "relu"),
    Family("a label that names the first step of a chain",
           "a: conv(8, 1) -> relu\n(in) -> conv(8, 1) -> b: relu\n(a, b) -> add",
           "conv(8, 1) -> a: relu\n(in) -> conv(8, 1) -> b: relu\n(a, b) -> add", "AS509", "relu"),
    Family("iterations that begin anew", "a: conv(8, 1)\nrepeat 3 { (a) -> conv(8, 1) }",
           "a: conv(8, 1)\nrepeat 3 { add { conv(8, 1); (a) -> relu } }", "AS509", "repeat 3 { (a) -> conv(8, 1) }"),
    Family("a let that nothing reads", "let w = 3\nrelu", "let w = 3\nconv(w, 1)", "AS513", "w"),
    Family("a bias before a norm", "conv(8, 3) -> batchnorm", "conv(8, 3, bias=false) -> batchnorm", "AS508",
           "conv(8, 3)"),
    Family("a crop from one side", "add { conv(16, 5); pad([[-4, 0], [-4, 0]]) }",
           "add { conv(16, 5); pad([[-2, -2], [-2, -2]]) }", "AS510", "add"),
    Family("a batch axis", "conv(8, 3)", "relu", "AS523", "conv(8, 3)", "[1, 3, 32, 32]"),
    Family("a batch axis, not one that the network says is another", "conv(8, 3)",
           'layout(["depth", "channels", "height", "width"]) -> permute([1, 0, 2, 3]) -> conv(8, 1)',
           "AS523", "conv(8, 3)", "[1, 3, 32, 32]"),
    Family("padding at one side", "residual { pad([[2, 0], [2, 0]]) -> conv(16, 3) }",
           "residual { pad([[1, 1], [1, 1]]) -> conv(16, 3) }", "AS510", "residual"),
    Family("padding at one side of a signal", "residual { pad([[0, 2]]) -> conv(16, 3) }",
           "residual { pad([[2, 0]]) -> conv(16, 3) }", "AS510", "residual", "[16, 64]"),
    Family("causal convolutions of a video",
           "residual { pad([[2, 0], [2, 0], [1, 1]]) -> conv(16, 3) }",
           "residual { pad([[2, 0], [1, 1], [1, 1]]) -> conv(16, 3) }", "AS510", "residual", "[16, 8, 8, 8]"),
    Family("a signal of which the end is left out",
           "add { conv(16, 5, dilation=2); pad([[0, -8]]) }", "add { conv(16, 5, dilation=2); pad([[-8, 0]]) }",
           "AS510", "add", "[16, 64]"),
    Family("channels last", "conv(8, 300)", "relu", "AS403", "300", "[224, 224, 3]"),
    Family("a reshape that changes the count", "flatten -> reshape([7, 7])", "flatten -> reshape([4, 4, 1024])",
           "AS402", "[7, 7]"),
    Family("an even kernel that keeps the size", 'conv(8, 4, padding="same")', 'conv(8, 3, padding="same")', "AS703",
           'conv(8, 4, padding="same")', extend="AS703"),
    Family("a layer norm of channels over a map", "layernorm(axes=1)", 'layernorm(axis=0)',
           "AS405", "layernorm"),
    Family("a map where classes are told apart", "task classification(10)\nconv(10, 3)",
           "task classification(10)\nconv(10, 3) -> global_avgpool -> flatten", "AS603", "conv(10, 3)"),
    Family("scores for other classes", "task classification(10)\nglobal_avgpool -> flatten -> linear(5)",
           "task classification(10)\nglobal_avgpool -> flatten -> linear(10)", "AS603", "linear(5)"),
    Family("a softmax before its loss",
           "task classification(10, loss=cross_entropy)\nglobal_avgpool -> flatten -> linear(10) -> softmax",
           "task classification(10, loss=nll)\nglobal_avgpool -> flatten -> linear(10) -> log_softmax",
           "AS515", "softmax"),
    Family("a sigmoid before its loss",
           "task classification(10, loss=bce_with_logits)\nglobal_avgpool -> flatten -> linear(10) -> sigmoid",
           "task classification(10, loss=bce)\nglobal_avgpool -> flatten -> linear(10) -> sigmoid",
           "AS515", "sigmoid"),
    Family("scores for a loss of probabilities",
           "task classification(10, loss=bce)\nglobal_avgpool -> flatten -> linear(10)",
           "task classification(10, loss=bce_with_logits)\nglobal_avgpool -> flatten -> linear(10)",
           "AS516", "linear(10)"),
    Family("probabilities for a loss of their logarithms",
           "task classification(10, loss=nll)\nglobal_avgpool -> flatten -> linear(10) -> softmax",
           "task classification(10, loss=nll)\nglobal_avgpool -> flatten -> linear(10) -> log_softmax",
           "AS516", "softmax"),
    Family("channels last in small", "conv(8, 3, padding=1)", "relu", "AS517", "conv(8, 3, padding=1)", "[32, 32, 3]"),
    Family("channels last, turned in the network", "identity -> conv(8, 3, padding=1)",
           'layout(["height", "width", "channels"]) -> rearrange("h w c -> c h w") -> conv(8, 3, padding=1)',
           "AS517", "conv(8, 3, padding=1)", "[32, 32, 3]"),
    Family("two linear maps", "conv(32, 3) -> conv(9, 3)", "conv(32, 3) -> relu -> conv(9, 3)", "AS707", "conv(9, 3)",
           extend="AS707"),
    Family("an activation twice", "conv(8, 3) -> relu -> sigmoid", "conv(8, 3) -> sigmoid", "AS708", "sigmoid",
           extend="AS708"),
    Family("dropout before a norm", "dropout(0.5) -> batchnorm", "batchnorm -> dropout(0.5)", "AS709", "dropout(0.5)",
           extend="AS709"),
    Family("dropout before a pool", "dropout(0.5) -> maxpool(2)", "maxpool(2) -> dropout(0.5)", "AS709",
           "dropout(0.5)", extend="AS709"),
    Family("no position sees the image", "conv(8, 3) -> global_avgpool", "conv(8, 32) -> global_avgpool", "AS704",
           "conv(8, 3)", extend="AS704"),
    Family("no position sees the image behind a gate",
           "mul { identity; { global_avgpool -> conv(16, 1) -> sigmoid } }\nconv(8, 9, padding=4) -> global_avgpool",
           "mul { identity; { global_avgpool -> conv(16, 1) -> sigmoid } }\nconv(8, 33, padding=16) -> global_avgpool",
           "AS704", "conv(8, 9, padding=4)", extend="AS704"),
    Family("a field far beyond the image", "conv(8, 131, padding=65)", "conv(8, 9, padding=4)", "AS705",
           "conv(8, 131, padding=65)", extend="AS705"),
    Family("nothing new to see", "conv(8, 33, padding=16) -> relu -> conv(8, 3)",
           "conv(8, 17, padding=8) -> relu -> conv(8, 3)", "AS706", "conv(8, 3)", extend="AS706"),
    Family("channels that are filled up", "conv(33, 3) -> relu -> conv(8, 3)",
           "conv(40, 3) -> relu -> conv(33, 3) -> upsample(2) -> sigmoid", "AS710", "conv(33, 3)", extend="AS710"),
    Family("targets that cannot be met", "task regression(range=[-1, 1])\nconv(3, 3) -> relu",
           "task regression(range=[0, 9])\nconv(3, 3) -> relu", "AS519", "relu"),
    Family("bytes as they are", "task regression(inputs=[0, 255])\nconv(3, 3)",
           "task regression(inputs=[0, 1])\nconv(3, 3)", "AS520", "conv(3, 3)"),
]  # fmt: skip

# found in the network itself or in the text, wherever the layers stand
OF_TASKS = [
    Family("an object larger than what is seen",
           "task classification(10, object=20)\nconv(10, 3) -> global_avgpool -> flatten",
           "task classification(10, object=3)\nconv(10, 3) -> global_avgpool -> flatten", "AS518", "object=20"),
    Family("an object larger than what is seen behind a gate",
           "task classification(10, object=20)\nconv(8, 3) -> gate: mul { identity; { global_avgpool -> sigmoid } }\n"
           "conv(10, 17) -> global_avgpool -> flatten",
           "task classification(10, object=20)\nconv(8, 3) -> gate: mul { identity; { global_avgpool -> sigmoid } }\n"
           "conv(10, 18) -> global_avgpool -> flatten", "AS518", "object=20"),
    Family("one-hot targets for a loss of indices",
           "task classification(10, targets=one_hot)\nglobal_avgpool -> flatten -> linear(10)",
           "task classification(10, targets=index)\nglobal_avgpool -> flatten -> linear(10)", "AS604",
           "targets=one_hot"),
    Family("indices for a loss of vectors",
           "task classification(10, loss=bce_with_logits, targets=index)\nglobal_avgpool -> flatten -> linear(10)",
           "task classification(10, loss=bce_with_logits, targets=multi_hot)\nglobal_avgpool -> flatten -> linear(10)",
           "AS604", "targets=index"),
]  # fmt: skip


ALL = pytest.mark.parametrize("family", [*FAMILIES, *OF_TASKS], ids=lambda family: family.name)
OF_LAYERS = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


def spec(body: str, shape: str, before: str = "") -> str:
    lines = body.replace("\n", "\n    ")
    return f"{before}network example {{\n    input image: {shape}\n    {lines}\n}}\n"


def wrapped(body: str) -> tuple[str, str]:
    """A block of the layers of a body, and the body of a network that uses it."""
    lines = body.split("\n")
    tasks = [line for line in lines if line.startswith("task ")]
    inside = "\n    ".join(line for line in lines if line not in tasks)
    return f"block Wrapped {{\n    {inside}\n}}\n", "\n".join([*tasks, "wrapped: Wrapped"])


@ALL
def test_it_is_found(family: Family, tmp_path: Path) -> None:
    (one,) = lint(tmp_path, spec(family.bad, family.input), family.extend)
    assert (one.rule.code, one.span.text) == (family.code, family.span)
    text = "\n".join((one.message, one.help, *one.notes, *(label.text for label in one.labels)))
    assert len(text) > len(one.message)


@ALL
def test_in_yaml(family: Family, tmp_path: Path) -> None:
    found = lint(tmp_path, as_yaml(spec(family.bad, family.input)), family.extend, "example.arch.yaml")
    assert codes(found) == [family.code]


@OF_LAYERS
def test_in_a_block(family: Family, tmp_path: Path) -> None:
    block, body = wrapped(family.bad)
    (one,) = lint(tmp_path, spec(body, family.input, block), family.extend)
    assert (one.rule.code, one.span.text) == (family.code, family.span)


@OF_LAYERS
def test_in_an_import(family: Family, tmp_path: Path) -> None:
    block, body = wrapped(family.bad)
    if family.code == "AS513":
        return  # of the text, and so of the file that is checked
    (tmp_path / "blocks.arch").write_text(block, encoding="utf-8")
    (one,) = lint(tmp_path, spec(body, family.input, 'from "blocks.arch" import Wrapped\n'), family.extend)
    assert (one.rule.code, one.span.text) == (family.code, family.span)
    assert one.span.source.name.endswith("blocks.arch")


@ALL
def test_its_twin_is_silent(family: Family, tmp_path: Path) -> None:
    text = spec(family.good, family.input)
    assert lint(tmp_path, text, family.extend) == ()
    assert lint(tmp_path, as_yaml(text), family.extend, "example.arch.yaml") == ()


@pytest.mark.parametrize(
    "step",
    [
        "conv(16, 8, 3, stride=1, padding=1, in=8)",
        "conv(8, 3, in_channels=8)",
        "batchnorm(num_features=8)",
        "flatten -> linear(10, in_features=400)",
        "flatten(start_dim=0)",
        "conv(8, 3, weight=conv)",
    ],
)
def test_what_cannot_be_said(step: str, tmp_path: Path) -> None:
    """The channels that enter, the batch axis, and one tensor in two layers of different shapes."""
    (one,) = lint(tmp_path, spec(step, "[16, 32, 32]"))
    assert one.rule.code in ("AS301", "AS101")


def test_a_task_may_say_that_channels_come_first(tmp_path: Path) -> None:
    body = "task regression(layout={})\nconv(8, 3, padding=1)"
    assert lint(tmp_path, spec(body.format("channels_first"), "[32, 32, 3]")) == ()
    assert codes(lint(tmp_path, spec(body.format("channels_last"), "[16, 16, 9]"))) == ["AS517"]


def test_a_code_of_one_position_is_no_image(tmp_path: Path) -> None:
    body = "conv_transpose(16, 4) -> relu -> upsample(2) -> conv(8, 3, padding=1) -> global_avgpool -> flatten"
    task = "task classification(8, object=9)\n"
    assert lint(tmp_path, spec(task + body, "[16, 1, 1]"), "AS70") == ()
    assert codes(lint(tmp_path, spec(body, "[16, 2, 1]"), "AS706")) == ["AS706"]


@pytest.mark.parametrize(
    ("code", "body", "path"),
    [
        ("AS704", "a: B(8, 3)\nb: B(8, 5)\nglobal_avgpool", "b"),
        ("AS705", "a: B(8, 3)\nrepeat 3 as i { 'up{i}': { b: B(8, 67) } }", "up2.b"),
        ("AS705", "stage: { repeat 3 { B(8, 3) -> B(8, 67) } }", "stage.5"),
        ("AS706", "a: B(8, 33)\nstage: { b: B(8, 3) }", "stage.b"),
        ("AS711", "a: B(8, 3)\nmaxpool(4) -> b: B(8, 3)\nupsample(8) -> c: B(8, 3)", "c"),
    ],
)
def test_of_many_uses_of_a_block_that_is_named_where_it_arises(code: str, body: str, path: str, tmp_path: Path) -> None:
    block = "block B(c, k) { conv(c, k, padding=k // 2) -> relu }\n"
    (one,) = lint(tmp_path, spec(body.replace("'", '"'), "[8, 32, 32]", block), code)
    assert (one.rule.code, one.path, one.trail[-1].path, one.trail[-1].block) == (code, path, path, "B")
    assert one.trail[-1].span.text.startswith("B(")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("G", True),
        ("conv(16, 1) -> G -> relu", True),
        ("conv(16, 3, stride=2) -> G -> G", True),
        ("repeat 3 { G -> relu }", True),
        ("a: conv(16, 3, padding=1)\n(in) -> b: G\n(a, b) -> concat", True),
        ("a: conv(16, 7, padding=3)\n(in) -> b: G\n(a, b) -> concat", False),
        ("repeat 3 { G -> relu }\nconv(16, 3, padding=1)", False),
        ("repeat 2 { repeat 2 { G }; conv(16, 3, padding=1) -> relu }", False),
        ("stem: { conv(16, 3, padding=1) -> relu }\nG", False),
        ("G -> conv(16, 3, stride=2)", False),
        ("conv(16, 2) -> G -> relu -> maxpool(2) -> G", True),
    ],
)
def test_holes_are_closed_elsewhere(body: str, found: bool, tmp_path: Path) -> None:
    dilated = "conv(16, 3, padding=2, dilation=2)"
    block = f"block G {{ residual {{ {dilated} -> relu -> {dilated} }} }}\n"
    assert codes(lint(tmp_path, spec(body, "[16, 33, 33]", block))) == ["AS504"] * found


def test_what_is_too_large_to_follow_is_no_grating(tmp_path: Path) -> None:
    shift = "pad([[1, -1], [0, 0]])"  # iterations that see ever more
    dilated = "conv(16, 3, padding=2, dilation=2) -> relu -> conv(16, 3, padding=2, dilation=2)"
    assert codes(lint(tmp_path, spec(f"repeat 10 {{ {shift} }}\n{dilated}", "[16, 33, 33]"))) == ["AS504"]
    assert lint(tmp_path, spec(f"repeat 10000000 {{ {shift} }}\n{dilated}", "[16, 33, 33]")) == ()


@pytest.mark.parametrize(
    ("end", "widths"),
    [
        ("linear(10) -> softmax", []),
        ("linear(10) -> relu -> linear(1) -> sigmoid", [10]),
        ("a: linear(1)\n(in) -> flatten -> b: linear(9)\n(a, b) -> concat", []),
        ("fc: { linear(9) -> relu }\nlinear(1)", [9]),
        ("fc: { linear(9) -> relu }\nlast: { dropout(0.5) -> identity }", []),
        ("repeat 2 { linear(9) }", [9]),
    ],
)
def test_the_last_layers_have_the_channels_that_they_have(end: str, widths: list[int], tmp_path: Path) -> None:
    found = lint(tmp_path, spec(f"global_avgpool -> flatten\n{end}", "[9, 8, 8]"), "AS710")
    assert [int(one.message.split()[0]) for one in found] == widths


@pytest.mark.parametrize("step", ["residual { conv(16, 1) }", "residual { conv(9, 1) } skip { conv(9, 1) }"])
def test_a_residual_makes_no_module(step: str, tmp_path: Path) -> None:
    (one,) = lint(tmp_path, spec(f"res: {step}\nrelu", "[16, 8, 8]"), "AS712")
    assert (one.rule.code, one.span.text) == ("AS712", "res")
    assert lint(tmp_path, spec(f"res: {step}\n(res) -> relu", "[16, 8, 8]"), "AS712") == ()


@pytest.mark.parametrize(
    ("loss", "op", "other"),
    [
        ("cross_entropy", "softmax", ""),
        ("cross_entropy", "log_softmax", "nll"),
        ("bce_with_logits", "sigmoid", "bce"),
        ("bce_with_logits", "logsigmoid", ""),
    ],
)
def test_another_loss_is_advised_where_it_takes_what_is_given(loss: str, op: str, other: str, tmp_path: Path) -> None:
    body = "task classification(10, loss={})\nglobal_avgpool -> flatten -> linear(10) -> " + op
    (one,) = lint(tmp_path, spec(body.format(loss), "[16, 8, 8]"))
    assert one.rule.code == "AS515"
    assert ("declare" in one.help) is bool(other)
    if other:
        assert f"declare `loss={other}`" in one.help
        assert lint(tmp_path, spec(body.format(other), "[16, 8, 8]")) == ()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("(x, temb) -> Shift(16)", False),
        ("(temb) -> s: Embed(16)\n(x, s) -> Sum", False),
        ("(temb) -> s: Embed(16)\n(x) -> identity\nrepeat 2 { add { identity; (s) -> relu } }", False),
        (
            "(temb) -> linear(16) -> reshape([16, 1, 1])\nrepeat 2 { silu }\nm: relu\n(x, m) -> add",
            False,
        ),
        ("(x) -> s: Pool(16)\n(x, s) -> Sum", True),
        ("(x) -> s: Pool(16)\n(x) -> identity\nrepeat 2 { add { identity; (s) -> relu } }", True),
    ],
)
def test_what_a_vector_shifts(body: str, found: bool, tmp_path: Path) -> None:
    """Through blocks: the embedding of a time, or a style."""
    blocks = (
        "block Embed(c) { silu -> linear(c) -> unflatten(0, [c, 1, 1]) }\n"
        "block Pool(c) { global_avgpool -> conv(c, 1) }\n"
        "block Sum {\n    input h, s\n    (h, s) -> add\n}\n"
        "block Shift(c) {\n    input h, t\n    (t) -> s: Embed(c)\n    (h, s) -> add\n}\n"
    )
    lines = body.replace("\n", "\n    ")
    text = f"{blocks}network example {{\n    input x: [16, 8, 8], temb: [64]\n    {lines}\n    relu\n}}\n"
    met = lint(tmp_path, text)
    assert not [one for one in met if one.severity == "error"]
    assert codes(met).count("AS505") == found
