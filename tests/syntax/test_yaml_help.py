"""Help written in the text form, in a file of YAML."""

import pytest

from archspec.elaborate.vocabulary import Registry
from archspec.syntax.yaml_help import in_yaml


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("(name) -> …", "{from: name, do: …}"),
        ("(a, b) -> concat", "{from: [a, b], do: concat}"),
        ("global_avgpool -> flatten", "[global_avgpool, flatten]"),
        ("lstm(…) -> dropout(0.1)", "[lstm: …, dropout: 0.1]"),
        ("conv(64, 1)", "conv: [64, 1]"),
        ("permute([1, 2, 0])", "permute: [[1, 2, 0]]"),
        ('rearrange("c h w -> (h w) c")', 'rearrange: "c h w -> (h w) c"'),
        ('kaiming_normal(mode="fan_out")', '$kaiming_normal(mode="fan_out")'),
        ("loss=cross_entropy", "loss: cross_entropy"),
        ("a=…", "a: …"),
        ("name: parameter(…)", "name: {parameter: …}"),
        ("left: { … }", "left: […]"),
        ("output name: identity", "output: {name: identity}"),
        ("if training { … }", "{if: training, then: […]}"),
        ("repeat depth - 1 as i", "{repeat: depth - 1, as: i, body: […]}"),
        ("for i in …", "{for: i, in: …, body: […]}"),
    ],
)
def test_code_of_the_text_form_is_written_in_yaml(code: str, expected: str) -> None:
    assert in_yaml(f"say `relu`, or `{code}`", Registry()) == f"say `relu`, or `{expected}`"


@pytest.mark.parametrize(
    "code",
    [
        "relu", "in.channels", "n > 0", "a == b", "range(n)", "conv: [64, 3]", "input: {image: [3, 8, 8]}",
        "image: [3, 8, 8]", "FILE:NETWORK", '"block{i}"', "archspec ops",
    ],
)  # fmt: skip
def test_what_is_no_step_or_argument_stays(code: str) -> None:
    assert in_yaml(f"`{code}`", Registry()) == f"`{code}`"
