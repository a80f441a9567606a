"""What a layer holds beside what torch can be asked: origins of numbers, other work, mixing, roles, spelling."""

from typing import Any

import pytest
import torch
from torch_building import NAMES, built, initialise

from archspec.core.layer import FunctionCall, Layer, ModuleCall, Pass
from archspec.core.number import Symbol, origin, remember
from archspec.core.shape import Shape
from archspec.ops import INITIALISERS, OPERATORS

PLANES = remember(64, Symbol("planes"))
ONE = remember(1, Symbol("stride"))


def applied(name: str, *inputs: Shape, **arguments: Any) -> Layer:
    return OPERATORS[name](**arguments).layer(*inputs)


def call(name: str, *inputs: Shape, **arguments: Any) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
    made = applied(name, *inputs, **arguments).call
    assert isinstance(made, ModuleCall)
    return made.target, made.arguments, dict(made.keywords)


IMAGE = Shape([3, 32, 32])
WIDE = Shape([PLANES, 8, 8])


class TestCalls:
    def test_defaults_are_left_out(self) -> None:
        assert call("conv", IMAGE, out=8, kernel=3) == ("nn.Conv2d", (3, 8, 3), {})
        assert call("maxpool", IMAGE, kernel=2) == ("nn.MaxPool2d", (2,), {})
        assert call("batchnorm", IMAGE) == ("nn.BatchNorm2d", (3,), {})

    def test_one_number_where_axes_agree(self) -> None:
        assert call("conv", IMAGE, out=8, kernel=(3, 3), padding=((1, 1), (1, 1))) == (
            "nn.Conv2d", (3, 8, 3), {"padding": 1},
        )  # fmt: skip
        assert call("conv", IMAGE, out=8, kernel=(3, 5))[1] == (3, 8, (3, 5))

    def test_same_is_torchs_own_where_it_has_it(self) -> None:
        assert call("conv", IMAGE, out=8, kernel=3, padding="same") == ("nn.Conv2d", (3, 8, 3), {"padding": "same"})
        assert call("conv", IMAGE, out=8, kernel=3, stride=2, padding="same")[0] == "SameConv2d"
        assert call("conv", IMAGE, out=8, kernel=3, padding="valid")[2] == {}

    def test_unequal_padding_has_a_module_of_ours(self) -> None:
        target, _, keywords = call("maxpool", IMAGE, kernel=3, stride=2, padding=((0, 1), (0, 1)))
        assert (target, keywords) == ("PaddedMaxPool2d", {"stride": 2, "padding": ((0, 1), (0, 1))})

    def test_depthwise_is_a_grouped_convolution(self) -> None:
        assert call("depthwise", IMAGE, kernel=3, multiplier=2) == ("nn.Conv2d", (3, 6, 3), {"groups": 3})

    def test_axes_count_the_batch(self) -> None:
        made = applied("concat", IMAGE, IMAGE).call
        assert made == FunctionCall("torch.cat", (), {"dim": 1}, "list")
        assert call("softmax", Shape([10]), axis=-1) == ("nn.Softmax", (), {"dim": -1})

    @pytest.mark.parametrize("name", ["add", "mul", "sub", "concat", "identity"])
    def test_a_single_value_passes(self, name: str) -> None:
        assert applied(name, IMAGE).call == Pass()


class TestOrigins:
    def test_what_was_given_goes_through(self) -> None:
        layer = applied("conv", IMAGE, out=PLANES, kernel=3, stride=ONE)
        assert origin(layer.output.channels) == Symbol("planes")
        assert isinstance(layer.call, ModuleCall)
        assert layer.call.arguments[1] is PLANES

    def test_a_default_that_was_computed_is_written(self) -> None:
        layer = applied("conv", IMAGE, out=8, kernel=3, stride=ONE)
        assert isinstance(layer.call, ModuleCall)
        assert layer.call.keywords["stride"] is ONE

    def test_sums_and_products(self) -> None:
        joined = applied("concat", WIDE, WIDE).output.channels
        assert (joined, origin(joined).operator) == (128, "+")  # type: ignore[union-attr]
        flat = applied("flatten", WIDE).output[0]
        assert (flat, origin(flat).operator) == (64 * 8 * 8, "*")  # type: ignore[union-attr]
        twice = applied("depthwise", WIDE, kernel=3, multiplier=2).output.channels
        assert (twice, origin(twice).operator) == (128, "*")  # type: ignore[union-attr]

    def test_a_size_that_stays_keeps_its_origin(self) -> None:
        height = remember(8, Symbol("height"))
        layer = applied("conv", Shape([3, height, height]), out=8, kernel=3, padding=1)
        assert layer.output[1] is height


class TestWork:
    def test_bias(self) -> None:
        assert applied("conv", IMAGE, out=8, kernel=3, padding=1).work == {"bias": 8 * 32 * 32}
        assert applied("conv", IMAGE, out=8, kernel=3, padding=1, bias=False).work == {}
        assert applied("linear", Shape([10]), out=4).work == {"bias": 4}

    def test_norm_and_activation(self) -> None:
        assert applied("batchnorm", IMAGE).work == {"norm": 2 * 3 * 32 * 32}
        assert applied("relu", IMAGE).work == {"activation": 3 * 32 * 32}

    def test_pooling_reads_each_window(self) -> None:
        assert applied("maxpool", IMAGE, kernel=3, stride=2).work == {"pool": 3 * 15 * 15 * 9}
        assert applied("global_avgpool", IMAGE).work == {"pool": 3 * 32 * 32}

    @pytest.mark.parametrize(("size", "out"), [(32, 7), (7, 7), (5, 12), (6, 4), (9, 1)])
    def test_adaptive_windows_overlap(self, size: int, out: int) -> None:
        read = sum(-(-(i + 1) * size // out) - i * size // out for i in range(out))
        assert applied("adaptive_avgpool", Shape([2, size]), out=out).work == {"pool": 2 * read}

    def test_joins_and_resizing(self) -> None:
        assert applied("add", IMAGE, IMAGE, IMAGE).work == {"elementwise": 2 * 3 * 32 * 32}
        assert applied("upsample", IMAGE, scale=2).work == {}
        assert applied("upsample", IMAGE, scale=2, mode="bilinear").work == {"resize": 4 * 3 * 64 * 64}

    def test_products_name_their_factors(self) -> None:
        (one,) = applied("conv", IMAGE, out=64, kernel=7, stride=2, padding=3).products
        assert one.factors == (
            ("output channels", 64), ("output height", 16), ("output width", 16),
            ("input channels", 3), ("kernel height", 7), ("kernel width", 7),
        )  # fmt: skip


class TestMixing:
    def test_a_linear_layer_mixes_what_has_one_axis(self) -> None:
        assert applied("linear", Shape([400]), out=10).mixes
        assert not applied("linear", Shape([49, 96], "tf"), out=10).mixes
        assert applied("linear", Shape([96, 49], "ct"), out=10).mixes

    def test_shares_over_positions_mix_them(self) -> None:
        assert applied("softmax", IMAGE, axis=-1).mixes
        assert not applied("softmax", IMAGE).mixes

    def test_a_view_computes_nothing(self) -> None:
        for name in ("flatten", "identity", "add"):
            assert applied(name, IMAGE).view
        assert not applied("add", IMAGE, IMAGE).view


@pytest.mark.parametrize(
    ("start", "end", "sizes", "roles"),
    [(0, -1, (3072,), "f"), (1, -1, (3, 1024), "ct"), (0, 1, (96, 32), "fs"), (1, 1, (3, 32, 32), "css")],
)
def test_roles_after_flatten(start: int, end: int, sizes: tuple[int, ...], roles: str) -> None:
    assert applied("flatten", IMAGE, start=start, end=end).output == Shape(sizes, roles)


class TestSupport:
    """Padding as in TensorFlow's definition: ⌈size / stride⌉ outputs, the odd pixel at the end."""

    @pytest.mark.parametrize(("size", "pads"), [(5, (1, 1)), (4, (0, 1)), (9, (1, 1)), (1, (1, 1))])
    def test_same_follows_the_size_of_each_input(self, size: int, pads: tuple[int, int]) -> None:
        same = NAMES["SameConv1d"](2, 3, 3, stride=2)
        padded = NAMES["PaddedConv1d"](2, 3, 3, stride=2, padding=(pads,))
        padded.load_state_dict(same.state_dict())
        x = torch.randn(2, 2, size)
        assert same(x).shape[-1] == -(-size // 2)
        assert torch.equal(same(x), padded(x))

    def test_padding_never_wins_a_maximum(self) -> None:
        below = torch.full((1, 1, 4, 4), -5.0)
        assert NAMES["SameMaxPool2d"]((3, 3), stride=(2, 2), dilation=(1, 1))(below).max() == -5
        assert NAMES["PaddedMaxPool2d"](3, stride=2, padding=((0, 1), (1, 0)))(below).max() == -5

    def test_a_mean_counts_padding_only_when_told(self) -> None:
        ones = torch.ones(1, 1, 3)
        pool = NAMES["PaddedAvgPool1d"]
        assert pool(2, stride=2, padding=((1, 0),))(ones).tolist() == [[[0.5, 1.0]]]
        assert pool(2, stride=2, padding=((1, 0),), count_include_pad=False)(ones).tolist() == [[[1.0, 1.0]]]


@pytest.mark.parametrize("name", sorted(INITIALISERS))
def test_initialisers_start_as_torchs_do(name: str) -> None:
    kind = INITIALISERS[name]
    required = [0.3] * sum(one.required for one in kind.parameters.values())
    if kind.least_axes > 2:
        layer = applied("conv", Shape([6, 9]), out=4, kernel=3, init=kind(*required))
    else:
        layer = applied("linear", Shape([6]), out=4, init=kind(*required))
    module = built(layer.call)
    expected = torch.empty_like(module.get_parameter("weight"))
    torch.manual_seed(1)
    getattr(torch.nn.init, f"{name}_")(expected, *required)
    torch.manual_seed(1)
    initialise(module, layer)
    assert torch.equal(module.get_parameter("weight"), expected)
    assert [one.weight for one in layer.initialisation] == ["weight"]


def test_the_arguments_of_an_initialiser_reach_the_call() -> None:
    start = INITIALISERS["kaiming_normal"](mode="fan_out", nonlinearity="relu")
    layer = applied("conv", IMAGE, out=8, kernel=3, init=start, bias_init=INITIALISERS["zeros"]())
    assert [(one.weight, one.target, dict(one.keywords)) for one in layer.initialisation] == [
        ("weight", "nn.init.kaiming_normal_", {"mode": "fan_out", "nonlinearity": "relu"}),
        ("bias", "nn.init.zeros_", {}),
    ]


def test_a_start_for_a_bias_that_is_not_there_is_no_error() -> None:
    assert applied("conv", IMAGE, out=8, kernel=3, bias=False, bias_init=INITIALISERS["zeros"]()).initialisation == ()


def test_equal_arguments_make_equal_operators() -> None:
    conv = OPERATORS["conv"]
    assert conv(8, 3) == conv(8, kernel=3)
    assert hash(conv(8, 3)) == hash(conv(8, kernel=3))
    assert conv(8, 3) != conv(8, 5)
    assert repr(conv(8, (3, 5), bias=False)) == "conv(out=8, kernel=[3, 5], bias=false)"
