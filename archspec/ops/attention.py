"""Attention of tokens to tokens."""

from archspec.core.kept import FLOAT32, Kept, Own
from archspec.core.layer import Layer, ModuleCall, Product
from archspec.core.shape import FEATURE, SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import as_sequence, check_divides, described, options
from archspec.ops.kinds import Boolean, Integer, Real


class Attention(Operator, name="attention"):
    """Multi-head attention: each token becomes a mean of all tokens' values, weighted by how their keys fit its query.

        y = softmax(q kᵀ / √(D / heads)) v,   q, k and v each a linear map of the tokens, head by head

    [tokens, features] stays. One input attends to itself; with `(query, memory) -> attention(8)` it attends to another,
    with three inputs to keys and values that differ. Multiply-accumulates of T tokens of D features with themselves:
    4 · T · D² for the linear maps and 2 · T² · D for scores and sums; the number of heads plays no part. Weights are
    named as in `nn.MultiheadAttention`. In training each score is dropped with probability `dropout`.

    Example:
        network example {
            input map: [768, 14, 14]
            rearrange("c h w -> (h w) c")
            residual { layernorm -> attention(12) }
            expect [196, 768]
        }

    Paper: Vaswani et al., Attention Is All You Need, 2017.
    """

    precision = "low"

    heads: int = parameter(Integer(), docs="number of heads that the features are split into; divides them")
    dropout: float = parameter(Real(0.0, 1.0), 0.0, "probability that a score is dropped in training")
    bias: bool = parameter(Boolean(), True, "add a learned number to each feature of the linear maps")

    def layer(self, query: Shape, key: Shape | None = None, value: Shape | None = None) -> Layer:
        inputs = tuple(x for x in (query, key, value) if x is not None)
        key = key or query
        value = value or key
        self._check(query, key, value, len(inputs))
        (tokens, features), (others, kept) = query.sizes, key.sizes
        check_divides(self.heads, features, "features", "heads")
        keywords = options(dropout=(self.dropout, 0.0), bias=(self.bias, True))
        if (kept, value[1]) != (features, features):
            keywords = {**keywords, "kdim": kept, "vdim": value[1]}
        biases = 3 * tokens * features if others == tokens else tokens * features + 2 * others * features
        return Layer(
            op=self.name,
            inputs=inputs,
            outputs=(query,),
            call=ModuleCall("Attention", (features, self.heads), keywords),
            weights=self._weights(features, kept, value[1]),
            products=_products(tokens, others, features, kept, value[1]),
            work={
                **({"bias": biases + tokens * features} if self.bias else {}),
                "activation": self.heads * tokens * others,
                "elementwise": tokens * features,  # queries are scaled
            },
            mixes=True,
        )

    def _weights(self, features: int, keys: int, values: int) -> dict[str, tuple[int, ...]]:
        weights: dict[str, tuple[int, ...]] = {"in_proj_weight": (3 * features, features)}
        if (keys, values) != (features, features):
            weights = {
                "q_proj_weight": (features, features),
                "k_proj_weight": (features, keys),
                "v_proj_weight": (features, values),
            }
        if self.bias:
            weights["in_proj_bias"] = (3 * features,)
        weights["out_proj.weight"] = (features, features)
        if self.bias:
            weights["out_proj.bias"] = (features,)
        return weights

    def _check(self, query: Shape, key: Shape, value: Shape, count: int) -> None:
        for at, x in enumerate((query, key, value)[:count]):
            if x.rank != 2 or x.roles[1] == SPATIAL:
                hint = as_sequence(x)
                if x.roles == "css":
                    hint = 'make tokens of the pixels: `rearrange("c h w -> (h w) c")`'
                elif x.roles == FEATURE:
                    hint = "a single position has nothing to attend to"
                message = f"`attention` takes tokens and their features, here is {described(x)}"
                raise DoesNotFit(message, inputs=(at,), help=hint, rule="AS406")
        if key[0] != value[0]:
            message = f"`attention` has {int(key[0])} keys and {int(value[0])} values"
            raise DoesNotFit(message, inputs=(2, 1), help="a value for each key", rule="AS401")

    def kept(self, layer: Layer) -> Kept:
        """What enters, tokens first; queries, keys, values and their sums; by query and head the norm of scores.

        Scores themselves are never stored: torch computes them block by block, and once more backward.
        """
        query, *rest = layer.inputs
        entering = sum(x.elements for x in layer.inputs)
        if len(layer.inputs) == 2 and "q_proj_weight" in layer.weights:
            entering += rest[0].elements  # the keys' map copies it, and that of the values does too
        tokens, features = query.sizes
        others = rest[0][0] if rest else tokens
        maps = Own("queries, keys, values and sums", 2 * query.elements + 2 * others * features)
        return Kept(own=(Own("inputs", entering), maps, Own("norms of scores", self.heads * tokens, 0, FLOAT32)))


def _products(tokens: int, others: int, features: int, keys: int, values: int) -> tuple[Product, ...]:
    """The maps to queries, keys and values, scores, sums, and the map to the output."""
    factors = [
        (("tokens", tokens), ("features", features), ("query features", features)),
        (("keys", others), ("key inputs", keys), ("key features", features)),
        (("values", others), ("value inputs", values), ("value features", features)),
        (("tokens", tokens), ("keys", others), ("features", features)),
        (("tokens", tokens), ("values", others), ("features", features)),
        (("tokens", tokens), ("features", features), ("output features", features)),
    ]
    return tuple([Product.of(*one) for one in factors])
