"""What an operator of your own is written with: see `docs/guide/own-operators.md`.

Its docstring is the manual page, `parameter` declares an argument, and `layer` says the rest: what leaves for what
enters, what to generate, the weights, the work, and how windows slide. What does not fit raises `DoesNotFit`.
"""

from archspec.core.geometry import Resize, Sliding, Transposed, Window
from archspec.core.kept import ALL, INPUT, NOTHING, OUTPUT, Kept, Own
from archspec.core.layer import (
    FunctionCall,
    Initialisation,
    Layer,
    Methods,
    ModuleCall,
    Name,
    ParameterCall,
    Pass,
    Product,
)
from archspec.core.shape import Shape
from archspec.ops import DoesNotFit, Operator
from archspec.ops.base import parameter
from archspec.ops.fitting import compact, factors, macs, options, per_axis, sides, slide, spatial_rank
from archspec.ops.initialisers import initialised
from archspec.ops.kinds import (
    BadValue,
    Boolean,
    Choice,
    Initialiser,
    Integer,
    Kind,
    ListOf,
    OneOrMore,
    Optional,
    Padding,
    PerAxis,
    Real,
)

__all__ = [
    "ALL", "INPUT", "NOTHING", "OUTPUT", "BadValue", "Boolean", "Choice", "DoesNotFit", "FunctionCall",
    "Initialisation", "Initialiser", "Integer", "Kept", "Kind", "Layer", "ListOf", "Methods", "ModuleCall", "Name",
    "OneOrMore", "Operator", "Optional", "Own", "Padding", "ParameterCall", "Pass", "PerAxis", "Product", "Real",
    "Resize", "Shape", "Sliding", "Transposed", "Window", "compact", "factors", "initialised", "macs", "options",
    "parameter", "per_axis", "sides", "slide", "spatial_rank",
]  # fmt: skip
