"""Edits of calls: arguments that are there, by name or by place, and others, beside comments and strings."""

import pytest

from archspec.core.edits import argument, edited
from archspec.core.source import Source, Span
from archspec.ops import OPERATORS


def given(call: str, name: str, value: str, file: str) -> str | None:
    """The call with an argument; none where no edit is offered."""
    source = Source(file, f"before {call} behind")
    edit = argument(Span(source, 7, 7 + len(call)), OPERATORS["conv"], name, value)
    return None if edit is None else edited(source, (edit,)).removeprefix("before ").removesuffix(" behind")


@pytest.mark.parametrize(
    ("call", "made"),
    [
        ("conv(8, 3)", "conv(8, 3, bias=false)"),
        ("conv(\n  8,  # out\n  3   # kernel\n)", "conv(\n  8,  # out\n  3, bias=false   # kernel\n)"),
        ("conv(8, 3 ,  # (k\n)", "conv(8, 3, bias=false ,  # (k\n)"),
        ("conv(8, 3  # bias=true\n)", "conv(8, 3, bias=false  # bias=true\n)"),
        ('conv(8, 3, padding="#,)")', 'conv(8, 3, padding="#,)", bias=false)'),
        ("conv(8, [3, 3], 1)", "conv(8, [3, 3], 1, bias=false)"),
        ("conv(8, 3, bias=true)", "conv(8, 3, bias=false)"),
        ("conv(8, 3, bias = true  # why\n)", "conv(8, 3, bias = false  # why\n)"),
        ("conv(8, 3, 1, 1, 1, 1, true)", "conv(8, 3, 1, 1, 1, 1, false)"),
        ("conv()", "conv(bias=false)"),
        ("conv(8, 3, bias=2 > 1)", None),
        ("conv(8, 3, bias=not false)", None),
        ("conv(8, 3, 1, 1, 1, 1, wide)", None),
        ("other(8, 3)", None),
        ("conv(8)(3)", None),
        ("conv", None),
    ],
)
def test_in_text(call: str, made: str | None) -> None:
    assert given(call, "bias", "false", "net.arch") == made


@pytest.mark.parametrize(
    ("call", "made"),
    [
        ("conv: [8, 3]", "conv: [8, 3, bias: false]"),
        ("{conv: [8, 3]}", "{conv: [8, 3, bias: false]}"),
        ("conv: [8,\n  3   # kernel\n]", "conv: [8,\n  3, bias: false   # kernel\n]"),
        ("conv: {out: 8,\n  kernel: 3  # k\n}", "conv: {out: 8,\n  kernel: 3, bias: false  # k\n}"),
        ("conv: [8, 3, 'a # , ]']", "conv: [8, 3, 'a # , ]', bias: false]"),
        ("conv: [8, 3, bias: true]", "conv: [8, 3, bias: false]"),
        ("conv: [8, 3, 1, 1, 1, 1, true]", "conv: [8, 3, 1, 1, 1, 1, false]"),
        ("conv: 8", "conv: [8, bias: false]"),
        ("{conv: $out}", "{conv: [$out, bias: false]}"),
        ("conv: [8, 3, bias: 2 > 1]", None),
        ("conv: [8, 3, {bias: true}]", None),
        ("conv: 8 + 8", None),
        ("conv:\n  out: 8", None),
        ("{conv: [8, 3], other: 1}", None),
    ],
)
def test_in_yaml(call: str, made: str | None) -> None:
    assert given(call, "bias", "false", "net.arch.yaml") == made
