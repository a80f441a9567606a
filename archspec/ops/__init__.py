"""The operators, a family per file. Importing this package fills the registries."""

from archspec.ops import (
    activation,
    adaptive_pool,
    arithmetic,
    attention,
    axes,
    combine,
    conv,
    dropout,
    feature_norm,
    learned,
    linear,
    local,
    map_norm,
    matrix_initialisers,
    norm,
    pad,
    pool,
    rearrange,
    rectifier,
    recurrent,
    reduce,
    resize,
    shape,
    shrink,
    shuffle,
    softmax,
    split,
    take,
    window_attention,
)
from archspec.ops.base import OPERATORS, BadArgument, DoesNotFit, Operator
from archspec.ops.initialisers import INITIALISERS, Initialiser

__all__ = [
    "INITIALISERS", "OPERATORS", "BadArgument", "DoesNotFit", "Initialiser", "Operator",
    "activation", "adaptive_pool", "arithmetic", "attention", "axes", "combine", "conv", "dropout", "feature_norm",
    "learned", "linear", "local", "map_norm", "matrix_initialisers", "norm", "pad", "pool", "rearrange", "rectifier",
    "recurrent", "reduce", "resize", "shape", "shrink", "shuffle", "softmax", "split", "take", "window_attention",
]  # fmt: skip
