"""Ten small networks of which tools that count by hooks or traces give different figures: the right ones.

Parameters are held against torch itself, multiply-accumulates against sums written out by hand. Common mistakes are
named with each case.
"""

from math import prod
from pathlib import Path
from typing import NamedTuple

import pytest
import torch

import archspec
from archspec.analysis.cost import cost
from archspec.designs import Design


class Case(NamedTuple):
    """A network, its parameters and its MACs; `work` is what is counted beside the MACs, never among them."""

    body: str
    parameters: int
    macs: int
    work: dict[str, int]


TOKENS = 'input tokens: [10, 16]; layout(["tokens", "features"])'
CASES = {
    # adding the bias is no multiply-accumulate
    "convolution with bias": Case(
        "input x: [4, 8, 8]; conv(8, 3, padding=1)", 8 * 4 * 9 + 8, 8 * 64 * 4 * 9, {"bias": 8 * 64}
    ),
    # counted at the output, it would be four times as much: each input pixel is multiplied with the kernel once
    "transposed convolution": Case(
        "input x: [4, 8, 8]; conv_transpose(6, 4, stride=2, padding=1, bias=false)", 4 * 6 * 16, 4 * 64 * 6 * 16, {}
    ),
    # groups divide the work here, too
    "grouped transposed convolution": Case(
        "input x: [4, 8, 8]; conv_transpose(4, 3, stride=2, groups=4, bias=false)", 4 * 9, 4 * 64 * 9, {}
    ),
    # a linear layer works on every token
    "linear on tokens": Case(f"{TOKENS}; linear(32)", 16 * 32 + 32, 10 * 16 * 32, {"bias": 10 * 32}),
    # normalisation has work of its own kind
    "batch normalisation": Case("input x: [4, 8, 8]; batchnorm", 2 * 4, 0, {"norm": 2 * 4 * 64}),
    "global mean": Case("input x: [4, 8, 8]; global_avgpool", 0, 0, {"pool": 4 * 64}),
    # one tensor, two uses: it is stored once and works twice
    "tied weights": Case(
        "input x: [4, 8, 8]; shared twice: conv(4, 3, padding=1, bias=false); twice; twice",
        4 * 4 * 9,
        2 * 4 * 64 * 4 * 9,
        {},
    ),
    # a learned tensor that stands in no layer is a parameter, and the product it enters is work
    "bare parameter": Case(
        f"{TOKENS}; tokens_in: identity; w: parameter([16, 32]); (tokens_in, w) -> matmul", 16 * 32, 10 * 16 * 32, {}
    ),
    # what does not run is stored all the same
    "unused layer": Case(
        "input x: [4, 8, 8], y: [100]\n    if training { output spare: { (y) -> linear(100) } }\n"
        "    (x) -> conv(4, 1, bias=false)",
        100 * 100 + 100 + 4 * 4,
        4 * 64 * 4,
        {},
    ),
    # projections in and out, and both products of attention; how many heads there are plays no part
    "attention": Case(
        f"{TOKENS}; attention(4)", 4 * 16 * 16 + 4 * 16, 10 * 4 * 16 * 16 + 2 * 10 * 10 * 16, {"bias": 10 * 4 * 16}
    ),
}
FIGURES = {
    "convolution with bias": (296, 18432), "transposed convolution": (384, 24576),
    "grouped transposed convolution": (36, 2304), "linear on tokens": (544, 5120), "batch normalisation": (8, 0),
    "global mean": (0, 0), "tied weights": (144, 18432), "bare parameter": (512, 5120), "unused layer": (10116, 1024),
    "attention": (1088, 13440),
}  # fmt: skip


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Case, Design]:
    path = tmp_path / "net.arch"
    one = CASES[request.param]
    path.write_text(f"network net {{\n    {one.body}\n}}\n")
    return request.param, one, archspec.load(path)


def test_the_right_figures(case: tuple[str, Case, Design]) -> None:
    name, one, design = case
    assert (design.parameters, design.macs) == (one.parameters, one.macs) == FIGURES[name]
    assert design.flops == 2 * one.macs
    counted = cost(design.module, "eval").work
    assert {kind: count for kind, count in counted.items() if kind in one.work} == one.work
    if "bias" not in one.work:
        assert "bias" not in counted


def test_torch_stores_as_many_numbers(case: tuple[str, Case, Design]) -> None:
    _, one, design = case
    model = archspec.compile(design).eval()
    assert sum(tensor.numel() for tensor in model.parameters()) == one.parameters
    given = [torch.zeros(2, *shape) for shape in design.inputs.values()]
    with torch.no_grad():
        made = model(*given)
    assert tuple(made.shape) == (2, *design.output)
    assert prod(design.output) > 0


def test_buffers_are_no_parameters(tmp_path: Path) -> None:
    path = tmp_path / "net.arch"
    path.write_text("network net { input x: [4, 8, 8]; batchnorm }\n")
    design = archspec.load(path)
    assert (design.parameters, design.buffers) == (8, 4 + 4 + 1)
