"""What norms, attention and recurrent layers say of inputs and arguments that do not fit."""

from typing import Any

import pytest
from test_refusals import refused

from archspec.core.shape import Shape
from archspec.ops import INITIALISERS, OPERATORS, BadArgument

MAP = Shape([96, 8, 8])
TOKENS = Shape([64, 96], "tf")
LAST = Shape([8, 8, 96], "ssc")

TO_TOKENS = (
    '`layout(["tokens", "features"])` says that it is 96 of 64 features each; `permute([1, 0])` makes 64 of 96 features'
)


class TestNorms:
    def test_along_the_width(self) -> None:
        error = refused("layernorm", MAP)
        assert (error.rule, error.inputs) == ("AS405", (0,))
        assert error.message == (
            "`layernorm` on a map of 96 × 8 × 8 (channels, spatial, spatial) would normalise along its width of 8"
        )
        assert error.help.startswith("`layernorm(axis=0)` takes the channels of each pixel, `axes=3` the whole map")
        assert refused("rmsnorm", MAP).help.startswith("`axes=3` the whole map")

    def test_the_whole_map_is_fine(self) -> None:
        OPERATORS["layernorm"](axes=3).layer(MAP)
        OPERATORS["layernorm"]().layer(LAST)

    def test_both_ways_to_name_axes(self) -> None:
        assert refused("layernorm", MAP, axis=0, axes=2).at == "axes"

    def test_an_axis_in_the_middle(self) -> None:
        error = refused("layernorm", MAP, axis=1)
        assert (error.at, error.help) == ("axis", "bring it to the end: `permute`")

    def test_more_axes_than_there_are(self) -> None:
        assert refused("layernorm", TOKENS, axes=3).help == "it has 2"

    def test_groups(self) -> None:
        error = refused("groupnorm", MAP, groups=36)
        assert (error.rule, error.at, error.help) == ("AS404", "groups", "`groups` of 24, 32, 48 would fit")

    @pytest.mark.parametrize(("name", "arguments"), [("groupnorm", {"groups": 4}), ("instancenorm", {})])
    def test_channels_are_in_front(self, name: str, arguments: dict[str, Any]) -> None:
        assert refused(name, LAST, **arguments).help == "`permute` brings them there"

    def test_a_single_pixel_has_no_variance(self) -> None:
        assert "a single pixel" in refused("instancenorm", (96, 1, 1)).message


class TestAttention:
    def test_a_map(self) -> None:
        error = refused("attention", MAP, heads=3)
        assert (error.rule, error.inputs) == ("AS406", (0,))
        assert error.help == 'make tokens of the pixels: `rearrange("c h w -> (h w) c")`'

    def test_channels_in_front(self) -> None:
        assert refused("attention", (96, 64), heads=3).help == TO_TOKENS

    def test_features_alone(self) -> None:
        assert refused("attention", (96,), heads=3).help == "a single position has nothing to attend to"

    def test_heads(self) -> None:
        error = refused("attention", TOKENS, heads=5)
        assert (error.rule, error.at, error.help) == ("AS404", "heads", "`heads` of 3, 4, 6 would fit")

    def test_the_input_to_blame(self) -> None:
        assert refused("attention", TOKENS, MAP, heads=3).inputs == (1,)

    def test_a_value_for_each_key(self) -> None:
        error = refused("attention", TOKENS, Shape([7, 96], "tf"), Shape([6, 96], "tf"), heads=3)
        assert (error.rule, error.message) == ("AS401", "`attention` has 7 keys and 6 values")

    @pytest.mark.parametrize(
        ("arguments", "at", "message"),
        [
            ({"window": (4, 4, 4)}, "window", "`window` has 3 entries, the input has 2 spatial axes"),
            ({"window": 4, "shift": 4}, "shift", "`shift` of 4 reaches the window of 4"),
            ({"window": 1, "version": 2}, "window", "`window` of 1 has no distances for version 2 to make biases of"),
            ({"window": 4, "heads": 5}, "heads", "`heads` of 5 does not divide the 96 channels"),
        ],
    )
    def test_windows(self, arguments: dict[str, Any], at: str, message: str) -> None:
        error = refused("window_attention", LAST, **{"heads": 3, **arguments})
        assert (error.at, error.message) == (at, message)

    def test_windows_of_channels_in_front(self) -> None:
        error = refused("window_attention", MAP, heads=3, window=4)
        assert error.help == "bring the channels to the end: `permute([1, 2, 0])`"

    def test_positions_of_a_square(self) -> None:
        error = refused("relative_attention", TOKENS, heads=3, size=7)
        assert (error.at, error.notes) == ("size", ("7² = 49",))
        assert error.message == "`relative_attention` takes 49 positions, here are 64: 64 × 96 (tokens, features)"
        assert "`rearrange(" in refused("relative_attention", MAP, heads=3, size=8).help


class TestRecurrent:
    @pytest.mark.parametrize("name", ["lstm", "gru"])
    def test_a_sequence(self, name: str) -> None:
        assert refused(name, MAP, out=8).rule == "AS406"
        assert refused(name, (96, 64), out=8).help == TO_TOKENS

    def test_dropout_between_layers(self) -> None:
        error = refused("lstm", TOKENS, out=8, dropout=0.5)
        assert (error.at, error.help) == ("dropout", "`lstm(…) -> dropout(0.5)` drops what it makes")


class TestInitialisers:
    def test_of_matrices_alone(self) -> None:
        error = refused("conv", MAP, out=8, kernel=3, init=INITIALISERS["eye"]())
        assert (error.at, error.message) == ("init", "`eye` cannot start the weight: it has 4 axes")

    def test_of_kernels_alone(self) -> None:
        assert refused("linear", TOKENS, out=8, init=INITIALISERS["dirac"]()).at == "init"
        error = refused("conv", MAP, out=8, kernel=3, init=INITIALISERS["dirac"](groups=3))
        assert error.message == "`dirac`: `groups` of 3 does not divide the 8 output channels"

    def test_weights_that_are_not_shared_have_no_fan(self) -> None:
        error = refused("locally_connected", MAP, out=8, kernel=3, init=INITIALISERS["kaiming_normal"]())
        assert (error.at, error.help) == ("init", "it would take positions for inputs; use `normal` or `uniform`")
        OPERATORS["locally_connected"](8, 3, init=INITIALISERS["normal"]()).layer(MAP)

    def test_a_learned_tensor(self) -> None:
        assert refused("parameter", shape=(8,), init=INITIALISERS["xavier_normal"]()).at == "init"
        with pytest.raises(BadArgument, match="below 1"):
            OPERATORS["parameter"]((8, 0))
