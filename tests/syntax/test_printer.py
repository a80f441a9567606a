"""The printer: what it writes is read back as the same tree, with no parentheses that are not needed."""

from pathlib import Path
from typing import Any

import pytest
import trees
from hypothesis import given, settings

from archspec.core.source import Source
from archspec.syntax import tree
from archspec.syntax.format import format_source, same
from archspec.syntax.parser import BadExpression, parse, parse_expression
from archspec.syntax.printer import print_expression, print_file, print_string

SPECS = sorted((Path(__file__).parents[2] / "specs").rglob("*.arch"))


def expression(text: str) -> Any:
    return parse_expression(Source("x", text))


@settings(max_examples=1000)
@given(trees.expressions)
def test_expressions_are_read_back(made: Any) -> None:
    assert same(made, expression(print_expression(made)))


@settings(max_examples=1000)
@given(trees.files)
def test_files_are_read_back(file: tree.File) -> None:
    text = print_file(file)
    again, problems = parse(Source("x", text))
    assert problems == ()
    assert same(file.items, again.items)
    assert format_source(Source("x", text)) == text


def pairs(text: str) -> list[tuple[int, int]]:
    """The places of parentheses that belong together, in a text without strings."""
    found, open = [], []
    for at, character in enumerate(text):
        if character == "(":
            open.append(at)
        elif character == ")":
            found.append((open.pop(), at))
    return found


@settings(max_examples=300)
@given(trees.without_strings)
def test_no_parentheses_are_needless(made: Any) -> None:
    text = print_expression(made)
    for start, end in pairs(text):
        less = text[:start] + text[start + 1 : end] + text[end + 1 :]
        try:
            other = expression(less)
        except BadExpression:
            continue
        assert not same(made, other), (text, less)


def kinds(made: object) -> set[type]:
    """The kinds of nodes in a tree."""
    if not isinstance(made, tuple):
        return set()
    return {type(made)}.union(*map(kinds, made))


def test_random_trees_have_nodes_of_every_kind() -> None:
    found: set[type] = set()

    @settings(max_examples=500, database=None, derandomize=True)
    @given(trees.files)
    def collect(file: tree.File) -> None:
        found.update(kinds(file))

    collect()
    nodes = {one for one in vars(tree).values() if isinstance(one, type) and hasattr(one, "_fields")}
    assert len(nodes) > 40
    assert nodes <= found


def test_the_deepest_expressions() -> None:
    for text in ("--" * 100 + "x", " + ".join(["x"] * 200), "x" + ".y" * 200, "x if y else " * 200 + "z"):
        assert print_expression(expression(text)) == text


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_shipped_specs_are_read_back(path: Path) -> None:
    file, _ = parse(Source(path.name, path.read_text(encoding="utf-8")))
    text = print_file(file)
    again, problems = parse(Source(path.name, text))
    assert problems == ()
    assert same(file.items, again.items)
    assert format_source(Source(path.name, text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "a + b - c * d", "a - (b - c)", "(a + b) * c", "-a ** -b", "(-a) ** b", "(a ** b) ** c", "a ** b ** c",
        "not a == b", "(not a) == b", "(a < b) < c", "a < b < c", "a or b and not c", "(a or b) and c",
        "a if b else c if d else e", "(a if b else c) if d else e", "(a if b else c) + d", ".channels + 1", "5[0]",
        "[x if y else z for x in ys]", "[x for x in (a if b else c) if (d if e else f)]", "[x for [a, _], b in c]",
        "x[:]", "x[a:b + 1]", "in.channels", "- -a", "+a", "f(x)(y=1)[0:].z", "(a + b).c", "(5).c", "[a, [b, _] + c]",
        '"a{b + 1}{{}}\\n\\"\\\\"',
        "true", "none", "5M", "1.5K", "1e-5", "0.10", "007", "1e999",
    ],
)  # fmt: skip
def test_what_is_canonical_stays(text: str) -> None:
    """Numbers too stay as they are written."""
    assert print_expression(expression(text)) == text.replace("- -", "--")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5, "5"),
        (0.5, "0.5"),
        (1e-5, "1e-05"),
        (float("inf"), "1e999"),
        (True, "true"),
        (False, "false"),
        (None, "none"),
    ],
)
def test_numbers_from_nowhere(value: object, text: str) -> None:
    assert print_expression(tree.Constant(value, trees.NOWHERE)) == text


def test_a_number_is_taken_from_its_text_only_where_it_is_that_number() -> None:
    made = expression("5M + 2")
    assert print_expression(made._replace(left=made.left._replace(value=7))) == "7 + 2"
    assert print_expression(tree.Constant(-3, made.span)) == "-3"
    power = tree.Binary("**", tree.Constant(-3, made.span), made.right, made.span)
    assert print_expression(power) == "(-3) ** 2"


def test_strings() -> None:
    assert print_string(expression('"{i + 1}-{{a}}"')) == '"{i + 1}-{{a}}"'


FILE = """\
from "blocks.arch" import A, B

default conv(bias=false)

fn half(n, d = 2) = n // d
fn same(n) = n

block Unit(channels, kind = conv) {
    "What it is: {not an expression}."

    input a, b: [3, _, _]

    let [x, _], y = pairs
    (a, b) -> concat(axis=0) -> out: kind(channels, 3)
    left, right: chunk(2)
    add {
        identity
        { conv(1) -> relu }
        "branch{i}": A
    }
    residual {
        conv1: conv(1)
        bn1:   batchnorm
    } skip {
        B()
    }
    if x { relu }
    if x == 1 {
        relu
    } else if y {
        tanh
    } else {}
    repeat 3 as i { conv(i) }
    for a, [b, _] in c { conv(a) }
    shared twin: { conv(1) }
    output (left) -> aux: relu
    expect [_, 3]
    assert params < 5M, "small"
    "input": conv
}

network net {}

network one       = net
network the_other = net()
"""


def test_a_file_in_the_house_style() -> None:
    file, problems = parse(Source("x", FILE))
    assert problems == ()
    assert print_file(file) == FILE
    assert print_file(tree.File(file.source, ())) == ""
