"""Operators that compute nothing: the value as it is, or with its axes merged."""

from archspec.core.kept import NOTHING
from archspec.core.layer import Layer, ModuleCall, Pass
from archspec.core.number import product
from archspec.core.shape import FEATURE, SEQUENCE, SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import axis_of, batched, described, options
from archspec.ops.kinds import Integer

_ANY = Integer(-(2**31))


class Identity(Operator, name="identity"):
    """The value as it is.

    Example:
        network example {
            input image: [16, 8, 8]
            add {
                identity
                conv(16, 3, padding=1)
            }
            expect [16, 8, 8]
        }
    """

    keeps = NOTHING

    def layer(self, x: Shape) -> Layer:
        return Layer(self.name, (x,), (x,), Pass(), view=True)


class Flatten(Operator, name="flatten"):
    """Merge neighbouring axes into one: [channels, height, width] becomes [channels · height · width].

    The new axis counts features where channels went into it, and positions of a sequence where all were positions:
    `flatten(1)` makes [channels, positions] of an image. What torch writes as `flatten(x, 1)` is `flatten`: there is
    no batch axis to leave out.

    Example:
        network example {
            input image: [16, 5, 5]
            flatten
            expect [400]
        }
    """

    keeps = NOTHING

    start: int = parameter(_ANY, 0, "first axis to merge, without the batch; negative ones count from the end")
    end: int = parameter(_ANY, -1, "last axis to merge")

    def layer(self, x: Shape) -> Layer:
        if x.rank == 0:
            raise DoesNotFit("`flatten` takes at least one axis, here is a scalar", inputs=(0,), rule="AS406")
        start, end = axis_of(self, x, self.start, "start"), axis_of(self, x, self.end, "end")
        if start > end:
            message = f"`flatten` from axis {start} to axis {end} of {described(x)} runs backwards"
            raise DoesNotFit(message, at="end", help="`start` comes before `end`")
        merged = x.roles[start : end + 1]
        positions = all(role in (SPATIAL, SEQUENCE) for role in merged)
        role = merged if start == end else SEQUENCE if positions else FEATURE
        sizes = (*x.sizes[:start], product(*x.sizes[start : end + 1]), *x.sizes[end + 1 :])
        output = Shape(sizes, x.roles[:start] + role + x.roles[end + 1 :])
        keywords = options(start_dim=(batched(self.start), 1), end_dim=(batched(self.end), -1))
        return Layer(self.name, (x,), (output,), ModuleCall("nn.Flatten", (), keywords), view=True)
