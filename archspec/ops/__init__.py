"""The operators, a family per file. Importing this package fills the registries."""

from archspec.ops import (
    activation,
    adaptive_pool,
    combine,
    conv,
    dropout,
    linear,
    norm,
    pool,
    rectifier,
    resize,
    shape,
    shrink,
    softmax,
    split,
)
from archspec.ops.base import OPERATORS, BadArgument, DoesNotFit, Operator
from archspec.ops.initialisers import INITIALISERS, Initialiser

__all__ = [
    "INITIALISERS", "OPERATORS", "BadArgument", "DoesNotFit", "Initialiser", "Operator",
    "activation", "adaptive_pool", "combine", "conv", "dropout", "linear", "norm", "pool", "rectifier", "resize",
    "shape", "shrink", "softmax", "split",
]  # fmt: skip
