"""Every family of faults that the language can express: the rule, the smallest culprit, and a clean twin in silence.

Channels that enter are never written in a spec, so faults of that kind (a convolution, norm or linear layer made for
another number of channels; a hard-coded flattened size; a batch axis swallowed) cannot be said at all.
"""

from pathlib import Path
from typing import NamedTuple

import pytest
from linting import as_yaml, codes, lint


class Family(NamedTuple):
    """A fault: the body of a network, its twin without it, the rule, and the text that is to blame."""

    name: str
    bad: str
    good: str
    code: str
    span: str
    input: str = "[16, 32, 32]"


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
    Family("a level that nothing reads", "a: conv(8, 1)\nb: conv(9, 1) -> relu\n(a) -> relu",
           "a: conv(8, 1)\nb: conv(9, 1) -> relu\n(a, b) -> concat", "AS509", "relu"),
    Family("a let that nothing reads", "let w = 3\nrelu", "let w = 3\nconv(w, 1)", "AS513", "w"),
    Family("a bias before a norm", "conv(8, 3) -> batchnorm", "conv(8, 3, bias=false) -> batchnorm", "AS508",
           "conv(8, 3)"),
    Family("a crop from one side", "add { conv(16, 5); pad([[-4, 0], [-4, 0]]) }",
           "add { conv(16, 5); pad([[-2, -2], [-2, -2]]) }", "AS510", "add"),
    Family("channels last", "conv(8, 300)", "conv(8, 3)", "AS403", "300", "[224, 224, 3]"),
    Family("a reshape that changes the count", "flatten -> reshape([7, 7])", "flatten -> reshape([4, 4, 1024])",
           "AS402", "[7, 7]"),
]  # fmt: skip


def spec(body: str, shape: str) -> str:
    lines = body.replace("\n", "\n    ")
    return f"network example {{\n    input image: {shape}\n    {lines}\n}}\n"


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_it_is_found(family: Family, tmp_path: Path) -> None:
    (one,) = lint(tmp_path, spec(family.bad, family.input))
    assert (one.rule.code, one.span.text) == (family.code, family.span)
    text = "\n".join((one.message, one.help, *one.notes, *(label.text for label in one.labels)))
    assert len(text) > len(one.message)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_in_yaml(family: Family, tmp_path: Path) -> None:
    found = lint(tmp_path, as_yaml(spec(family.bad, family.input)), name="example.arch.yaml")
    assert codes(found) == [family.code]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_in_a_block(family: Family, tmp_path: Path) -> None:
    body = "\n    ".join(family.bad.split("\n"))
    text = f"block Wrapped {{\n    {body}\n}}\n" + spec("wrapped: Wrapped", family.input)
    (one,) = lint(tmp_path, text)
    assert (one.rule.code, one.span.text) == (family.code, family.span)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_its_twin_is_silent(family: Family, tmp_path: Path) -> None:
    text = spec(family.good, family.input)
    assert lint(tmp_path, text) == ()
    assert lint(tmp_path, as_yaml(text), name="example.arch.yaml") == ()
