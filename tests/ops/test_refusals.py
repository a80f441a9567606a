"""What an operator says of inputs and arguments that do not fit: the rule, who is to blame, and what would fit."""

from typing import Any

import pytest

from archspec.core.shape import Shape
from archspec.ops import INITIALISERS, OPERATORS, BadArgument, DoesNotFit

TOKENS = Shape([197, 768], "tf")


def refused(name: str, *inputs: Shape | tuple[int, ...], **arguments: Any) -> DoesNotFit:
    op = OPERATORS[name](**arguments)
    with pytest.raises(DoesNotFit) as caught:
        op.layer(*(x if isinstance(x, Shape) else Shape(x) for x in inputs))
    return caught.value


def test_groups_that_do_not_divide_the_input() -> None:
    error = refused("conv", (30, 8, 8), out=64, kernel=3, groups=4)
    assert (error.rule, error.at) == ("AS404", "groups")
    assert error.message == "`groups` of 4 does not divide the 30 input channels"
    assert error.help == "28 or 32 input channels would fit; so would `groups` of 1, 2"


def test_groups_that_do_not_divide_the_output() -> None:
    error = refused("conv", (32, 8, 8), out=48, kernel=3, groups=32)
    assert error.message == "`groups` of 32 does not divide the 48 output channels"
    assert "`groups` of 4, 8, 16" in error.help


def test_a_window_larger_than_the_input() -> None:
    error = refused("avgpool", (512, 4, 4), kernel=7)
    assert (error.rule, error.at) == ("AS403", "kernel")
    assert error.notes == ("⌊(4 + 2·0 − 7) / 7⌋ + 1 = 0",)
    assert error.help == "the smallest height that fits is 7"


def test_the_axis_that_does_not_fit_is_named() -> None:
    assert "width of 2" in refused("conv", (3, 8, 2), out=8, kernel=3).message
    assert "length of 2" in refused("conv", (3, 2), out=8, kernel=3).message
    assert "depth of 2" in refused("conv", (3, 2, 8, 8), out=8, kernel=3).message


def test_dilation_is_to_blame_where_the_plain_kernel_would_fit() -> None:
    error = refused("conv", (3, 16, 16), out=8, kernel=3, dilation=12)
    assert error.at == "dilation"
    assert "the window of 25 (kernel 3, dilation 12)" in error.message
    assert refused("conv", (3, 2, 2), out=8, kernel=3, dilation=12).at == "kernel"


def test_padding_that_leaves_nothing_of_a_transposed_convolution() -> None:
    error = refused("conv_transpose", (8, 1, 1), out=8, kernel=2, padding=1)
    assert (error.rule, error.at, error.help) == ("AS403", "padding", "the smallest height that fits is 2")


def test_output_padding_as_large_as_the_stride() -> None:
    error = refused("conv_transpose", (8, 4, 4), out=8, kernel=3, stride=2, output_padding=2)
    assert (error.rule, error.at, error.help) == ("AS402", "output_padding", "at most 1")


def test_pooling_padding_above_half_the_kernel() -> None:
    error = refused("maxpool", (8, 9, 9), kernel=3, dilation=2, padding=2)
    assert (error.rule, error.at) == ("AS402", "padding")
    assert error.help.startswith("at most 1")


def test_reflected_padding_as_wide_as_the_input() -> None:
    error = refused("conv", (3, 4, 4), out=8, kernel=3, padding=4, padding_mode="reflect")
    assert (error.at, error.help) == ("padding", "at most 3 here")
    OPERATORS["conv"](8, 3, padding=4, padding_mode="circular").layer(Shape([3, 4, 4]))


def test_linear_on_a_map() -> None:
    error = refused("linear", (512, 7, 7), out=10)
    assert (error.rule, error.inputs) == ("AS405", (0,))
    assert "25088 features" in error.help
    assert "`global_avgpool -> flatten` (512 features)" in error.help


def test_linear_on_tokens_and_on_channels_last_is_fine() -> None:
    assert OPERATORS["linear"](10).layer(TOKENS).output == Shape([197, 10], "tf")
    assert OPERATORS["linear"](10).layer(Shape([7, 7, 64], "ssc")).output == Shape([7, 7, 10], "ssc")


def test_a_convolution_after_the_flatten() -> None:
    error = refused("conv", (400,), out=8, kernel=3)
    assert (error.rule, error.inputs, error.help) == ("AS406", (0,), "put `conv` before the `flatten`")


@pytest.mark.parametrize(("roles", "steps"), [("tf", "permute([1, 0]) -> layout"), ("ft", "layout")])
def test_a_convolution_over_words_goes_by_their_layout(roles: str, steps: str) -> None:
    assert refused("conv", Shape([20, 64], roles), out=8, kernel=3).help.startswith(
        f'`{steps}(["channels", "length"])`'
    )


def test_a_convolution_on_channels_last() -> None:
    error = refused("conv", Shape([7, 5, 64], "ssc"), out=8, kernel=3)
    assert error.help == "bring the channels to the front: `permute([2, 0, 1])`"


@pytest.mark.parametrize(
    ("name", "arguments", "call"),
    [
        ("batchnorm", (64,), "batchnorm"),
        ("batchnorm", (1.0,), "batchnorm"),
        ("instancenorm", (64,), "instancenorm"),
        ("groupnorm", (8, 64), "groupnorm(groups)"),
        ("layernorm", (1, None, 64), "layernorm"),
        ("rmsnorm", (1, 64), "rmsnorm"),
    ],
)
def test_channels_in_the_place_of_eps(name: str, arguments: tuple[Any, ...], call: str) -> None:
    with pytest.raises(BadArgument) as caught:
        OPERATORS[name](*arguments)
    assert caught.value.at == "eps"
    assert caught.value.message == f"`eps`: {arguments[-1]} is not a number above 0 and below 1"
    assert caught.value.help == f"the channels are those of the input: write `{call}`"


def test_channels_that_were_moved_as_if_they_had_been_last() -> None:
    said = "if the channels of the input are last, say so before its axes are moved: `layout([{}])`"
    error = refused("conv", Shape([3, 512, 512], "scs"), out=8, kernel=3)
    assert error.help == said.format('"height", "width", "channels"')
    error = refused("conv", Shape([9, 64], "sc"), out=8, kernel=3)
    assert error.help == "bring the channels to the front: `permute([1, 0])`, or " + said.format('"length", "channels"')


def test_a_list_of_another_length() -> None:
    error = refused("conv", (3, 8, 8), out=8, kernel=(3, 3, 3))
    assert (error.rule, error.at) == ("AS406", "kernel")
    assert error.message == "`kernel` has 3 entries, the input has 2 spatial axes"


def test_branches_of_unequal_channels() -> None:
    error = refused("add", (256, 8, 8), (64, 8, 8))
    assert (error.rule, error.inputs) == ("AS401", (1,))
    assert error.message == "`add` joins 64 × 8 × 8 and 256 × 8 × 8: their channels differ"
    assert "`conv(256, 1)`" in error.help


def test_the_odd_branch_of_several() -> None:
    error = refused("concat", (24, 4, 4), (64, 8, 8), (16, 8, 8))
    assert error.inputs == (0,)
    assert error.message == "`concat` joins 24 × 4 × 4 and 64 × 8 × 8: their height and width differ"
    assert error.notes[0] == "input 1 is 24 × 4 × 4 (channels, spatial, spatial)"


def test_a_single_axis_that_differs() -> None:
    assert refused("concat", (24, 8, 7), (64, 8, 8)).message.endswith(": their width differs")


def test_branches_of_unequal_rank() -> None:
    assert refused("add", (64, 8, 8), (64,)).inputs == (1,)


@pytest.mark.parametrize("gate", [(64, 1, 1), (1, 8, 8), (64, 8, 1)])
def test_a_size_of_one_serves_every_position(gate: tuple[int, ...]) -> None:
    for name in ("mul", "add"):
        assert OPERATORS[name]().layer(Shape(gate), Shape([64, 8, 8])).output == Shape([64, 8, 8])


@pytest.mark.parametrize(
    ("name", "ports"), [("relu", (1, 1)), ("add", (1, None)), ("concat", (1, None)), ("chunk", (1, 1))]
)
def test_ports_are_the_parameters_of_layer(name: str, ports: tuple[int, int | None]) -> None:
    assert OPERATORS[name].ports == ports


def test_fewer_chunks_than_asked_for() -> None:
    error = refused("chunk", (5, 4, 4), chunks=4)
    assert (error.at, error.message) == ("chunks", "axis 0 of 5 makes 3 chunks of 2, not 4")


def test_sizes_that_do_not_add_up() -> None:
    assert refused("split", (5, 4, 4), sizes=(4, 2)).help == "1 too many"
    assert refused("split", (5, 4, 4), sizes=(1, 2)).help == "2 too few"


def test_both_or_neither_of_scale_and_size() -> None:
    assert refused("upsample", (3, 4, 4)).message.endswith("neither is given")
    assert refused("upsample", (3, 4, 4), scale=2, size=8).at == "size"


def test_a_mode_of_another_rank() -> None:
    error = refused("upsample", (3, 4), scale=2, mode="bilinear")
    assert (error.rule, error.at) == ("AS406", "mode")
    assert error.help == 'one of "nearest", "nearest-exact", "linear", "area"'


def test_a_norm_whose_channels_are_not_in_front() -> None:
    assert refused("batchnorm", TOKENS).rule == "AS406"


def test_initialisers_that_cannot_start_a_tensor() -> None:
    one_axis = refused("linear", (8,), out=4, bias_init=INITIALISERS["xavier_normal"]())
    assert one_axis.at == "bias_init"
    crossed = refused("linear", (8,), out=4, init=INITIALISERS["uniform"](a=1.0, b=0.0))
    assert (crossed.at, crossed.message) == ("init", "`uniform`: `a` of 1 is above `b` of 0")
    assert "outside" in refused("linear", (8,), out=4, init=INITIALISERS["trunc_normal"](mean=5)).message


@pytest.mark.parametrize(
    ("name", "arguments", "at", "message"),
    [
        ("conv", {"out": 8, "kernel": 0}, "kernel", "0 is below 1"),
        ("conv", {"out": 8, "kernel": 3, "stride": 0}, "stride", "0 is below 1"),
        ("conv", {"out": 8, "kernel": 3, "padding": -1}, "padding", "-1 is below 0"),
        ("conv", {"out": 8, "kernel": 3, "padding": "sama"}, "padding", '"sama" is not "same" or "valid"'),
        ("conv", {"out": 8, "kernel": 3, "bias": 0}, "bias", "0 is neither true nor false"),
        ("conv", {"out": 8.5, "kernel": 3}, "out", "8.5 is not an integer"),
        ("conv", {"out": 8, "kernel": 3, "init": "xavier"}, "init", '"xavier" is not an initialiser'),
        ("conv_transpose", {"out": 8, "kernel": 3, "padding": "same"}, "padding", '"same" is not an integer'),
        ("batchnorm", {"eps": 0.0}, "eps", "0.0 is not a number above 0"),
        ("batchnorm", {"eps": -1e-5}, "eps", "-1e-05 is not a number above 0 and below 1"),
        ("dropout", {"p": 1.5}, "p", "1.5 is not a number from 0 to 1"),
        ("maxpool", {"kernel": 3, "kernal": 3}, "kernal", "has no parameter"),
    ],
)
def test_arguments_that_do_not_bind(name: str, arguments: dict[str, Any], at: str, message: str) -> None:
    with pytest.raises(BadArgument) as caught:
        OPERATORS[name](**arguments)
    assert caught.value.at == at
    assert message in caught.value.message
