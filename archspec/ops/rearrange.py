"""Splitting, merging and reordering axes, all said in one pattern."""

from math import prod
from typing import Any, ClassVar

from archspec.core.geometry import Resize, Sliding, Whole
from archspec.core.kept import NOTHING
from archspec.core.layer import FunctionCall, Layer, Methods, Pass
from archspec.core.number import derived, product
from archspec.core.shape import CHANNEL, FEATURE, SEQUENCE, SPATIAL, Shape
from archspec.ops.base import DoesNotFit, Operator, parameter
from archspec.ops.fitting import described
from archspec.ops.kinds import Integer, Kind
from archspec.ops.notation import Group, Notation, Pattern, parsed

_POSITIONS = (SPATIAL, SEQUENCE)


class Rearrange(Operator, name="rearrange"):
    """Split, merge and reorder axes, in the notation of einops without the batch.

    A name stands for an axis. Names in parentheses are an axis that is made of several, the first one outermost; how
    large the parts of an input axis are is said beside the pattern, all but one of them: `a=2`. `1` is an axis of size
    1. Every name stands on both sides.

    "c h w -> (h w) c" makes tokens of pixels; "(h a) (w b) c -> h w (b a c)" with a=2, b=2 gathers squares of four
    pixels. Merged pixels become positions of a sequence, and channels behind positions features; parts of pixels that
    are merged with channels become channels, and the reverse.

    Example:
        network example {
            input image: [96, 56, 56]
            rearrange("c (h a) (w b) -> h w (a b c)", a=2, b=2)
            linear(192, bias=false)
            expect [28, 28, 192]
        }

    Paper: Rogozhnikov, Einops: Clear and Reliable Tensor Manipulations with Einstein-like Notation, 2022.
    """

    keeps = NOTHING

    pattern: str = parameter(Pattern(), docs="the axes before and after")
    others: ClassVar[Kind | None] = Integer()

    def layer(self, x: Shape) -> Layer:
        notation = parsed(self.pattern)
        sizes = self._sizes(notation, x)
        parts = _Parts(x, notation, sizes)
        output = Shape((product(*(sizes[name] for name in group)) for group in notation.right), parts.roles())
        windows = parts.windows()
        calls = _methods(notation, self, sizes)
        moved = any(call.target == "permute" for call in calls)
        return Layer(
            op=self.name,
            inputs=(x,),
            outputs=(output,),
            call=Methods(calls) if calls else Pass(),
            windows=windows or (),
            mixes=windows is None,
            view=not (moved and any(call.target == "flatten" for call in calls)),
        )

    def _sizes(self, notation: Notation, x: Shape) -> dict[str, int]:
        """The size of each name. Raises `DoesNotFit` where the pattern is not that of the input."""
        left = notation.left
        if len(left) != x.rank:
            axes = f"{len(left)} ax{'i' if len(left) == 1 else 'e'}s"
            message = f"the pattern has {axes} before its arrow, here is {described(x)}"
            hint = "one name or group for each axis, without the batch"
            raise DoesNotFit(message, at="pattern", help=hint, rule="AS406")
        given = dict(self.given)
        known = {name for group in left for name in group}
        for name in given:
            if name not in known:
                raise DoesNotFit(f"`{name}` is not in the pattern", at=name, help=_listed(sorted(known)))
        sizes: dict[str, int] = {}
        for axis, (group, size) in enumerate(zip(left, x.sizes, strict=True)):
            sizes.update(self._group_sizes(group, size, axis, given))
        return sizes

    def _group_sizes(self, group: Group, size: int, axis: int, given: dict[str, int]) -> dict[str, int]:
        open_names = [name for name in group if name not in given]
        if len(open_names) > 1:
            message = f"how axis {axis} of {int(size)} is split into {_listed(list(group))} is not said"
            hint = "give the size of all but one: " + ", ".join(f"`{name}=…`" for name in open_names[1:])
            raise DoesNotFit(message, at="pattern", help=hint)
        sizes = {name: given[name] for name in group if name in given}
        made = prod(sizes.values())
        if open_names:
            if size % made:
                at = next(iter(sizes))
                message = f"{_product(sizes)} does not divide axis {axis} of {int(size)}"
                raise DoesNotFit(message, at=at, notes=(f"{int(size)} / {made} leaves {size % made}",))
            sizes[open_names[0]] = size if made == 1 else derived(size // made, "//", size, made)
        elif made != size:
            at = next(iter(sizes)) if sizes else "pattern"
            raise DoesNotFit(f"axis {axis} is {int(size)}, the pattern makes it {_product(sizes)}", at=at)
        return sizes


def _product(sizes: dict[str, int]) -> str:
    return " · ".join(f"{name}={int(size)}" for name, size in sizes.items()) or "1"


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _methods(notation: Notation, op: Rearrange, sizes: dict[str, int]) -> tuple[FunctionCall, ...]:
    """Torch's methods that do it, from the last axis to the first, so that the numbers of those before stay right."""
    given = dict(op.given)
    calls: list[tuple[str, Any]] = []
    for axis, group in reversed(list(enumerate(notation.left, 1))):
        if not group:
            calls.append(("squeeze", (axis,)))
        elif len(group) > 1:
            whole = all(name in given for name in group)
            parts = tuple(given[name] if whole or name in given else -1 for name in group)
            calls.append(("unflatten", (axis, parts)))
    before = [name for group in notation.left for name in group]
    after = [name for group in notation.right for name in group]
    if before != after:
        calls.append(("permute", (0, *(before.index(name) + 1 for name in after))))
    axis = len(after)
    for group in reversed(notation.right):
        axis -= len(group)
        if not group:
            calls.append(("unsqueeze", (axis + 1,)))
        elif len(group) > 1:
            calls.append(("flatten", (axis + 1, axis + len(group))))
    return tuple(FunctionCall(target, arguments, {}, "method") for target, arguments in calls)


class _Parts:
    """The parts of the input's axes, and where they go.

    The first part of an axis that goes on counting positions does so in the coarsest steps, and carries its role.
    """

    def __init__(self, x: Shape, notation: Notation, sizes: dict[str, int]) -> None:
        self.x = x
        self.notation = notation
        self.sizes = sizes
        self.source = {name: axis for axis, group in enumerate(notation.left) for name in group}
        self.target = {name: at for at, group in enumerate(notation.right) for name in group}
        counted = {name for group in notation.right for name in self._counted(group)}
        axes = ([name for name in group if name in counted] for group in notation.left)
        self.first_counted = {names[0] for names in axes if names}

    def role(self, name: str) -> str:
        return self.x.roles[self.source[name]]

    # --- roles ---

    def roles(self) -> str:
        """The roles of the output's axes."""
        groups = self.notation.right
        pixels = self._pixels_of_tokens()
        made = [SPATIAL if at in pixels else self._role(group) for at, group in enumerate(groups)]
        if SPATIAL in made:
            if sum(role in (CHANNEL, FEATURE) for role in made) == 1:
                made = [CHANNEL if role == FEATURE else role for role in made]
        else:  # without pixels, only what stands in front is still channels
            made = [FEATURE if role == CHANNEL and (at or len(made) == 1) else role for at, role in enumerate(made)]
        return "".join(made)

    def _role(self, group: Group) -> str:
        counted = self._counted(group)
        if counted or not group:
            coarse = [name for name in counted if name in self.first_counted]
            return self.role(coarse[0]) if len(coarse) == 1 else SEQUENCE
        merged = any(self.role(name) in _POSITIONS and not self._given_up(name) for name in group)
        return FEATURE if merged or all(self.role(name) != CHANNEL for name in group) else CHANNEL

    def _counted(self, group: Group) -> list[str]:
        """The parts of an output axis that count positions; none where it counts features."""
        positions = [name for name in group if self.role(name) in _POSITIONS]
        features = [name for name in group if name not in positions]
        if not features:
            return positions
        left = [name for name in positions if not self._given_up(name)]
        whole = [name for name in features if len(self._siblings(name)) == 1]
        return left if len(left) == 1 and not whole else []

    def _siblings(self, name: str) -> Group:
        return self.notation.left[self.source[name]]

    def _given_up(self, name: str) -> bool:
        """Whether a part of positions becomes features, while another of the same axis goes on counting positions."""
        others = (self.notation.right[self.target[other]] for other in self._siblings(name) if other != name)
        return any(all(self.role(one) in _POSITIONS for one in group) for group in others)

    def _pixels_of_tokens(self) -> set[int]:
        """The output axes that tokens are split into, where those are pixels: two or three, and all of the tokens."""
        if SPATIAL in self.x.roles:
            return set()
        split = {name for name in self.source if self.role(name) == SEQUENCE and len(self._siblings(name)) > 1}
        counted = [self._counted(group) for group in self.notation.right]
        found = {at for at, names in enumerate(counted) if names and split.issuperset(names)}
        return found if 2 <= len(found) <= 3 and split == {name for at in found for name in counted[at]} else set()

    # --- fields ---

    def windows(self) -> tuple[Sliding | Resize | Whole, ...] | None:
        """How the output looks at each spatial axis of the input; none where no window says it.

        Merged positions keep what they have seen; parts of pixels that become channels are taken in at once.
        """
        roles = self.roles()
        made = [self._window(axis, roles) for axis in self.x.spatial_axes]
        order = [self.source[name] for at, role in enumerate(roles) if role == SPATIAL for name in self._coarse(at)]
        known = tuple(one for one in made if one is not None)
        if len(known) < len(made) or order != sorted(order):
            return None
        return () if all(one == Sliding(1) for one in known) else known

    def _coarse(self, at: int) -> list[str]:
        return [name for name in self.notation.right[at] if name in self.first_counted and self.role(name) == SPATIAL]

    def _window(self, axis: int, roles: str) -> Sliding | Resize | Whole | None:
        group = self.notation.left[axis]
        pixels = {self.target[name] for name in group if roles[self.target[name]] == SPATIAL}
        if len(pixels) > 1:
            return None
        # of parts that go apart, those among the pixels count; the others are taken in at once
        stays = [self.target[name] in pixels if pixels else roles[self.target[name]] == SEQUENCE for name in group]
        steps = [prod(int(self.sizes[name]) for name in group[at + 1 :]) for at in range(len(group))]
        if not any(stays):
            return Whole()
        first, last = stays.index(True), len(stays) - 1 - stays[::-1].index(True)
        kept = tuple(name for name, stay in zip(group, stays, strict=True) if stay)
        among = self.notation.right[pixels.pop()] if pixels else kept
        own = tuple(name for name in group if name in among)
        if not all(stays[first : last + 1]) or among[: len(own)] != own:
            return None
        finer = among[len(own) :]
        if not finer:
            taken = sum((self.sizes[n] - 1) * step for n, step, s in zip(group, steps, stays, strict=True) if not s)
            return Sliding(taken + 1, stride=steps[last])
        if all(stays) and not any(self.role(name) in _POSITIONS for name in finer):
            return Resize(int(self.x[axis]) * prod(int(self.sizes[name]) for name in finer))
        return None
