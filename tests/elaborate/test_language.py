"""What must be sayable, and what it means: each construct by its shapes, paths and counts."""

from pathlib import Path

import pytest

import archspec
from archspec.design import Instance


def load(tmp_path: Path, text: str, network: str = "", **options: object) -> archspec.Design:
    path = tmp_path / "spec.arch"
    path.write_text(text, encoding="utf-8")
    return archspec.load(f"{path}:{network}" if network else path, **options)


def body(tmp_path: Path, text: str, shape: str = "[4, 8, 8]", before: str = "") -> archspec.Design:
    return load(tmp_path, f"{before}\nnetwork n {{\n input x: {shape}\n {text}\n}}")


def paths(design: archspec.Design) -> list[str]:
    return [layer.path for layer in design.layers() if layer.row.is_module]


def sizes(design: archspec.Design) -> list[tuple[int, ...]]:
    return [tuple(int(size) for size in layer.output) for layer in design.layers()]


@pytest.mark.parametrize(
    ("text", "output"),
    [
        ("conv(6, 3)", [6, 6, 6]),
        ("conv(6, 3) -> relu -> maxpool(2)", [6, 3, 3]),
        ("conv(6, 3)\n-> relu\n-> maxpool(2)", [6, 3, 3]),
        ("conv(6, 3); relu; maxpool(2)", [6, 3, 3]),
        ("concat { conv(2, 1); conv(3, 1) }", [5, 8, 8]),
        ("concat { identity; { conv(2, 3, padding=1) -> relu }; { } }", [10, 8, 8]),
        ("add { conv(6, 1)\n conv(6, 3, padding=1)\n conv(6, 5, padding=2) }", [6, 8, 8]),
        ("residual { conv(4, 3, padding=1) }", [4, 8, 8]),
        ("residual { conv(6, 3, padding=1, stride=2) } skip { conv(6, 1, stride=2) }", [6, 4, 4]),
        ("a: conv(2, 1)\n conv(3, 1)\n (a) -> conv(5, 1)", [5, 8, 8]),
        ("a: conv(2, 1)\n b: conv(3, 1)\n (b, a, b) -> concat", [8, 8, 8]),
        ("conv(3, 1)\n (in) -> conv(5, 1)", [5, 8, 8]),
        ("left, right: chunk(2)\n (right) -> conv(3, 1)", [3, 8, 8]),
        ("repeat 3 { conv(6, 3) }", [6, 2, 2]),
        ("repeat 0 { conv(6, 3) }", [4, 8, 8]),
        ("repeat 3 as i { conv(i + 1, 1) }", [3, 8, 8]),
        ("for k in [3, 5] { conv(k, k) }", [5, 2, 2]),
        ("for i, [out, k] in enumerate([[2, 1], [7, 3]]) { conv(out + i, k) }", [8, 6, 6]),
        ("if in.channels == 4 { conv(2, 1) } else { conv(3, 1) }", [2, 8, 8]),
        ("if x.height > 8 { conv(2, 1) } else if x.height == 8 { conv(5, 1) } else { conv(3, 1) }", [5, 8, 8]),
        ("conv(.channels * 3, 1)\n conv(.channels + 1, 1)", [13, 8, 8]),
        ("let w = [2 * k for k in range(4) if k > 1]\n conv(w[0] + sum(w), 1)", [14, 8, 8]),
        ("conv(max(3, 7) // min([2, 3]), 1)", [3, 8, 8]),
        ("conv(in.channels / 2, 1)", [2, 8, 8]),
        ("conv(8 if x.width % 2 == 0 else 9, 1)", [8, 8, 8]),
        ("conv(2 ** 3 - -1, 1)", [9, 8, 8]),
        ("let [a, [b, _]] = [1, [2, 3]]\n conv(a + b, 1)", [3, 8, 8]),
        ("conv(len([1, 2][0:1]) + 1K // 500, 1)", [3, 8, 8]),
        ("concat { for r in [1, 2, 3] { conv(r, 1) }\n if x.channels > 4 { conv(99, 1) } }", [6, 8, 8]),
        ("let act = relu\n conv(2, 1) -> act", [2, 8, 8]),
        ("mul { identity; { global_avgpool -> conv(4, 1) -> sigmoid } }", [4, 8, 8]),
        ("flatten -> linear(7)", [7]),
        ("expect [4, _, 8]\n expect [in.channels, x.height, x.width]", [4, 8, 8]),
        ("{ conv(2, 1) -> a: relu }\n (a) -> conv(3, 1)", [3, 8, 8]),
        ("keep: conv(2, 1)\n g: { (keep, in) -> concat }", [6, 8, 8]),
        ("keep: conv(4, 1)\n repeat 3 { add { conv(4, 1); (keep) } }", [4, 8, 8]),
    ],
)
def test_shapes(tmp_path: Path, text: str, output: list[int]) -> None:
    assert [int(size) for size in body(tmp_path, text).output] == output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("conv(2, 1) -> relu -> add { identity; identity }", ["0", "1"]),
        ("a: conv(2, 1)\n batchnorm\n relu\n conv(3, 1)", ["a", "0", "relu", "2"]),
        ("g: { conv(2, 1); relu }", ["g.0", "g.1"]),
        ("_: { conv(2, 1) }\n _: { conv(2, 1) }", ["0.0", "1.0"]),
        ("concat { conv(2, 1)\n { conv(2, 1) -> relu } }\n conv(1, 1)", ["0", "1", "2", "3"]),
        ("repeat 2 { conv(4, 1) -> relu }\n conv(1, 1)", ["0", "1", "2", "3", "4"]),
        ('repeat 2 as i { "unit{i + 1}": conv(4, 1) }', ["unit1", "unit2"]),
        ('for name in ["b0", "b1-x"] { "{name}": conv(4, 1) }', ["b0", "b1-x"]),
        ("residual { c: conv(4, 1) } skip { batchnorm }", ["c", "0"]),
    ],
)
def test_numbering(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert paths(body(tmp_path, text)) == expected


BLOCKS = """
block Unit(planes, norm = batchnorm, act = relu) {
    conv(planes, 3, padding=1) -> norm -> act
}
block Twice(unit, planes) { unit(planes); unit(planes) }
block Two { input a, b
    (a, b) -> concat }
block Many {
    conv(2, 1)
    output small: conv(3, 1, stride=2)
    output full: identity
}
"""


def test_blocks_and_operators_as_arguments(tmp_path: Path) -> None:
    design = body(tmp_path, "Twice(Unit(act=tanh, norm=batchnorm(eps=0.5)), 6)", before=BLOCKS)
    ops = [layer.op for layer in design.layers()]
    assert ops == ["conv", "batchnorm", "tanh"] * 2
    assert all(layer.row.layer.call.keywords.get("eps") == 0.5 for layer in design.layers() if layer.op == "batchnorm")


def test_blocks_with_several_inputs_and_outputs(tmp_path: Path) -> None:
    design = body(tmp_path, "m: Many\n (m.small) -> h: upsample(2)\n (m.full, h) -> Two", before=BLOCKS)
    assert [int(size) for size in design.output] == [5, 8, 8]


def test_what_is_read_last_leaves_beside_what_was_tapped(tmp_path: Path) -> None:
    design = body(tmp_path, "a: conv(3, 1)\n output side: conv(1, 1)\n (a)")
    assert {name: [int(one) for one in shape] for name, shape in design.outputs.items()} == {
        "side": [1, 8, 8], "output": [3, 8, 8],
    }  # fmt: skip
    assert list(body(tmp_path, "a: conv(3, 1)\n (a)\n output side: conv(1, 1)").outputs) == ["side"]


def test_a_block_is_elaborated_once(tmp_path: Path) -> None:
    from archspec.design import modules

    design = body(tmp_path, "Unit(4); Unit(4); g: { Unit(4) }; Unit(6)", before=BLOCKS)
    assert sum(1 for module in modules(design.module) if module.name == "Unit") == 2


def test_repeats_fold_and_equal_the_unrolled(tmp_path: Path) -> None:
    folded = body(tmp_path, "conv(8, 1)\n repeat 50 { residual { conv(8, 3, padding=1) -> relu } }")
    unrolled = body(tmp_path, "conv(8, 1)\n" + "residual { conv(8, 3, padding=1) -> relu }\n" * 50)
    assert len(folded.module.graph.nodes) < 5 < len(unrolled.module.graph.nodes)
    assert paths(folded) == paths(unrolled) and sizes(folded) == sizes(unrolled)
    for figure in ("parameters", "macs", "buffers", "receptive_field"):
        assert getattr(folded, figure) == getattr(unrolled, figure)
    views = [[layer.row.seen for layer in design.layers()] for design in (folded, unrolled)]
    assert views[0] == views[1]


@pytest.mark.parametrize(
    "iteration",
    [
        "conv(i + 2, 1)",
        "concat { conv(i + 1, 1); identity } -> relu",
        "residual { conv(4, 3, padding=i + 1, dilation=i + 1) -> batchnorm } -> relu",
        "if i % 2 == 0 { conv(4 + i, 1) } else { relu }",
        "let w = i * 2 + 1; B(w) -> conv(4, 1, bias=i > 1)",
        "(start) -> conv(i + 1, 1)",
        "conv(i + 2, 1) -> relu\n repeat 2 as j { conv(i + j + 1, 1) }",
    ],
)
def test_iterations_that_differ_are_those_of_a_for(tmp_path: Path, iteration: str) -> None:
    """An iteration without names goes straight into the graph around; one with a name has a graph of its own."""
    before = "block B(n) { conv(n, 1) -> relu }"
    start = "start: conv(4, 1)\n"
    straight = body(tmp_path, f"{start} repeat 4 as i {{ {iteration} }}", before=before)
    looped = body(tmp_path, f"{start} for i in range(4) {{ {iteration} }}", before=before)
    named = body(tmp_path, f'{start} repeat 4 as i {{ {iteration}\n "last{{i}}": relu }}', before=before)
    alike = body(tmp_path, f"{start} for i in range(4) {{ {iteration}\n relu }}", before=before)
    assert straight.fingerprint == looped.fingerprint
    assert sizes(named) == sizes(alike)
    assert archspec.to_source(straight) == archspec.to_source(looped)


def test_shared_weights_count_once(tmp_path: Path) -> None:
    design = body(tmp_path, "shared c: conv(4, 3, padding=1)\n c -> relu -> c")
    assert design.parameters == 4 * 4 * 9 + 4
    assert design.macs == 2 * 4 * 4 * 9 * 64
    assert [layer.parameters for layer in design.layers()] == [148, 0, 0]


def test_training_parts(tmp_path: Path) -> None:
    design = body(tmp_path, "if training { output aux: conv(9, 1) }\n conv(2, 1)")
    assert list(design.outputs) == ["output"]
    assert design.parameters == 4 * 9 + 9 + 4 * 2 + 2
    assert design.macs == 4 * 2 * 64
    ran = [layer.op for layer in design.layers("train") if layer.row.runs]
    assert ran == ["conv", "conv"]


def test_defaults_are_lexical(tmp_path: Path) -> None:
    before = "default conv(bias=false)\nblock B { conv(2, 1) }\n"
    design = body(tmp_path, "conv(2, 1)\n { default conv(bias=true); conv(2, 1) }\n conv(2, 1)\n B", before=before)
    assert [bool("bias" in layer.row.layer.weights) for layer in design.layers()] == [False, True, False, False]
    design = body(tmp_path, "default conv(bias=false)\n B\n conv(2, 1, bias=true)", before="block B { conv(2, 1) }")
    assert ["bias" in layer.row.layer.weights for layer in design.layers()] == [True, True]


def test_functions_and_lets(tmp_path: Path) -> None:
    before = "let base = 3\nfn wide(v, by = 2) = v * by + base\n"
    assert [int(s) for s in body(tmp_path, "conv(wide(4, by=5), 1)", before=before).output] == [23, 8, 8]


def test_variants_templates_and_overrides(tmp_path: Path) -> None:
    text = """
        block A(n) { conv(n, 1) }
        network T(unit, widths, classes = 10) {
            input image: [3, 16, 16]
            for w in widths { unit(w) }
            flatten -> linear(classes)
        }
        network one = T(A, [4, 5])
        network two = one(classes=3)
    """
    assert load(tmp_path, text, "one").output.sizes == (10,)
    assert load(tmp_path, text, "two").output.sizes == (3,)
    assert load(tmp_path, text, "one", classes=7, widths=[2]).output.sizes == (7,)
    assert load(tmp_path, text, "one", inputs=[1, 8, 8]).inputs["image"].sizes == (1, 8, 8)
    assert archspec.check(tmp_path / "spec.arch").ok


def test_imports(tmp_path: Path) -> None:
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks" / "unit.arch").write_text("let k = 3\nblock Unit(n) { conv(n, k, padding=k // 2) }\n")
    text = 'from "blocks/unit.arch" import Unit, k\nnetwork n { input x: [k, 8, 8]; Unit(5) }'
    assert load(tmp_path, text).output.sizes == (5, 8, 8)


def test_ranks(tmp_path: Path) -> None:
    assert body(tmp_path, "conv(4, 3) -> maxpool(2)", "[2, 20]").output.sizes == (4, 9)
    assert body(tmp_path, "conv(4, [1, 3, 3], padding=[0, 1, 1]) -> maxpool(2)", "[2, 8, 8, 8]").output.sizes == (
        4, 4, 4, 4,
    )  # fmt: skip


@pytest.mark.parametrize(("power", "kind"), [("2 ** 0", int), ("2 ** 3", int), ("4 ** -1", float), ("2.0 ** 0", float)])
def test_a_power_of_whole_numbers_is_whole(tmp_path: Path, power: str, kind: type) -> None:
    """As in Python: of a class that takes 64 at one place and 64.0 at another, the generated types would be wrong."""
    design = body(tmp_path, f"Some({power})", before="block Some(n) { conv(max(1, n * 4), 1) }")
    (node,) = design.module.graph.nodes
    assert isinstance(node, Instance)
    assert isinstance(node.module.parameters["n"], kind)
