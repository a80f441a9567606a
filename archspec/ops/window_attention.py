"""Attention within windows, as published: it knows how far apart two positions are."""

from typing import Any

from archspec.core.geometry import Blocks
from archspec.core.kept import BOOL, INPUT, Kept, Own
from archspec.core.layer import Layer, ModuleCall, Product
from archspec.core.number import product
from archspec.core.shape import CHANNEL, SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import check_divides, described, options, per_axis
from archspec.ops.kinds import Boolean, Integer, PerAxis, Real

Pair = tuple[int, int]
Weights = dict[str, tuple[int, ...]]

_HIDDEN = 512  # features inside the small network of version 2 that makes the biases
_HEADS_DOCS = "number of heads that the features are split into; divides them"


class WindowAttention(Operator, name="window_attention"):
    """Multi-head attention within windows of a map, each moved by `shift`, with a bias for every relative position.

        y = softmax(q kᵀ / √(C / heads) + bias) v   within each window

    [height, width, channels] stays. The map is padded at its end to whole windows. With a shift the windows start
    there, and what the map's ends cut off are windows of their own; along an axis that a single window covers there is
    no shift. Every position sees its window: the receptive field is exact, position by position.

    Version 1 (Swin) learns a table of biases; version 2 (Swin V2) makes them with a small network from the logarithm of
    the distance, and compares queries and keys by their angle. Weights are named as in torchvision's
    `ShiftedWindowAttention`. Multiply-accumulates of P positions (padding among them) in windows of N:
    4 · P · C² + 2 · P · N · C, and in version 2 those of the small network, once for a whole batch.

    Example:
        network example {
            input image: [96, 56, 56]
            permute([1, 2, 0])
            residual { layernorm -> window_attention(3, 7) }
            residual { layernorm -> window_attention(3, 7, shift=3) }
            expect [56, 56, 96]
        }

    Papers: Liu et al., Swin Transformer, 2021; Liu et al., Swin Transformer V2, 2022.
    """

    precision = "low"
    integers = ("relative_position_index",)

    heads: int = parameter(Integer(), docs=_HEADS_DOCS)
    window: Any = parameter(PerAxis(Integer()), docs="size of the windows in positions")
    shift: Any = parameter(PerAxis(Integer(0)), 0, "where the first whole window starts; below the window")
    version: int = parameter(Integer(1, 2), 1, "of the published module: 1 or 2")
    qkv_bias: bool = parameter(Boolean(), True, "add a learned number to each feature of queries, keys and values")
    proj_bias: bool = parameter(Boolean(), True, "add a learned number to each output feature")
    attention_dropout: float = parameter(Real(0.0, 1.0), 0.0, "probability that a score is dropped in training")
    dropout: float = parameter(Real(0.0, 1.0), 0.0, "probability that an output is dropped in training")

    def layer(self, x: Shape) -> Layer:
        self._check_map(x)
        window: Pair = per_axis(self.window, 2, "window")
        shift: Pair = per_axis(self.shift, 2, "shift")
        self._check(x, window, shift)
        channels = x.channels
        padded = [-(-int(size) // int(one)) * int(one) for size, one in zip(x.spatial, window, strict=True)]
        moved = [0 if one >= whole else by for one, by, whole in zip(window, shift, padded, strict=True)]
        positions, area = padded[0] * padded[1], int(window[0] * window[1])
        keywords = options(
            qkv_bias=(self.qkv_bias, True),
            proj_bias=(self.proj_bias, True),
            attention_dropout=(self.attention_dropout, 0.0),
            dropout=(self.dropout, 0.0),
        )
        weights, buffers = self._tensors(channels, window)
        products = _products(positions, channels, area)
        if self.version == 2:
            products += _bias_products(window, self.heads)
        scores = self.heads * positions * area
        work = {
            "bias": positions * channels * (3 * self.qkv_bias + self.proj_bias),
            "norm": 4 * positions * channels if self.version == 2 else 0,  # queries and keys have length 1
            "activation": scores,
            "elementwise": scores * (2 if any(moved) else 1) + (positions * channels if self.version == 1 else scores),
        }
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x,),
            call=ModuleCall(
                "WindowAttention" if self.version == 1 else "WindowAttentionV2",
                (channels, self.heads, window, shift),
                keywords,
            ),
            weights=weights,
            buffers=buffers,
            products=products,
            work={kind: number for kind, number in work.items() if number},
            windows=tuple(Blocks(int(one), int(by)) for one, by in zip(window, moved, strict=True)),
        )

    def _tensors(self, channels: int, window: Pair) -> tuple[Weights, Weights]:
        area = product(window[0], window[1])
        around = (2 * window[0] - 1, 2 * window[1] - 1)
        buffers: Weights = {"relative_position_index": (area * area,)}
        linear: Weights = {"qkv.weight": (product(channels, 3), channels)}
        if self.qkv_bias:
            linear["qkv.bias"] = (product(channels, 3),)
        linear["proj.weight"] = (channels, channels)
        if self.proj_bias:
            linear["proj.bias"] = (channels,)
        if self.version == 1:
            return {"relative_position_bias_table": (around[0] * around[1], self.heads), **linear}, buffers
        weights: Weights = {
            "logit_scale": (self.heads, 1, 1),
            **linear,
            "cpb_mlp.0.weight": (_HIDDEN, 2),
            "cpb_mlp.0.bias": (_HIDDEN,),
            "cpb_mlp.2.weight": (self.heads, _HIDDEN),
        }
        return weights, {"relative_coords_table": (1, *around, 2), **buffers}

    def _check_map(self, x: Shape) -> None:
        if x.roles != SPATIAL * 2 + CHANNEL:
            hint = "bring the channels to the end: `permute([1, 2, 0])`" if x.roles == CHANNEL + SPATIAL * 2 else ""
            message = f"`window_attention` takes height, width and channels, here is {described(x)}"
            raise DoesNotFit(message, inputs=(0,), help=hint, rule="AS406")
        check_divides(self.heads, x.channels, "channels", "heads")

    def _check(self, x: Shape, window: Pair, shift: Pair) -> None:
        if self.version == 2 and 1 in window:
            message = "`window` of 1 has no distances for version 2 to make biases of"
            raise DoesNotFit(message, at="window", help="at least 2")
        for size, by in zip(window, shift, strict=True):
            if by >= size:
                message = f"`shift` of {int(by)} reaches the window of {int(size)}"
                raise DoesNotFit(message, at="shift", help=f"at most {int(size) - 1}; half a window is usual")

    def kept(self, layer: Layer) -> Kept:
        """The windows; queries, keys and values; scores; sums. A single head's stand as they come, side by side.

        Version 2 also keeps what lengths and biases are made of.
        """
        x = layer.inputs[0]
        window = per_axis(self.window, 2, "window")
        padded = [-(-int(size) // int(one)) * int(one) for size, one in zip(x.spatial, window, strict=True)]
        positions, area = padded[0] * padded[1], int(window[0] * window[1])
        whole, scores = positions * int(x.channels), int(self.heads) * positions * area
        dropped: tuple[Own, ...] = ()
        if self.attention_dropout:
            dropped += (Own("dropped scores", scores), Own("mask", scores, 0, BOOL))
        if self.dropout:
            dropped += (Own("mask", whole, 0, BOOL),)
        alone = int(self.heads == 1)
        if self.version == 1:
            maps = Own("windows, queries, keys, values and sums", (5 + alone) * whole)
            return Kept(own=(maps, Own("scores", scores), *dropped))
        around = (2 * window[0] - 1) * (2 * window[1] - 1)
        biases = around * _HIDDEN + area * area * int(self.heads) + int(self.heads)
        lengths = 4 * self.heads * positions
        maps = Own("windows, queries, keys, values and sums", (8 - alone) * whole + lengths, biases)
        return Kept(own=(maps, Own("angles and scores", 2 * scores), *dropped))


class RelativeAttention(Operator, name="relative_attention"):
    """Multi-head attention among the positions of a square, with a learned bias for every relative position.

        y = softmax(q kᵀ / √D + bias) v   with D features in all heads together

    [positions, features] stays, or [groups, positions, features] where each group attends to itself: `rearrange` makes
    groups of windows or of a grid. The positions are those of a size × size square, row by row. Weights are named as in
    torchvision's `RelativePositionalMultiHeadAttention`, whose scale counts the features of all heads.
    Multiply-accumulates of P positions in groups of N: 4 · P · D² + 2 · P · N · D.

    Example:
        network example {
            input image: [64, 56, 56]
            rearrange("c (h a) (w b) -> (h w) (a b) c", a=7, b=7)
            residual { layernorm -> relative_attention(2, 7) }
            rearrange("(h w) (a b) c -> c (h a) (w b)", h=8, a=7)
            expect [64, 56, 56]
        }

    Paper: Tu et al., MaxViT: Multi-Axis Vision Transformer, 2022.
    """

    precision = "low"
    integers = ("relative_position_index",)

    heads: int = parameter(Integer(), docs=_HEADS_DOCS)
    size: int = parameter(Integer(), docs="side of the square that the positions make up")

    def layer(self, x: Shape) -> Layer:
        if x.rank not in (2, 3) or x.roles[-1] == SPATIAL:
            message = f"`relative_attention` takes positions and their features, here is {described(x)}"
            hint = 'windows of a map: `rearrange("c (h a) (w b) -> (h w) (a b) c", a=7, b=7)`'
            raise DoesNotFit(message, inputs=(0,), help=hint, rule="AS406")
        features, area = x[-1], product(self.size, self.size)
        if x[-2] != area:
            message = f"`relative_attention` takes {int(area)} positions, here are {int(x[-2])}: {described(x)}"
            raise DoesNotFit(message, at="size", notes=(f"{int(self.size)}² = {int(area)}",))
        check_divides(self.heads, features, "features", "heads")
        around = 2 * self.size - 1
        positions = x.elements // features
        scores = self.heads * positions * area
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(x,),
            call=ModuleCall("RelativeAttention", (features, self.heads, self.size)),
            weights={
                "relative_position_bias_table": (around * around, self.heads),
                "to_qkv.weight": (product(features, 3), features),
                "to_qkv.bias": (product(features, 3),),
                "merge.weight": (features, features),
                "merge.bias": (features,),
            },
            buffers={"relative_position_index": (area, area)},
            products=_products(positions, features, area),
            work={
                "bias": 4 * positions * features,
                "activation": scores,
                "elementwise": scores + positions * features,
            },
            mixes=True,
        )

    def kept(self, layer: Layer) -> Kept:
        """The input; queries, keys, values and sums; scores."""
        x = layer.inputs[0]
        scores = self.heads * x.elements // x[-1] * x[-2]
        return INPUT._replace(
            own=(Own("queries, keys, values and sums", (4 + (self.heads == 1)) * x.elements), Own("scores", scores))
        )


def _products(positions: int, features: int, area: int) -> tuple[Product, ...]:
    """The maps to queries, keys and values, scores, sums, and the map to the output."""
    factors = [
        (("positions", positions), ("features", features), ("query, key and value features", 3 * features)),
        (("positions", positions), ("positions of a window", area), ("features", features)),
        (("positions", positions), ("positions of a window", area), ("features", features)),
        (("positions", positions), ("features", features), ("output features", features)),
    ]
    return tuple([Product.of(*one) for one in factors])


def _bias_products(window: Pair, heads: int) -> tuple[Product, ...]:
    around = (("relative rows", 2 * window[0] - 1), ("relative columns", 2 * window[1] - 1))
    return (
        Product.of(*around, ("coordinates", 2), ("hidden features", _HIDDEN)),
        Product.of(*around, ("hidden features", _HIDDEN), ("heads", heads)),
    )
