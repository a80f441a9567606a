"""How layers look at their input along one spatial axis: the only place with convolution arithmetic.

Gathers `field` (what a position depends on, and how that composes) and the windows: `convolution`, `resampling` and
`rearrangement`. Every window says its output size (`output`), the map from its output to its input (`field`), what its
stride leaves out (`check`), and the arithmetic in words (`formula`), so that shapes, stride checks and receptive fields
cannot disagree.
"""

from archspec.core.convolution import POINT, NoRoom, Sliding, Stride, Transposed, same_padding
from archspec.core.field import IDENTITY, Field, compose, hull, power, shorter
from archspec.core.rearrangement import Blocks, Rolled
from archspec.core.resampling import Adaptive, Resize, Whole

__all__ = [
    "IDENTITY", "POINT", "Adaptive", "Blocks", "Field", "NoRoom", "Resize", "Rolled", "Sliding", "Stride",
    "Transposed", "Whole", "Window", "compose", "hull", "power", "same_padding", "shorter", "through",
]  # fmt: skip

Window = Sliding | Transposed | Adaptive | Resize | Whole | Blocks | Rolled


def through(field: Field | None, window: Window, size: int) -> Field | None:
    """The field of a layer's output, exact for every position; `field` is that of its input, of the given size."""
    inner = window.field(size)
    return field if inner is IDENTITY else compose(field, inner, window.step)
