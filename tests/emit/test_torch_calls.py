"""Generated source of operators that are no torch modules: learned tensors, methods, indices, support."""

from pathlib import Path

import pytest
import torch
from agreement import agree, runs

import archspec
from archspec.analysis.memory import activation_peak, activation_sum
from archspec.emit.explain.arithmetic import explain
from archspec.emit.torch.support import SUPPORT, needed


def load(tmp_path: Path, text: str, network: str = "") -> archspec.Design:
    path = tmp_path / "spec.arch"
    path.write_text(text, encoding="utf-8")
    return archspec.load(f"{path}:{network}" if network else path)


def body(tmp_path: Path, text: str) -> archspec.Design:
    return load(tmp_path, f"network n {{\n input x: [8, 6, 6]\n {text}\n}}")


def forward(design: archspec.Design) -> str:
    text = archspec.to_source(design)
    return text[text.index("def forward", text.index("class N(")) :]


TOKENS = 'rearrange("c h w -> (h w) c")\n '


class TestParameters:
    def test_what_broadcasts_is_read_as_it_is(self, tmp_path: Path) -> None:
        design = body(tmp_path, "mul { identity; layer_scale: parameter([in.channels, 1, 1], init=constant(0.5)) }")
        assert "return x * self.layer_scale  #" in forward(design)
        source = " ".join(archspec.to_source(design).split())
        assert "self.layer_scale = nn.Parameter( nn.init.constant_(torch.empty(8, 1, 1), val=0.5) )" in source
        model = archspec.compile(design)
        x = torch.rand(3, 8, 6, 6)
        assert torch.equal(model(x), x * 0.5)

    def test_what_is_joined_takes_the_batch(self, tmp_path: Path) -> None:
        text = TOKENS + "concat { class_token: parameter([1, 8], batch=true); identity }"
        design = body(tmp_path, text)
        assert "torch.cat([self.class_token.expand(x.shape[0], -1, -1), " in forward(design)
        assert "self.class_token = nn.Parameter(torch.zeros(1, 1, 8))" in archspec.to_source(design)
        model = archspec.compile(design)
        assert model(torch.rand(5, 8, 6, 6)).shape == (5, 37, 8)
        assert {key: tuple(one.shape) for key, one in model.state_dict().items()} == {"class_token": (1, 1, 8)}

    @pytest.mark.parametrize(
        "text",
        [
            "queries: parameter([5, 8])\n attention(2)\n relu",
            f"{TOKENS}memory: identity\n queries: parameter([5, 8])\n (queries, memory) -> attention(2)",
            f"{TOKENS}memory: identity\n q: parameter([5, 8])\n repeat 2 {{ linear(8) }}",
            f"{TOKENS}keep: identity\n tokens: parameter([36, 8])\n repeat 2 {{ add {{ identity; (keep) }} }}",
            f"{TOKENS}a: parameter([36, 8])\n b: parameter([36, 8])\n (a, b) -> add",
            'mul { identity; "7": parameter([8, 1, 1]) }\n conv(4, 1)',
            'mul { identity; "a-b": parameter([8, 1, 1]) }\n conv(4, 1)',
            'repeat 3 as i { mul { identity; "scale_{i}": parameter([8, 1, 1], init=ones) } }',
            "mul { identity; a: parameter([1, 6, 6]) }\n group: { add { identity; a: parameter([8, 1, 1]) } }",
            "add { identity; p: parameter([8, 6, 6]) }\n output other: relu\n (p)\n output third: relu",
            "shared p: parameter([8, 1, 1])\n mul { identity; p }\n mul { identity; p }",
            "if training { output aux: flatten -> linear(2) }\n mul { identity; s: parameter([8, 1, 1]) }",
        ],
    )
    def test_wirings(self, tmp_path: Path, text: str) -> None:
        design = body(tmp_path, text)
        agree(design, archspec.compile(design))
        model = archspec.compile(design)
        made = model.train()(torch.rand(2, 8, 6, 6))
        outputs = made.values() if isinstance(made, dict) else [made]
        assert all(len(one) == 2 for one in outputs)

    def test_every_parameter_learns(self, tmp_path: Path) -> None:
        text = (
            TOKENS
            + """concat { class_token: parameter([1, 8], batch=true); identity }
            add { identity; positions: parameter([37, 8]) }
            residual { layernorm -> attention(2) }
            select(0) -> linear(3)"""
        )
        design = body(tmp_path, text)
        runs(design, archspec.compile(design))

    def test_sizes_are_arguments_of_the_class(self, tmp_path: Path) -> None:
        text = """
            block Scaled(start) { mul { identity; scale: parameter([in.channels, 1, 1], init=constant(start)) } }
            network n(width = 8) {
                input x: [3, 6, 6]
                conv(width, 1) -> Scaled(0.5) -> conv(2 * width, 1) -> Scaled(0.5)
            }
        """
        design = load(tmp_path, text)
        source = archspec.to_source(design)
        assert source.count("class Scaled") == 1
        assert "torch.empty(in_channels, 1, 1), val=0.5" in source
        agree(design, archspec.compile(design))

    def test_starts_that_differ_make_two_classes(self, tmp_path: Path) -> None:
        text = """
            block Scaled(start) { mul { identity; scale: parameter([in.channels, 1, 1], init=constant(start)) } }
            network n { input x: [3, 6, 6]; Scaled(0.5) -> Scaled(0.25) }
        """
        model = archspec.compile(load(tmp_path, text))
        assert [float(one.detach().flatten()[0]) for one in model.parameters()] == [0.5, 0.25]

    def test_it_needs_a_name(self, tmp_path: Path) -> None:
        path = tmp_path / "spec.arch"
        path.write_text("network n {\n input x: [8, 6, 6]\n mul { identity; parameter([8, 1, 1]) }\n}")
        (found,) = archspec.check(path).diagnostics
        assert found.rule.name == "label"
        assert found.message == "`parameter` has no name"
        assert found.help == "its label is its key in the `state_dict`: `name: parameter(…)`"
        assert found.span.text == "parameter([8, 1, 1])"

    def test_it_takes_no_memory_beside_the_weights(self, tmp_path: Path) -> None:
        design = body(tmp_path, "mul { identity; p: parameter([8, 6, 6]) }")
        assert activation_sum(design.module) == 4 * 8 * 6 * 6
        assert activation_peak(design.module) == 2 * 4 * 8 * 6 * 6

    def test_it_is_explained(self, tmp_path: Path) -> None:
        design = body(tmp_path, "mul { identity; p: parameter([8, 6, 6]) }")
        page = explain(design.module, "spec", "p")
        assert "8 × 6 × 6 = 288" in page
        assert "another look at the weights" in page

    def test_names_are_used_once(self, tmp_path: Path) -> None:
        path = tmp_path / "spec.arch"
        path.write_text("network n {\n input x: [8, 6, 6]\n p: relu\n mul { identity; p: parameter([8, 1, 1]) }\n}")
        assert [one.rule.name for one in archspec.check(path).diagnostics] == ["duplicate-name"]


class TestCalls:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ("channel_shuffle(2)", "torch.channel_shuffle(x, 2)"),
            ('rearrange("c h w -> (h w) c")', "x.permute(0, 2, 3, 1).flatten(1, 2)"),
            ("reshape([4, -1])", "torch.unflatten(y, 1, (4, -1))"),
            ("select(-1, axis=2)", "x[:, :, :, -1]"),
            ("slice(1, 5, axis=1)", "x[:, :, 1:5]"),
            ("slice(step=2)", "x[:, ::2]"),
            ("roll([1, -1], axes=[1, 2])", "x.roll((1, -1), (2, 3))"),
            ("scale(-0.5)", "x * -0.5"),
            ("mean([1, 2], keepdim=true)", "x.mean(dim=(2, 3), keepdim=True)"),
            ("max(0)", "x.amax(dim=1)"),
            ("a: identity\n (x, a) -> stack", "torch.stack([x, x], dim=1)"),
            ("(x, x) -> matmul", "x @ x"),
            ("(x, x) -> matmul(transpose=true)", "matmul_transposed(x, x)"),
        ],
    )
    def test_functions_read_as_written_by_hand(self, tmp_path: Path, text: str, line: str) -> None:
        design = body(tmp_path, text)
        written = forward(design)
        assert f" = {line}" in written or f"return {line}  #" in written
        agree(design, archspec.compile(design))

    def test_a_long_rearrangement_is_a_line_for_each_axis_it_splits(self, tmp_path: Path) -> None:
        design = body(tmp_path, 'rearrange("(a b) (h c) (w d) -> (a c) (h d) (w b)", a=2, c=2, d=2)')
        text = archspec.to_source(design)
        assert max(map(len, text.splitlines()[1:])) <= 88
        assert "y = torch.unflatten(y, 2, (-1, 2))\n" in text
        assert ".unflatten(" not in text.replace("torch.unflatten(", "")
        agree(design, archspec.compile(design))

    @pytest.mark.parametrize(
        "text",
        [
            "permute([1, 2, 0]) -> layernorm -> window_attention(2, 4, shift=2) -> permute([2, 0, 1])",
            "permute([1, 2, 0]) -> window_attention(2, 4, shift=2, version=2) -> permute([2, 0, 1])",
            'pad(1, mode="reflect") -> conv(8, 3) -> groupnorm(4) -> pixel_unshuffle(2) -> pixel_shuffle(2)',
            f"{TOKENS}lstm(6) -> gru(5, bidirectional=true) -> rmsnorm",
            "residual { locally_connected(8, 3, padding=1) -> stochastic_depth(0.5) }\n instancenorm(affine=true)",
            'rearrange("c (h a) (w b) -> (h w) (a b) c", a=3, b=3) -> relative_attention(4, 3)',
            "unflatten(0, [2, 4]) -> sum(0) -> layernorm(axis=0)",
        ],
    )
    def test_layers(self, tmp_path: Path, text: str) -> None:
        design = body(tmp_path, text)
        agree(design, archspec.compile(design))
        runs(design, archspec.compile(design))


class TestNames:
    def test_a_name_is_an_operator_as_a_step_and_a_function_in_an_expression(self, tmp_path: Path) -> None:
        design = body(tmp_path, "conv(max(3, sum([1, 4])), 1) -> max([1, 2]) -> linear(abs(-3)) -> abs")
        assert [int(size) for size in design.output] == [3]

    def test_with_named_arguments_it_is_an_operator(self, tmp_path: Path) -> None:
        text = """
            block Pooled(pool) { pool -> linear(4) }
            network n { input x: [8, 6, 6]; Pooled(max(axes=[1, 2])) }
        """
        assert load(tmp_path, text).parameters == 8 * 4 + 4


class TestSupport:
    def test_what_a_text_reads_stands_before_it(self) -> None:
        texts = needed({"WindowAttentionV2", "nn.Linear"})
        assert texts == [SUPPORT[one] for one in ("relative_positions", "WindowAttention", "WindowAttentionV2")]

    def test_what_is_only_mentioned_is_left_out(self) -> None:
        assert needed({"matmul_transposed"}) == [SUPPORT["matmul_transposed"]]
        assert needed(set()) == []

    def test_blocks_may_have_the_same_names(self, tmp_path: Path) -> None:
        text = """
            block Attention(heads) { residual { ln: layernorm -> self: attention(heads) } }
            network n { input x: [8, 6, 6]; rearrange("c h w -> (h w) c") -> Attention(2) -> linear(3) }
        """
        design = load(tmp_path, text)
        agree(design, archspec.compile(design))
        assert "class Attention2(nn.Module)" in archspec.to_source(design)
