"""What is said to slips and to the habits of other languages: each at its token, in the words of this one."""

import pytest

from archspec.core.limits import DEFAULT_LIMITS
from archspec.core.source import Source
from archspec.syntax.parser import parse


def said(text: str) -> tuple[str, str]:
    """The token that is blamed first, and the help."""
    one = parse(Source("net.arch", text), DEFAULT_LIMITS)[1][0]
    return one.span.text, one.help


@pytest.mark.parametrize(
    ("body", "token", "help"),
    [
        ("input image: (1, 28, 28)", "(", "a shape stands in square brackets: `[1, 28, 28]`"),
        ("(image):", ":", "an argument is given with `=`"),
        ("a: (image) -> relu", "(", "values are read before the label"),
        ("conv(6, (5, 5))", ",", "a list stands in square brackets: `[5, 5]`"),
        ("conv(6, kernel=(5, 5), stride=2)", ",", "a list stands in square brackets: `[5, 5]`"),
        ("conv(in=3, out=8, kernel=3)", "=", "channels that enter are never given"),
        ("conv(8, kernel: 3)", ":", "an argument is given with `=`"),
        ("conv 8", "8", "arguments stand in parentheses: `conv(8)`"),
        ("x = conv(8, 3)", "=", "a step is named with `:`, a value with `let name = …`"),
        ("conv(8, 3) => relu", "=", "`->` leads to the next step"),
        ("if x = 1 { relu }", "=", "two values are compared with `==`"),
        ("assert params = 3", "=", "two values are compared with `==`"),
        ("if true { relu } else if x = 1 { relu }", "=", "two values are compared with `==`"),
        ("if true { relu } elif false { tanh }", "elif", "did you mean `else if`?"),
        ("repeat 2:\n relu", ":", "a body stands in braces"),
        ("for i in range(2):\n relu", ":", "a body stands in braces"),
        ("residual:\n relu", ":", "a body stands in braces"),
        ("residual: relu", ":", 'as a label it stands in quotes, `"residual":`'),
        ("// a comment", "//", "a comment begins with `#`"),
        ("relu // a comment", "//", "a comment begins with `#`"),
        ("nn.Conv2d(8, 3)", ".", "operators are called by their own names"),
        ("x.shape", ".", ""),
        ("relu + tanh", "+", "values are added by `residual { … }` and `add { … }`"),
        ("return relu", "relu", "there is no `return`"),
        ("relu\n skip { relu }", "skip", "`skip { … }` follows the body of a `residual`"),
        ("relu → tanh", "→", "write `->`"),
        ("conv(8 × 2, 3)", "×", "write `*`"),
        ("conv(8 − 2, 3)", "−", "write `-`"),
    ],
)
def test_in_a_network(body: str, token: str, help: str) -> None:
    found = said(f"network n {{\n {body}\n}}\n")
    assert found[0] == token
    assert help in found[1] if help else not found[1]


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("def B(c) { relu }", "did you mean `block`, or `fn`"),
        ("class B { relu }", "did you mean `block`?"),
        ("import blocks", 'write `from "blocks.arch" import Name`'),
        ("netwrok n { relu }", "did you mean `network`?"),
        ("block B(c): { relu }", "a body stands in braces"),
        ("network: n\nlayers:\n  - relu\n", "this reads like YAML"),
        ("# LeNet\n- network: n\n  layers: [relu]\n", "this reads like YAML"),
        ("- relu", "a file holds `block`, `network`"),
    ],
)
def test_of_a_file(text: str, help: str) -> None:
    assert help in said(text)[1]
