"""What layers hold beside what torch can be asked, for attention and its kin: calls, work, roles, mixing, origins."""

from typing import Any

import pytest
import torch
from test_layers import applied, call
from torch_building import NAMES

from archspec.core.geometry import Blocks, Rolled, Sliding, Whole
from archspec.core.layer import Cut, FunctionCall, ModuleCall, ParameterCall
from archspec.core.number import Symbol, origin, remember
from archspec.core.shape import Shape
from archspec.ops import INITIALISERS, OPERATORS

HIDDEN = remember(96, Symbol("hidden"))
TOKENS = Shape([64, HIDDEN], "tf")
LAST = Shape([8, 8, HIDDEN], "ssc")
MAP = Shape([HIDDEN, 8, 8])


class TestAttention:
    def test_multiply_accumulates(self) -> None:
        tokens, features = 64, 96
        assert applied("attention", TOKENS, heads=3).macs == 4 * tokens * features**2 + 2 * tokens**2 * features
        assert applied("attention", TOKENS, heads=12).macs == applied("attention", TOKENS, heads=3).macs

    def test_windows_take_less(self) -> None:
        positions, features = 64, 96
        layer = applied("window_attention", LAST, heads=3, window=4)
        assert layer.macs == 4 * positions * features**2 + 2 * positions * 16 * features

    def test_padding_works_too(self) -> None:
        layer = applied("window_attention", LAST, heads=3, window=7)
        assert layer.macs == 4 * 14 * 14 * 96**2 + 2 * 14 * 14 * 49 * 96
        assert layer.output == LAST

    def test_the_network_of_version_2(self) -> None:
        first, second = (applied("window_attention", LAST, heads=3, window=4, version=v).macs for v in (1, 2))
        assert second - first == 7 * 7 * (2 * 512 + 512 * 3)

    def test_work(self) -> None:
        assert applied("attention", TOKENS, heads=3).work == {
            "bias": 4 * 64 * 96, "activation": 3 * 64 * 64, "elementwise": 64 * 96,
        }  # fmt: skip
        assert "bias" not in applied("attention", TOKENS, heads=3, bias=False).work

    def test_everything_is_seen_at_once(self) -> None:
        assert applied("attention", TOKENS, heads=3).mixes
        assert applied("relative_attention", Shape([4, 16, 96], "ttf"), heads=3, size=4).mixes

    def test_a_window_sees_itself(self) -> None:
        layer = applied("window_attention", LAST, heads=3, window=4, shift=2)
        assert (layer.windows, layer.mixes) == ((Blocks(4, 2), Blocks(4, 2)), False)

    def test_one_window_is_not_moved(self) -> None:
        layer = applied("window_attention", Shape([4, 8, 96], "ssc"), heads=3, window=4, shift=2)
        assert layer.windows == (Blocks(4, 0), Blocks(4, 2))

    def test_calls(self) -> None:
        assert call("attention", TOKENS, heads=3) == ("Attention", (96, 3), {})
        memory = Shape([7, 32], "tf")
        assert call("attention", TOKENS, memory, heads=3)[2] == {"kdim": 32, "vdim": 32}
        target, arguments, keywords = call("window_attention", LAST, heads=3, window=4, version=2, qkv_bias=False)
        assert (target, arguments) == ("WindowAttentionV2", (96, 3, (4, 4), (0, 0)))
        assert keywords == {"qkv_bias": False}

    def test_ports(self) -> None:
        assert OPERATORS["attention"].ports == (1, 3)
        assert applied("attention", TOKENS, Shape([7, 32], "tf"), heads=3).output == TOKENS

    def test_origins_go_through(self) -> None:
        layer = applied("attention", TOKENS, heads=3)
        assert isinstance(layer.call, ModuleCall)
        assert origin(layer.call.arguments[0]) == Symbol("hidden")


class TestNorms:
    def test_channels_of_a_pixel(self) -> None:
        assert call("layernorm", MAP, axis=0)[:2] == ("ChannelLayerNorm", (96,))
        assert call("layernorm", MAP, axis=-3)[:2] == ("ChannelLayerNorm", (96,))

    def test_last_axes(self) -> None:
        assert call("layernorm", TOKENS) == ("nn.LayerNorm", (96,), {})
        assert call("layernorm", TOKENS, axis=1) == ("nn.LayerNorm", (96,), {})
        assert call("layernorm", MAP, axes=3) == ("nn.LayerNorm", ((96, 8, 8),), {})
        assert call("layernorm", Shape([96]), axis=0)[0] == "nn.LayerNorm"

    @pytest.mark.parametrize(
        ("name", "arguments", "each"),
        [
            ("layernorm", {"axis": 0}, 6), ("layernorm", {"axis": 0, "bias": False}, 5),
            ("layernorm", {"axis": 0, "elementwise_affine": False}, 4), ("rmsnorm", {"axes": 3}, 3),
            ("groupnorm", {"groups": 4}, 6), ("groupnorm", {"groups": 4, "affine": False}, 4), ("instancenorm", {}, 4),
            ("instancenorm", {"affine": True}, 6), ("instancenorm", {"track_running_stats": True}, 2),
        ],
    )  # fmt: skip
    def test_work(self, name: str, arguments: dict[str, Any], each: int) -> None:
        assert applied(name, MAP, **arguments).work == {"norm": each * 96 * 8 * 8}

    def test_the_field_stays_local(self) -> None:
        assert not applied("groupnorm", MAP, groups=1).mixes


class TestLearned:
    def test_a_tensor_of_the_module_around(self) -> None:
        layer = applied("parameter", shape=(1, HIDDEN), batch=True)
        assert layer.call == ParameterCall((1, 96), 1)
        assert (layer.inputs, layer.output) == ((), Shape([1, 96], "tf"))
        assert (layer.weights, layer.parameters) == ({"value": (1, 1, 96)}, 96)
        assert not layer.is_module
        assert layer.key("encoder.class_token", "value") == "encoder.class_token"

    def test_its_start(self) -> None:
        (start,) = applied("parameter", shape=(8, 8), init=INITIALISERS["normal"](std=0.02)).initialisation
        assert (start.weight, start.target, start.keywords) == ("value", "nn.init.normal_", {"std": 0.02})

    def test_a_key_of_any_other_layer(self) -> None:
        assert applied("linear", TOKENS, out=8).key("head", "weight") == "head.weight"

    def test_words_become_tokens(self) -> None:
        layer = applied("embedding", Shape([128]), entries=1000, out=HIDDEN)
        assert layer.output == Shape([128, 96], "tf")
        assert (layer.macs, layer.work) == (0, {})


class TestMoving:
    @pytest.mark.parametrize(
        ("name", "arguments", "roles", "sizes"),
        [
            ("permute", {"axes": (1, 2, 0)}, "ssc", (8, 8, 96)),
            ("select", {"index": 0, "axis": 1}, "cs", (96, 8)),
            ("mean", {"axes": (1, 2)}, "f", (96,)),
            ("mean", {"axes": (1, 2), "keepdim": True}, "css", (96, 1, 1)),
            ("sum", {"axes": (0,)}, "ss", (8, 8)),
            ("unflatten", {"axis": 0, "sizes": (3, -1)}, "fcss", (3, 32, 8, 8)),
            ("reshape", {"sizes": (-1,)}, "f", (6144,)),
            ("stack", {}, "fcss", (1, 96, 8, 8)),
            ("layout", {"axes": ("tokens", "tokens", "features")}, "ttf", (96, 8, 8)),
        ],
    )
    def test_roles(self, name: str, arguments: dict[str, Any], roles: str, sizes: tuple[int, ...]) -> None:
        assert applied(name, MAP, **arguments).output == Shape(sizes, roles)

    def test_tokens_become_pixels(self) -> None:
        assert applied("unflatten", TOKENS, axis=0, sizes=(8, 8)).output.roles == "ssf"
        assert applied("unflatten", Shape([6272]), axis=0, sizes=(128, 7, 7)).output.roles == "css"

    def test_windows(self) -> None:
        assert applied("pad", MAP, padding=((1, 2), (0, -3))).windows == (
            Sliding(1, before=1, after=2), Sliding(1, before=0, after=-3),
        )  # fmt: skip
        assert applied("mean", MAP, axes=(1,)).windows == (Whole(), Sliding(1))
        assert applied("roll", MAP, shifts=3, axes=2).windows == (Rolled(0), Rolled(3))
        assert applied("roll", MAP, shifts=3, axes=0).windows == ()

    @pytest.mark.parametrize(
        ("name", "arguments", "x", "mixes"),
        [
            ("mean", {"axes": (0,)}, TOKENS, True),
            ("mean", {"axes": (1,)}, TOKENS, False),
            ("permute", {"axes": (0, 2, 1)}, MAP, True),
            ("permute", {"axes": (1, 2, 0)}, MAP, False),
            ("reshape", {"sizes": (96, 4, 16)}, MAP, True),
            ("reshape", {"sizes": (96 * 64,)}, MAP, False),
            ("lstm", {"out": 8}, TOKENS, True),
        ],
    )
    def test_mixing(self, name: str, arguments: dict[str, Any], x: Shape, mixes: bool) -> None:
        assert applied(name, x, **arguments).mixes is mixes

    def test_products_of_tokens_mix_them(self) -> None:
        scores = applied("matmul", TOKENS, TOKENS, transpose=True)
        assert (scores.output, scores.mixes) == (Shape([64, 64], "tt"), False)
        assert applied("matmul", scores.output, TOKENS).mixes

    def test_calls(self) -> None:
        assert applied("select", MAP, index=-1, axis=1).call == FunctionCall("", (Cut(), -1), {}, "index")
        assert applied("slice", MAP, start=1, step=2).call == FunctionCall("", (Cut(1, None, 2),), {}, "index")
        assert applied("slice", MAP, stop=4).call == FunctionCall("", (Cut(None, 4, None),), {}, "index")
        assert applied("mean", MAP, axes=(1, 2)).call == FunctionCall("mean", (), {"dim": (2, 3)}, "method")
        assert applied("scale", MAP, by=0.5).call == FunctionCall("*", (0.5,), {}, "infix")
        assert call("pad", MAP, padding=1) == ("nn.ZeroPad2d", (1,), {})
        assert call("pad", MAP, padding=((1, 2), (3, 4)), value=2.0) == ("nn.ConstantPad2d", ((3, 4, 1, 2), 2.0), {})
        assert call("permute", MAP, axes=(-2, 2, 0)) == ("Permute", (0, 2, 3, 1), {})


class TestRecurrent:
    def test_multiply_accumulates(self) -> None:
        assert applied("lstm", TOKENS, out=32).macs == 64 * 4 * (96 + 32) * 32
        twice = applied("gru", TOKENS, out=32, layers=2, bidirectional=True)
        assert twice.macs == 2 * 64 * 3 * (96 + 32) * 32 + 2 * 64 * 3 * (64 + 32) * 32
        assert twice.output == Shape([64, 64], "tf")


class TestUnshared:
    def test_the_first_layer_of_alexnet(self) -> None:
        image = Shape([3, 227, 227])
        shared = applied("conv", image, out=96, kernel=11, stride=4)
        unshared = applied("locally_connected", image, out=96, kernel=11, stride=4)
        assert (shared.parameters, unshared.parameters) == (34_944, 105_705_600)
        assert shared.macs == unshared.macs
        assert shared.windows == unshared.windows


class TestStochasticDepth:
    def test_whole_samples_are_dropped_and_the_others_grow(self) -> None:
        torch.manual_seed(0)
        drop = NAMES["StochasticDepth"](0.25).train()
        kept = drop(torch.ones(4000, 3, 2)).flatten(1)
        assert ((kept == kept[:, :1]).all(1)).all()
        assert kept.unique().tolist() == pytest.approx([0, 1 / 0.75])
        assert abs(kept.mean() - 1) < 0.05

    def test_a_whole_batch(self) -> None:
        torch.manual_seed(0)
        drop = NAMES["StochasticDepth"](0.5, "batch").train()
        assert {float(drop(torch.ones(3, 2)).sum()) for _ in range(40)} == {0.0, 12.0}

    @pytest.mark.parametrize(("p", "kept"), [(0.0, 1.0), (1.0, 0.0)])
    def test_always_or_never(self, p: float, kept: float) -> None:
        assert (NAMES["StochasticDepth"](p).train()(torch.ones(8, 2)) == kept).all()

    def test_evaluation(self) -> None:
        assert (NAMES["StochasticDepth"](0.9).eval()(torch.ones(8, 2)) == 1).all()
