"""Kinds and words of layers: of every operator there is, by the example on its page."""

import re
from functools import cache
from textwrap import dedent

import pytest
from pictures import design

from archspec.core.layer import Layer
from archspec.design import Apply, modules, nodes
from archspec.emit.diagram.describe import figure, kind_of, words_of
from archspec.emit.diagram.palette import LAYER_KINDS
from archspec.ops import OPERATORS
from archspec.ops.base import Operator

KINDS = {
    "conv": "conv", "depthwise": "conv", "conv_transpose": "conv", "linear": "linear", "maxpool": "pool",
    "global_avgpool": "pool", "adaptive_maxpool": "pool", "batchnorm": "norm", "local_response_norm": "norm",
    "relu": "activation", "prelu": "activation", "softmax": "activation", "glu": "activation", "abs": "activation",
    "dropout": "dropout", "alpha_dropout": "dropout", "add": "combine", "concat": "combine", "flatten": "shape",
    "chunk": "shape", "identity": "shape", "upsample": "resize",
}  # fmt: skip


@cache
def example(name: str) -> tuple[Layer, Operator]:
    """The operator in the network on its manual page."""
    page = re.search(r"Example:\n((?: {8}.*\n)+)", f"{OPERATORS[name].__doc__}\n")
    assert page, f"{name} has no example"
    found = [
        (node.layer, node.operator)
        for module in modules(design(dedent(page[1])))
        for node in nodes(module.graph)
        if isinstance(node, Apply) and node.layer.op == name
    ]
    return found[0]


@pytest.mark.parametrize(("name", "kind"), KINDS.items())
def test_kinds(name: str, kind: str) -> None:
    assert kind_of(example(name)[0]) == kind


@pytest.mark.parametrize("name", sorted(OPERATORS))
def test_every_operator_has_a_kind_and_a_few_words(name: str) -> None:
    layer, operator = example(name)
    assert kind_of(layer) in LAYER_KINDS
    words = words_of(layer, operator)
    assert name in words
    assert len(words) <= 60


def test_figures_in_little_room() -> None:
    assert [figure(n) for n in (0, 999, 9408, 9999, 10_000, 117_504, 999_499, 999_500, 25_557_032, 4_089_184_256)] == [
        "0", "999", "9,408", "9,999", "10.0k", "118k", "999k", "1.00M", "25.6M", "4.09G",
    ]  # fmt: skip
