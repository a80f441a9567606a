"""Errors: the right rule, the smallest span, one message a cause, and all independent ones in one run."""

from pathlib import Path

import pytest

import archspec

BLOCK = "block B(n, k = 1) { conv(n, k) }\n"


def found(tmp_path: Path, text: str) -> list[tuple[str, str]]:
    path = tmp_path / "bad.arch"
    path.write_text(text, encoding="utf-8")
    return [(one.rule.code, one.span.text) for one in archspec.check(path).diagnostics]


def in_network(tmp_path: Path, text: str, shape: str = "[4, 8, 8]") -> list[tuple[str, str]]:
    return found(tmp_path, f"{BLOCK}network n {{\n input x: {shape}\n {text}\n}}\n")


@pytest.mark.parametrize(
    ("text", "code", "span"),
    [
        ("covn(3, 1)", "AS201", "covn"),
        ("conv(width, 1)", "AS201", "width"),
        ("a: conv(2, 1)\n a -> relu", "AS201", "a"),
        ("a: conv(2, 1)\n conv(a, 1)", "AS201", "a"),
        ("(missing) -> relu", "AS206", "missing"),
        ("a: conv(2, 1)\n a: conv(2, 1)", "AS202", "a"),
        ("train: conv(2, 1)", "AS203", "train"),
        ('"a.b": conv(2, 1)', "AS209", '"a.b"'),
        ("let relu = 3", "AS204", "relu"),
        ("x.channels", "AS101", "."),
        ("3", "AS101", "3"),
        ("let v = 3\n v", "AS208", "v"),
        ("concat { a: conv(2, 1) -> relu }", "AS209", "a"),
        ("a, b: conv(2, 1)", "AS209", "a, b"),
        ("conv(2, 1)\n input y: [3]", "AS210", "input y: [3]"),
        ("concat { expect [4] }", "AS210", "expect [4]"),
        ("conv(2)", "AS301", "conv(2)"),
        ('conv(2, 1, 1, 0, 1, 1, true, "zeros", none, none, 5)', "AS301", "5"),
        ("conv(2, 1, strid=2)", "AS301", "strid=2"),
        ("conv(2, 1, stride=0)", "AS301", "stride=0"),
        ("conv(2, 0)", "AS301", "0"),
        ("conv(2.5, 1)", "AS301", "2.5"),
        ("conv(2, 1, 2, stride=3)", "AS301", "stride=3"),
        ('conv(2, 1, padding="sane")', "AS301", 'padding="sane"'),
        ("B", "AS301", "B"),
        ("B(2, 3, 4)", "AS301", "4"),
        ("B(2, q=4)", "AS301", "q=4"),
        ("conv(1 / 0, 1)", "AS302", "1 / 0"),
        ("conv([1, 2][2], 1)", "AS302", "[1, 2][2]"),
        ("conv(10 ** 400, 1)", "AS302", "10 ** 400"),
        ("conv(x.colour, 1)", "AS302", "x.colour"),
        ("conv([1] + 2, 1)", "AS302", "[1] + 2"),
        ("let a, b = [1, 2, 3]", "AS302", "[1, 2, 3]"),
        ("if x.height { relu }", "AS303", "x.height"),
        ("for k in 3 { relu }", "AS302", "3"),
        ("repeat -1 { relu }", "AS302", "-1"),
        ("repeat 2 { a: conv(4, 1) }", "AS202", "a"),
        ("if training { conv(2, 1) }", "AS305", "{ conv(2, 1) }"),
        ("conv(3 if training else 4, 1)", "AS305", "training"),
        ("concat { conv(2, 3); conv(2, 1) }", "AS401", "conv(2, 3)"),
        ("residual { conv(8, 1) }", "AS401", "{ conv(8, 1) }"),
        ("conv(2, 9)", "AS403", "9"),
        ("conv(3, 1, groups=2)", "AS404", "groups=2"),
        ("linear(10)", "AS405", "linear"),
        ("flatten -> conv(2, 1)", "AS406", "conv"),
        ("a, b: chunk(2)\n (a, b) -> relu", "AS407", "relu"),
        ("shared s: conv(3, 1)\n s -> s", "AS409", "s"),
        ("expect [4, 8, 9]", "AS601", "[4, 8, 9]"),
        ("conv(2, 1)\n assert params < 5", "AS602", "params < 5"),
        ('"unclosed', "AS102", '"'),
        ("conv(2, 1", "AS101", "}"),
    ],
)
def test_one_error(tmp_path: Path, text: str, code: str, span: str) -> None:
    assert in_network(tmp_path, text) == [(code, span)]


@pytest.mark.parametrize(
    ("text", "code", "span"),
    [
        ("block A { A }\nnetwork n { input x: [1, 4, 4]; A }", "AS205", "A"),
        ("block A { B }\nblock B { A }\nnetwork n { input x: [1, 4, 4]; A }", "AS205", "A"),
        ("fn f(v) = f(v - 1)\nnetwork n { input x: [1, 4, 4]; conv(f(3), 1) }", "AS205", "f(v - 1)"),
        ("let a = b\nlet b = a\nnetwork n { input x: [1, 4, 4]; conv(a, 1) }", "AS205", "let a = b"),
        ("network a = b\nnetwork b = a", "AS205", "a"),
        ("block A { relu }\nblock A { relu }", "AS202", "A"),
        ("block conv { relu }", "AS204", "conv"),
        ("block A(relu) { relu }", "AS204", "relu"),
        ("network n = missing(3)", "AS201", "missing"),
        ("network n { conv(2, 1) }", "AS407", "conv(2, 1)"),
        ("network n { input x: [2, 2]\n matmul { relu } }", "AS407", "matmul { relu }"),
        ("network n { }", "AS407", "n"),
        ("network n { relu\n input x: [3, 4, 4] }", "AS210", "input x: [3, 4, 4]"),
        ("network n { input x; relu }", "AS408", "x"),
        ("network n { input x: [0, 4, 4]; relu }", "AS408", "[0, 4, 4]"),
        ('from "../out.arch" import A', "AS207", '"../out.arch"'),
        ('from "/etc/passwd.arch" import A', "AS207", '"/etc/passwd.arch"'),
        ('from "nowhere.arch" import A\nnetwork n { input x: [1, 4, 4]; A }', "AS207", '"nowhere.arch"'),
    ],
)
def test_one_error_of_a_file(tmp_path: Path, text: str, code: str, span: str) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    assert found(tmp_path, text)[:1] == [(code, span)] and len(found(tmp_path, text)) <= 2


def test_all_independent_errors_and_none_caused_by_another(tmp_path: Path) -> None:
    text = """
        block Good { conv(4, 3, padding=1) }
        block Bad { conv(4, 3, bais=false) -> linear(3) -> conv(9, 99) }
        network one {
            input x: [4, 8, 8]
            let w = missing + 1
            conv(w, 1) -> conv(w, 3) -> linear(w)
            concat { relo; conv(2, 1) }
            conv(2, 1, stride=1 / 0)
        }
        network two { input x: [4, 8, 8]; Bad -> Good -> flatten -> linear(3, foo=1) }
        network three { input x: [4, 8, 8]; conv(3 }
        network four { input x: [4, 8, 8]; conv(3, 9) -> maxpool(9) }
    """
    got = found(tmp_path, "\n".join(line.removeprefix("        ") for line in text.split("\n")))
    assert got == [
        ("AS301", "bais=false"),
        ("AS201", "missing"),
        ("AS201", "relo"),
        ("AS302", "1 / 0"),
        ("AS301", "foo=1"),
        ("AS101", "}"),
        ("AS403", "9"),
    ]


def test_an_error_in_a_block_shows_once_with_its_trail(tmp_path: Path) -> None:
    path = tmp_path / "bad.arch"
    path.write_text(
        "block Inner { conv(4, 3) -> conv(2, 1, groups=3) }\n"
        "block Outer { repeat 3 { Inner } }\n"
        "network n { input x: [4, 9, 9]; stage: Outer; Outer }\n"
        "network m { input x: [4, 9, 9]; Outer }\n"
    )
    (one,) = archspec.check(path).diagnostics
    assert one.rule.code == "AS404"
    assert [(frame.path, frame.block) for frame in one.trail] == [("stage", "Outer"), ("stage.0", "Inner")]
    assert one.networks == ("n", "m")


def test_near_names_are_offered(tmp_path: Path) -> None:
    path = tmp_path / "bad.arch"
    path.write_text("block Bottleneck { relu }\nnetwork n { input x: [4, 9, 9]; Botleneck; batchnrom }\n")
    helps = [one.help for one in archspec.check(path).diagnostics]
    assert helps == ["did you mean `Bottleneck`?", "did you mean `batchnorm`?"]


@pytest.mark.parametrize(
    ("step", "help"),
    [
        ("Relu", "did you mean `relu`?"),
        ("LeakyReLU(0.1)", "did you mean `leaky_relu`?"),
        ("MultiheadAttention(4)", "did you mean `attention`?"),
        ("ZeroPad2d(1)", "did you mean `pad`?"),
        ("stem { relu }", "a part with a name is written `stem: { … }`"),
        ("Concat { relu; tanh }", "did you mean `concat`?"),
        ("conv(8, 3, bias=False)", "did you mean `false`?"),
        ("conv(8, 3, init=None)", "did you mean `none`?"),
        ("conv(8, 3, padding=same)", 'words stand in quotes: `"same"`'),
        ("conv(8, 3, init=kaiming_normal(mode=fan_out))", 'words stand in quotes: `"fan_out"`'),
        ("assert param < 10", "did you mean `params`?"),
        (
            "for i in range(2) { c: conv(4, 1) }",
            'number it by what differs: `for i in …`, `"c{i}"`',
        ),
    ],
)
def test_slips_and_habits(tmp_path: Path, step: str, help: str) -> None:
    path = tmp_path / "bad.arch"
    path.write_text(f"network n {{\n input x: [4, 9, 9]\n {step}\n}}\n", encoding="utf-8")
    (one,) = archspec.check(path).diagnostics
    assert one.help == help


def test_an_unknown_step_hides_no_error_in_its_arguments(tmp_path: Path) -> None:
    assert in_network(tmp_path, "Conv(8, 3, bias=False)") == [("AS201", "Conv"), ("AS201", "False")]


def test_a_projection_is_offered(tmp_path: Path) -> None:
    path = tmp_path / "bad.arch"
    path.write_text("network n { input x: [4, 8, 8]; residual { conv(8, 3, stride=2, padding=1) } }\n")
    (one,) = archspec.check(path).diagnostics
    assert "conv(8, 1, stride=2)" in one.help or "`stride=1`" in one.help
    assert [label.text for label in one.labels][:2] == ["the body is 8 × 4 × 4", "the skip is 4 × 8 × 8"]


@pytest.mark.parametrize(
    "text",
    ['conv(2, 1, stride="{}")', "conv(2, 1, stride=[{}])", 'if "{}" {{ relu }}', 'repeat "{}" {{ relu }}'],
)
def test_a_long_value_is_shown_in_part(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bad.arch"
    path.write_text(f"network n {{ input x: [4, 8, 8]; {text.format('7, ' * 900 + '8')} }}")
    (one,) = archspec.check(path).diagnostics
    assert "…" in one.message
    assert "7, 8" in one.message
    assert len(one.message) < 200
