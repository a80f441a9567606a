"""What the families share: reading an input's axes, one value per axis, arguments worth writing, windows that fit."""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Any

from archspec.core.geometry import NoRoom, Sliding, Transposed
from archspec.core.layer import Product
from archspec.core.number import Float, Int, Literal
from archspec.core.shape import CHANNEL, FEATURE, Shape
from archspec.ops.base import Declared, DoesNotFit, Operator

Pair = tuple[int, int]

AXES = {1: ("length",), 2: ("height", "width"), 3: ("depth", "height", "width")}
ROLES = {"c": "channels", "s": "spatial", "t": "tokens", "f": "features"}


def described(x: Shape) -> str:
    """A shape with the meaning of its axes: `49 × 768 (tokens, features)`."""
    return f"{x} ({', '.join(ROLES[role] for role in x.roles)})" if x.rank else "a scalar"


def as_sequence(x: Shape) -> str:
    """How a value of two axes is made a sequence of features; nothing for any other value."""
    if x.roles not in ("cs", "ct"):
        return ""
    first, second = map(int, x.sizes)
    kept = f'`layout(["tokens", "features"])` says that it is {first} of {second} features each'
    return f"{kept}; `permute([1, 0])` makes {second} of {first} features"


def spatial_rank(op: Operator, x: Shape) -> int:
    """How many spatial axes follow the channels: 1, 2 or 3. Raises `DoesNotFit` for any other kind of input."""
    if x.roles in ("cs", "css", "csss"):
        return x.rank - 1
    if x.rank == 1:
        hint = f"put `{op.name}` before the `flatten`"
    elif x.roles in ("sc", "ssc", "sssc"):
        hint = f"bring the channels to the front: `permute({[x.rank - 1, *range(x.rank - 1)]})`"
        hint += f", or {_channels_last(x)}" if x.rank == 2 else ""  # two axes have changed places, for either reason
    elif x.roles in ("scs", "sscs", "scss"):
        hint = _channels_last(x)
    elif x.roles in ("ft", "tf"):
        turned = "permute([1, 0]) -> " if x.roles == "tf" else ""
        hint = f'`{turned}layout(["channels", "length"])` takes its features for channels and its tokens for positions'
    else:
        hint = "declare the input as [channels, length], [channels, height, width] or [channels, depth, height, width]"
    message = f"`{op.name}` takes channels and 1 to 3 spatial axes, here is {described(x)}"
    raise DoesNotFit(message, inputs=(0,), help=hint, rule="AS406")


def _channels_last(x: Shape) -> str:
    words = ", ".join(f'"{word}"' for word in (*AXES[x.rank - 1], "channels"))
    return f"if the channels of the input are last, say so before its axes are moved: `layout([{words}])`"


def per_axis(value: Any, axes: int, at: str) -> tuple[Any, ...]:
    """One value for each spatial axis. Raises `DoesNotFit` where a list has another length."""
    if not isinstance(value, tuple):
        return (value,) * axes
    if len(value) != axes:
        entries = f"{len(value)} entr{'y' if len(value) == 1 else 'ies'}"
        message = f"`{at}` has {entries}, the input has {axes} spatial ax{'i' if axes == 1 else 'e'}s"
        raise DoesNotFit(message, at=at, help=f"write one number, or {axes} of them", rule="AS406")
    return value


def sides(padding: Any, axes: int) -> tuple[Pair, ...]:
    """(before, after) for each spatial axis, of padding that is no word."""
    if not isinstance(padding, tuple):
        return ((padding, padding),) * axes
    entries = per_axis(padding, axes, "padding")
    return tuple([entry if isinstance(entry, tuple) else (entry, entry) for entry in entries])


def symmetric(pads: Iterable[Pair]) -> bool:
    for before, after in pads:  # noqa: SIM110 — for every convolution; `all` takes three times as long
        if before != after:
            return False
    return True


def compact(values: tuple[Any, ...]) -> Any:
    """One value where all axes agree, as torch takes it, else the tuple."""
    return values[0] if values.count(values[0]) == len(values) else values


_NO_OPTIONS: Mapping[str, Any] = {}
_REMEMBERING = frozenset({Int, Float})


def options(**given: tuple[Any, Any]) -> Mapping[str, Any]:
    """The keywords worth writing, of name=(value, torch's default).

    A value that remembers where it came from is written even where it equals the default: `stride=stride` is part of
    what a block says, and the code of a block is the same whatever its arguments are.
    """
    made: dict[str, Any] = {}
    for name, (value, default) in given.items():
        if value != default or (type(value) in _REMEMBERING and type(value.origin) is not Literal):
            made[name] = value
    return made or _NO_OPTIONS


def changed(op: Declared, *names: str) -> Mapping[str, Any]:
    """`options` for parameters whose names and defaults are torch's own."""
    given = vars(op)
    return options(**{name: (given[name], op.parameters[name].default) for name in names if name in given})


@lru_cache(maxsize=1024)
def sliding(
    kernel: tuple[int, ...],
    stride: tuple[int, ...],
    dilation: tuple[int, ...],
    pads: tuple[Pair, ...],
    ceil: bool = False,
) -> tuple[Sliding, ...]:
    """The window along each axis, of plain numbers; axes that are alike have the same one, as have layers."""
    windows: list[Sliding] = []
    for size, step, apart, (before, after) in zip(kernel, stride, dilation, pads, strict=True):
        made = Sliding(int(size), int(step), int(apart), int(before), int(after), ceil)
        windows.append(windows[-1] if windows and windows[-1] == made else made)
    return tuple(windows)


def slide(
    op: Operator | type[Operator], windows: Iterable[Sliding | Transposed], sizes: tuple[int, ...]
) -> tuple[int, ...]:
    """The output size along each axis. Raises `DoesNotFit` where a window finds no room."""
    outputs: list[int] = []
    try:
        for window, size in zip(windows, sizes, strict=True):
            outputs.append(window.output(size))
    except NoRoom as error:
        axis = AXES[len(sizes)][len(outputs)]
        what, at = _too_large(window, size)
        message = f"{what} of `{op.name}` does not fit the input's {axis} of {int(size)}"
        hint = f"the smallest {axis} that fits is {error.smallest}"
        raise DoesNotFit(message, at=at, notes=(error.formula,), help=hint, rule="AS403") from None
    return tuple(outputs)


def _too_large(window: Sliding | Transposed, size: int) -> tuple[str, str]:
    """What does not fit, and the parameter to blame for it."""
    if isinstance(window, Transposed):
        return f"the padding of {int(window.before)}", "padding"
    if window.dilation == 1 or window.kernel == 1:
        return f"the window of {int(window.kernel)}", "kernel"
    at = "dilation" if size + window.before + window.after >= window.kernel else "kernel"
    return f"the window of {window.extent} (kernel {int(window.kernel)}, dilation {int(window.dilation)})", at


def factors(prefix: str, sizes: tuple[int, ...]) -> tuple[tuple[str, int], ...]:
    """The sizes along the spatial axes as named factors: ("kernel height", 3), ("kernel width", 3)."""
    names = _factor_names(prefix, len(sizes))
    return tuple([(name, int(size)) for name, size in zip(names, sizes, strict=True)])


@cache
def _factor_names(prefix: str, axes: int) -> tuple[str, ...]:
    return tuple(f"{prefix} {axis}" for axis in AXES[axes])


def macs(*named: tuple[str, int]) -> tuple[Product, ...]:
    """One product of named factors."""
    return (Product.of(*named),)


def batched(axis: int) -> int:
    """An axis of a sample as torch counts it, with the batch in front; negative ones count from the end either way."""
    return axis + 1 if axis >= 0 else axis


def axis_of(op: Operator, x: Shape, axis: int, at: str = "axis") -> int:
    """The axis counted from the front. Raises `DoesNotFit` where the input has no such axis."""
    if -x.rank <= axis < x.rank:
        return axis % x.rank
    message = f"`{op.name}` has no axis {int(axis)} in {described(x)}"
    hint = f"axes count from 0 without the batch: {-x.rank} to {x.rank - 1}" if x.rank else ""
    raise DoesNotFit(message, at=at, help=hint, rule="AS406")


def axes_of(op: Operator, x: Shape, axes: Iterable[int], at: str = "axes") -> tuple[int, ...]:
    """Several axes counted from the front. Raises `DoesNotFit` where one does not exist or stands twice."""
    found = tuple(axis_of(op, x, axis, at) for axis in axes)
    if len(set(found)) < len(found):
        twice = next(axis for axis in found if found.count(axis) > 1)
        message = f"`{at}` names axis {twice} of {described(x)} twice"
        raise DoesNotFit(message, at=at, help="each axis at most once", rule="AS406")
    return found


def kept(x: Shape, sizes: Iterable[int], roles: str) -> Shape:
    """A shape made of axes of `x`; what is left without positions counts features."""
    return Shape(sizes, FEATURE if roles == CHANNEL else roles)


def check_divides(factor: int, count: int, what: str, at: str) -> None:
    """Raise `DoesNotFit` unless the parameter `at`, of this value, divides what it splits: "the 30 channels"."""
    if count % factor == 0:
        return
    divisors = [one for one in range(1, min(int(count), 4096) + 1) if count % one == 0]
    near = sorted(sorted(divisors, key=lambda one: abs(one - factor))[:3])
    raise DoesNotFit(
        f"`{at}` of {int(factor)} does not divide the {int(count)} {what}",
        at=at,
        notes=(f"{int(count)} / {int(factor)} leaves {count % factor}",),
        help=f"`{at}` of {', '.join(map(str, near))} would fit",
        rule="AS404",
    )
