"""Reading YAML: places, scalars, and what is said of what cannot be read."""

from typing import Any

import pytest

from archspec.core.diagnostic import Diagnostic
from archspec.core.source import Source
from archspec.elaborate.vocabulary import Registry
from archspec.syntax import tree
from archspec.syntax.yaml_reader import read


def parsed(text: str) -> tuple[tree.File, tuple[Diagnostic, ...]]:
    return read(Source("x.arch.yaml", text), Registry())


def clean(text: str) -> tuple[Any, ...]:
    file, problems = parsed(text)
    assert problems == ()
    return file.items


def value(text: str) -> Any:
    """The expression that a value stands for."""
    (made,) = clean(f"- let: {{a: {text}}}")
    return made.value


def spans(node: Any) -> list[Any]:
    """The spans of all nodes with names and numbers, for checking that each is where its text is."""
    found, stack = [], [node]
    while stack:
        one = stack.pop()
        if isinstance(one, tree.Name | tree.Constant):
            found.append(one)
        if isinstance(one, tuple):
            stack.extend(part for part in one if isinstance(part, tuple))
    return found


# --- scalars of YAML 1.2 ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1e-6", 1e-6), ("017", 17), ("0o17", 15), ("0x1F", 31), ("10", 10), ("1.5", 1.5), (".5", 0.5), ("3.", 3.0),
        ("1E5", 1e5), ("true", True), ("False", False), ("null", None), ("~", None), ("TRUE", True), ("0", 0),
    ],
)  # fmt: skip
def test_scalars_that_are_no_strings(text: str, expected: Any) -> None:
    made = value(text)
    assert isinstance(made, tree.Constant)
    assert made.value == expected
    assert type(made.value) is type(expected)
    assert made.span.text == text


@pytest.mark.parametrize(
    "text", ["on", "off", "yes", "no", "y", "1_000", "0b11", "12:30:45", "2001-01-01", "1e", "5M", "=", "tRue"]
)
def test_scalars_that_are_strings(text: str) -> None:
    made = value(text)
    assert isinstance(made, tree.String)
    assert made.parts == (text,)


@pytest.mark.parametrize("text", ["'1'", '"true"', "'null'"])
def test_what_is_quoted_is_a_string(text: str) -> None:
    assert value(text).parts == (text[1:-1],)


def test_a_sign_is_an_operator_as_in_text() -> None:
    made = value("-5")
    assert (made.operator, made.operand.value) == ("-", 5)
    assert made.operand.span.text == "5"


@pytest.mark.parametrize("text", [".inf", "-.Inf", ".nan"])
def test_endless_numbers_are_refused(text: str) -> None:
    (found,) = parsed(f"- let: {{a: {text}}}")[1]
    assert found.rule.code == "AS114"
    assert found.span.text == text


# --- places ---


@pytest.mark.parametrize(
    "text",
    [
        "- let: {a: $b + cc * (d - ee)}",
        '- let: {a: "$b + cc * (d - ee)"}',
        "- let: {a: '$b + cc[0] * (d - ee)'}",
        "- let:\n    a: $b +\n      cc\n      * (d -\n      ee)",
        "- let:\n    a: |\n      $b + cc\n",
        "- let:\n    a: >-\n      $b\n      + cc\n",
        "- let: {a: '$f(\"it''s\", b) + cc'}",
        '- let: {a: "$f(\\"x\\", \\u0062) + cc"}',
        '- let: {a: "$b + \\\n     cc"}',
        "- let: {a: [$b, [1, $cc]]}",
        "- let: {a: 'x{b + 1}y{cc}'}",
        "network: N\nlayers:\n  - if: b > 2 and cc\n    then: []",
        "# 🧠🧠\n- let: {a: '$\"🧠\" + b'}",
        "network: N\nlayers:\n  - from: [b.out, 'cc[0]']",
        "- fn:\n    half(n, d = b + 1): n // d + cc",
        "network: N\nlayers:\n  - for: i, [j, k]\n    in: zip(b, cc)\n    body: []",
    ],
)
def test_every_name_is_where_its_text_is(text: str) -> None:
    found = spans(clean(text))
    assert found
    for one in found:
        if isinstance(one, tree.Name):
            assert one.span.text in (one.id, "\\u0062")
        elif not isinstance(one.value, bool | None):
            assert str(one.value) == one.span.text


def test_parts_of_steps_are_where_they_are_written() -> None:
    (block,) = clean("block: B\nlayers:\n  - left, right: {chunk: 2}\n  - 'x{1 + 1}': {conv: [64, 3, pad: $a]}\n")
    first, second = [chain.steps[0] for chain in block.body.statements]
    assert [label.span.text for label in first.labels] == ["left", "right"]
    assert first.action.span.text == "{chunk: 2}"
    assert second.labels[0].span.text == "'x{1 + 1}'"
    assert second.labels[0].name.parts[1].span.text == "1 + 1"
    assert [one.span.text for one in second.action.arguments] == ["64", "3", "pad: $a"]
    assert second.span.text == "'x{1 + 1}': {conv: [64, 3, pad: $a]}"
    assert block.name_span.text == "B"


# --- what is wrong, and where ---

_N = "network: N\nlayers:\n"


@pytest.mark.parametrize(
    ("text", "code", "place", "words"),
    [
        # no YAML
        ("network: [", "AS111", "1:10", "ends within brackets"),
        ('network: "N', "AS111", "1:11", "ends within quotes"),
        ("network: a: b", "AS111", "1:11", "no key can stand"),
        ("network: N\ndoc: @x", "AS111", "2:6", "cannot begin with `@`"),
        (_N + "  - relu\n - tanh", "AS111", "4:2", "does not line up"),
        (_N + "\t- relu", "AS111", "3:1", "a tab"),
        (_N + "  - conv: [1, 2", "AS111", "3:15", "goes on without `,` or `]`"),
        (_N + "  - [relu, , relu]", "AS111", "3:12", "a value is missing"),
        ('network: N\ndoc: "\\q"', "AS111", "2:7", "no escape"),
        (_N + "  - conv: [1, 2]\n  relu", "AS111", "4:3", "text where a key"),
        (_N + "  - conv: [1, 2]\n    relu\n  - tanh", "AS111", "4:5", "text where a key"),
        ("network: N}", "AS114", "1:10", "`N}` is no name"),
        ("{network: N}}", "AS111", "1:13", "has ended"),
        # parts of YAML that specs do without
        ("network: &n N", "AS112", "1:10", "an anchor"),
        ("network: *n", "AS112", "1:10", "an alias"),
        ("network: !!str N", "AS112", "1:10", "a tag"),
        ("<<: {a: 1}\nnetwork: N", "AS112", "1:1", "a merge key"),
        ("%YAML 1.2\n---\nnetwork: N", "AS112", "1:1", "a directive"),
        ("network: N\n---\nnetwork: M", "AS112", "2:1", "a second document"),
        ("[a]: b", "AS112", "1:1", "a key that is a list"),
        # keys
        (_N + "  - conv: 3\n    conv: 4", "AS113", "4:5", "a second `conv`"),
        ("network: N\nnetwork: M", "AS113", "2:1", "a second `network`"),
        (_N + "  - conv: 3\n    relu:", "AS114", "4:5", "a mapping of one key"),
        ("network: N\nlayer: []", "AS114", "2:1", "`layer` does not belong to `network`"),
        ("- netwrk: N", "AS114", "1:3", "`netwrk` begins no definition"),
        ("hello", "AS114", "1:1", "a definition is expected"),
        ("network: 3x", "AS114", "1:10", "`3x` is no name"),
        ("network:", "AS114", "1:1", "a name is expected"),
        # steps
        (_N + "  - 64", "AS114", "3:5", "`64` is no step"),
        (_N + "  - conv(64, 3)", "AS114", "3:5", "is no step"),
        (_N + "  - conv -> relu", "AS114", "3:5", "is no step"),
        (_N + "  - [relu, [tanh]]", "AS114", "3:12", "a list within a chain"),
        (_N + "  - [relu, {expect: [1]}]", "AS114", "3:13", "`expect` is no step"),
        (_N + "  - []", "AS114", "3:5", "a chain without steps"),
        (_N + "  - {}", "AS114", "3:5", "an empty mapping"),
        (_N + "  - relu:", "AS114", "3:5", "the arguments of `relu` are missing"),
        (_N + "  - x:", "AS114", "3:5", "a step is missing"),
        (_N + "  - covn: [64, 3]", "AS114", "3:11", "this list holds no steps"),
        (_N + "  - expect", "AS114", "3:5", "`expect` is no step by itself"),
        (_N + "  - x: residual", "AS114", "3:8", "`residual` is no step by itself"),
        (_N + "  - $let(3)", "AS114", "3:6", "`let` is no step by itself"),
        (_N + "  - join: for\n    branches: [relu]", "AS114", "3:11", "`for` is no step by itself"),
        (_N + "  - concat: [relu, {x: relu}, [repeat, relu]]", "AS114", "3:32", "`repeat` is no step by itself"),
        (_N + "  - covn: 64", "AS114", "3:11", "this is no step"),
        (_N + "  - covn: {out: 64, kernel: 3}", "AS114", "3:12", "this is no step"),
        (_N + "  - maxpol: {kernel: 2}", "AS114", "3:5", "nothing is called `maxpol`"),
        (_N + "  - concat: {axis: 0, branches: [relu]}", "AS114", "3:23", "`concat` has no parameter `branches`"),
        (_N + "  - concat:\n      branches: [conv: [8, 1]]", "AS114", "4:7", "`concat` has no parameter `branches`"),
        (_N + "  - conv: [8, 3, act: {relu: 1}]", "AS114", "3:18", "`conv` has no parameter `act`"),
        (_N + "  - $3 + 4", "AS114", "3:5", "only an operator"),
        (_N + "  - concat: [axis: 1]", "AS114", "3:14", "no branch"),
        (_N + "  - concat: [1]", "AS114", "3:14", "no branch"),
        (_N + "  - 'a, , b': relu", "AS114", "3:5", "a label is missing"),
        (_N + "  - a: {'b-c': {conv: 3}}", "AS114", "3:9", "a label under a label"),
        (_N + "  - from: 3 + 4", "AS114", "3:11", "only values are read"),
        (_N + "  - from: a\n    do: {from: b}", "AS114", "4:10", "at its start only"),
        # words that belong beside others
        (_N + "  - if: x\n    then: [relu]\n  - else: [tanh]", "AS114", "5:5", "`else` is no step by itself"),
        (_N + "  - residual: [relu]\n  - skip: [relu]", "AS114", "4:5", "`skip` is no step by itself"),
        (_N + "  - residual: [relu, skip: relu]", "AS114", "3:22", "`skip` is no step by itself"),
        (_N + "  - [join: concat, relu]", "AS114", "3:6", "`join` is no step by itself"),
        (_N + "  - branches: [relu]", "AS114", "3:5", "`branches` is no step by itself"),
        (_N + "  - from: a\n  - do: relu", "AS114", "4:5", "`do` is no step by itself"),
        (_N + "  - B: {k: 3}\n    do: relu", "AS114", "3:5", "`B` does not belong to `do`"),
        # statements
        (_N + "  - repeat: 3", "AS114", "3:5", "`repeat` needs `body`"),
        (_N + "  - if: x\n    body: []", "AS114", "4:5", "does not belong to `if`"),
        (_N + "  - residual: relu", "AS114", "3:15", "a list of layers"),
        (_N + "  - for: 3\n    in: x\n    body: []", "AS114", "3:10", "binds no names"),
        (_N + "  - for: i,\n    in: x\n    body: []", "AS114", "3:10", "binds no names"),
        (_N + "  - let: 3", "AS114", "3:10", "`let` wants a mapping"),
        (_N + "  - fn: {f: 3}", "AS114", "3:10", "is no function"),
        (_N + "  - fn: {f(3): 3}", "AS114", "3:12", "is no parameter"),
        ("network: N\ninput: {x: 3}", "AS114", "2:12", "a shape is a list"),
        ("- import: A", "AS114", "1:3", "`import` needs `from`"),
        # values
        (_N + "  - conv: [64, {a: [3, {b: 1}]}]", "AS114", "3:25", "a mapping where a value"),
        ("parameters: {act: relu}\nnetwork: N", "AS115", "1:19", "`relu` is a plain string"),
        ("parameters: {n: none}\nnetwork: N", "AS115", "1:17", "`none` is a plain string"),
        ("parameters: [wide]\nblock: B\nlayers:\n  - conv: [wide, 3]", "AS115", "4:12", "`wide` is a plain string"),
        (_N + "  - conv: [64, 3, padding_mode: relu]", "AS115", "3:33", "`relu` is a plain string"),
        # expressions: what is wrong in text is wrong here, at its place
        (_N + "  - conv: [$planes *, 3]", "AS101", "3:20", "the expression ends"),
        (_N + "  - if: a b\n    then: []", "AS101", "3:11", "`b` stands"),
        (_N + "  - if: 'a ''b'\n    then: []", "AS102", "3:12", "begins nothing"),
        (_N + '  - if: "a \\\n      && b"\n    then: []', "AS102", "4:7", "`&` begins nothing"),
        (_N + "  - 'x{1 +}': relu", "AS101", "3:10", "the expression ends"),
        (_N + "  - 'x{1': relu", "AS103", "3:7", "without its `}`"),
        (_N + "  - repeat: ''\n    body: []", "AS114", "3:14", "an expression is missing"),
        # limits
        (f"network: {'n' * 65}", "AS104", "1:10", "a name of 65"),
        (f"network: N\ndoc: {'n' * 4097}", "AS104", "2:6", "a string of 4097"),
        (f"network: N\nparameters: {{n: {'9' * 65}}}", "AS104", "2:17", "a number of 65"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_at_its_place(text: str, code: str, place: str, words: str) -> None:
    file, problems = parsed(text)
    assert [(one.rule.code, str(one.span)) for one in problems[:1]] == [(code, f"x.arch.yaml:{place}")]
    assert words in problems[0].message
    assert not any(isinstance(item, tree.Network | tree.Block) for item in file.items)


@pytest.mark.parametrize(
    ("text", "help"),
    [
        (_N + "  - covn: [64, 3]", "did you mean `conv`"),
        (_N + "  - maxpol: {kernel: 2}", "did you mean `maxpool`"),
        (_N + "  - conv(64, 3)", "write `conv: […]`"),
        (_N + "  - (a, b)", "`from`"),
        ("network: N\nlayer: []", "did you mean `layers`"),
        (_N + "  - if: x\n    then: [relu]\n  - else: [tanh]", "`else` stands beside `if`, without `- `"),
        (_N + "  - conv: [$max(n, 8), 3]", '`"$max(n, 8)"`'),
        (_N + "  - conv: {out: $max(n, (8 + 2)) * 2, kernel: 3}", '`"$max(n, (8 + 2)) * 2"`'),
        (_N + "  - expect: [max(n, 8), _]", '`"max(n, 8)"`'),
        (_N + '  - conv: [8, 3, init: $normal(a="b", c=1)]', "`'$normal(a=\"b\", c=1)'`"),
        (_N + "  - conv: [$max(n * 8, 3]", "add `)`"),
        (_N + "  - concat: {axis: 0, branches: [relu]}", "`{join: concat(…), branches: […]}`"),
        (_N + "  - conv: {kernell: {a: 1}}", "did you mean `kernel`?"),
        (_N + "  - conv: [1, 2]\n  relu", "begins with `- `"),
        (_N + "  - from: a.x, b[0]", "`[a.x, b[0]]`"),
        (_N + "  - expect: 3, 32, 32", "`[3, 32, 32]`"),
        (_N + "  - for: i, j in zip(a, b)\n    body: []", "`for: i, j`, and `in: zip(a, b)`"),
        ("- defaults: {conv: {bias: false}}", "did you mean `default`?"),
        (_N + "  - if: n > 2", "`then: …` stands beside it"),
        (_N + "  - skip: [tanh]", "`{label: skip, step: …}`"),
        ("parameters: {n: none}\nnetwork: N", "write `null`"),
    ],
)
def test_help_says_what_to_write(text: str, help: str) -> None:
    assert help in parsed(text)[1][0].help


def test_the_keys_of_a_reading_stand_in_any_order() -> None:
    for step in ("from: a\n    do: tanh", "do: tanh\n    from: a"):
        (network,) = clean(f"{_N}  - a: relu\n  - {step}")
        (reading,) = network.body.statements[1].source
        assert reading.expression.id == "a"


def test_a_condition_is_no_list() -> None:
    assert parsed(_N + "  - if: a, b\n    then: []")[1][0].help == ""


def test_a_slip_can_be_fixed() -> None:
    (found,) = parsed("block: B\nparameters: [act: relu]")[1]
    assert found.fix is not None
    assert [edit.text for edit in found.fix.edits] == ["$relu"]
    assert found.fix.edits[0].span.text == "relu"


def test_a_string_that_is_meant_is_taken() -> None:
    (block,) = clean("block: B\nparameters: [act: '$\"relu\"']\nlayers:\n  - conv: [8, 3, padding: same]")
    assert block.parameters[0].default.parts == ("relu",)


def test_errors_are_collected() -> None:
    text = "- network: N\n  layers: [64, {a: 65}, relu]\n- block: 3x\n- network: M\n- block: B\n  layers: [66]"
    file, problems = parsed(text)
    assert [item.name for item in file.items] == ["M"]
    assert [one.span.text for one in problems] == ["64", "65", "3x", "66"]
    assert {"N", "B"} <= file.broken


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "\n\n"])
def test_an_empty_file_is_empty(text: str) -> None:
    assert clean(text) == ()


def test_a_word_of_structure_may_be_a_label_or_a_block() -> None:
    text = "- block: body\n- block: B\n  layers: [{label: skip, step: relu}, body: 3, concat: [{do: [a: relu]}]]"
    label, block, _ = clean(text)[1].body.statements
    assert label.steps[0].labels[0].name.parts == ("skip",)
    assert block.steps[0].action.name.id == "body"


def test_names_hold_from_where_they_are_bound() -> None:
    """A label may have the name of what is bound later; from there on, the name is applied."""
    text = "block: B\nlayers:\n  - unit: {conv: [8, 1]}\n  - shared: {unit: {conv: [8, 1]}}\n  - unit: [3]\n"
    (block,) = clean(text)
    first, _, last = block.body.statements
    assert [label.name.parts for label in first.steps[0].labels] == [("unit",)]
    assert last.steps[0].labels == ()
    assert last.steps[0].action.name.id == "unit"
