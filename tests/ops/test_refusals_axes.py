"""What operators that move numbers say of inputs and arguments that do not fit."""

from typing import Any

import pytest
from test_refusals import refused

from archspec.core.shape import Shape
from archspec.ops import OPERATORS, BadArgument

MAP = Shape([8, 6, 4])
TOKENS = Shape([6, 8], "tf")


@pytest.mark.parametrize(
    ("name", "arguments", "at", "message"),
    [
        ("permute", {"axes": (1, 0)}, "axes", "`axes` orders 2 axes, the input has 3: {MAP}"),
        ("permute", {"axes": (1, 0, -2)}, "axes", "`axes` names axis 1 of {MAP} twice"),
        ("permute", {"axes": (1, 0, 3)}, "axes", "`permute` has no axis 3 in {MAP}"),
        ("layout", {"axes": ("tokens", "features")}, "axes", "`axes` names 2, the input has 3: 8 × 6 × 4"),
        ("unflatten", {"axis": 1, "sizes": (4, -1)}, "sizes", "4 does not divide axis 1 of 6"),
        ("unflatten", {"axis": 1, "sizes": (2, 2)}, "sizes", "2 · 2 = 4, not axis 1 of 6"),
        ("unflatten", {"axis": 1, "sizes": (-1, -1)}, "sizes", "`sizes` leaves more than one size open"),
        ("unflatten", {"axis": 1, "sizes": (0, 6)}, "sizes", "`sizes` holds a 0"),
        ("reshape", {"sizes": (5, -1)}, "sizes", "5 does not divide the 192 numbers of {MAP}"),
        ("select", {"index": 8}, "index", "`select` has no position 8 on axis 0 of {MAP}"),
        ("select", {"index": -9}, "index", "`select` has no position -9 on axis 0 of {MAP}"),
        ("slice", {"start": 3, "stop": 3}, "stop", "`slice` from 3 to 3 takes nothing of axis 0 of 8"),
        ("slice", {"start": 9}, "start", "`slice` from 8 to 8 takes nothing of axis 0 of 8"),
        ("roll", {"shifts": 1, "axes": (0, 1)}, "shifts", "`shifts` has 1 entries, `axes` 2"),
        ("roll", {"shifts": (1, 1), "axes": (0, 0)}, "axes", "`axes` names axis 0 of {MAP} twice"),
        ("sum", {"axes": 3}, "axes", "`sum` has no axis 3 in {MAP}"),
        ("pad", {"padding": (-3, 0)}, "padding", "cropping 6 pixels leaves nothing of the input's height of 6"),
        (
            "pad", {"padding": 6, "mode": "reflect"}, "padding",
            'padding of 6 is too wide for "reflect": the input\'s height is 6',
        ),
        (
            "pad", {"padding": (1, 5), "mode": "circular"}, "padding",
            'padding of 5 is too wide for "circular": the input\'s width is 4',
        ),
        ("pad", {"padding": 1, "mode": "reflect", "value": 1.0}, "value", '`value` has no meaning for mode "reflect"'),
        (
            "pad", {"padding": (-1, 1), "mode": "replicate"}, "mode",
            'mode "replicate" does not go with negative padding',
        ),
        ("channel_shuffle", {"groups": 3}, "groups", "`groups` of 3 does not divide the 8 channels"),
        (
            "pixel_shuffle", {"factor": 3}, "factor",
            "`pixel_shuffle` takes 9 channels for each of its output, here are 8",
        ),
        ("pixel_unshuffle", {"factor": 4}, "factor", "`factor` of 4 does not divide the input's height of 6"),
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit_a_map(name: str, arguments: dict[str, Any], at: str, message: str) -> None:
    error = refused(name, MAP, **arguments)
    assert (error.at, error.message) == (at, message.replace("{MAP}", "8 × 6 × 4 (channels, spatial, spatial)"))


def test_what_would_fit() -> None:
    assert refused("channel_shuffle", MAP, groups=3).help == "`groups` of 1, 2, 4 would fit"
    assert refused("channel_shuffle", MAP, groups=3).notes == ("8 / 3 leaves 2",)
    assert refused("pixel_unshuffle", MAP, factor=4).help == "4 or 8 would fit"
    assert refused("pad", MAP, padding=6, mode="reflect").help == "at most 5 here"
    assert refused("select", MAP, index=8).help == "-8 to 7"
    assert refused("permute", MAP, axes=(0, 1)).help == "each of 0 to 2 once"


def test_pictures_alone_are_shuffled() -> None:
    error = refused("pixel_shuffle", (16, 4, 4, 4), factor=2)
    assert (error.rule, error.inputs) == ("AS406", (0,))
    assert error.help == "`rearrange` does the same for other shapes"
    assert refused("channel_shuffle", TOKENS, groups=2).rule == "AS406"


def test_padding_of_channels_last() -> None:
    error = refused("pad", Shape([6, 4, 8], "ssc"), padding=1)
    assert error.help == "bring the channels to the front: `permute([2, 0, 1])`"


def test_values_to_stack_are_equal() -> None:
    error = refused("stack", (8, 6, 4), (8, 6, 4), (8, 6, 1))
    assert (error.rule, error.inputs) == ("AS401", (2,))
    assert refused("stack", (8,), (8,), axis=2).help == "the result has 2 axes without the batch: -2 to 1"


class TestMatmul:
    def test_inner_sizes(self) -> None:
        error = refused("matmul", (6, 8), (6, 8))
        assert (error.rule, error.inputs) == ("AS401", (1, 0))
        assert error.message == "`matmul` of 6 × 8 and 6 × 8: rows of 8 and columns of 6"
        assert error.help == "`transpose=true` would fit"
        assert refused("matmul", (6, 8), (8, 4), transpose=True).help == "`transpose=false` would fit"
        assert refused("matmul", (6, 8), (5, 4)).help == ""

    def test_stacks(self) -> None:
        assert refused("matmul", (2, 6, 8), (3, 8, 6)).message.endswith("stacks of 2 and 3 matrices")

    def test_vectors(self) -> None:
        assert refused("matmul", (8,), (8,)).message.endswith("they are no matrices")
        assert refused("matmul", (8, 8), (8,)).message.endswith("they have not as many axes")

    def test_a_single_value(self) -> None:
        assert OPERATORS["matmul"].ports == (2, 2)


@pytest.mark.parametrize(
    ("name", "arguments", "at", "message"),
    [
        ("layout", {"axes": ("token",)}, "axes", '"token" is not one of'),
        ("unflatten", {"axis": 0, "sizes": (-2, 2)}, "sizes", "-2 is below -1"),
        ("roll", {"shifts": (), "axes": 0}, "shifts", "the list is empty"),
        ("pad", {"padding": "same"}, "padding", '"same" is not'),
        ("slice", {"step": 0}, "step", "0 is below 1"),
        ("permute", {"axes": 1}, "axes", "1 is not a list"),
    ],
)
def test_arguments_that_do_not_bind(name: str, arguments: dict[str, Any], at: str, message: str) -> None:
    with pytest.raises(BadArgument) as caught:
        OPERATORS[name](**arguments)
    assert caught.value.at == at
    assert message in caught.value.message
