"""Random operators with inputs made for them, where independent ones would hardly ever fit."""

from collections.abc import Callable
from math import prod
from typing import Any

from hypothesis import strategies as st

from archspec.core.shape import Shape
from archspec.ops import Operator

Made = tuple[Operator, tuple[Shape, ...]]
Kind = type[Operator]
Draw = st.DrawFn

SMALL = st.integers(1, 4)
SIZE = st.integers(1, 7)
LAYOUTS = ("f", "tf", "cs", "css", "ssc", "csss", "ttf")


def value(draw: Draw, layouts: tuple[str, ...] = LAYOUTS) -> Shape:
    roles = draw(st.sampled_from(layouts))
    return Shape([draw(SIZE) for _ in roles], roles)


def some(draw: Draw, **options: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Each of the options now and then."""
    return {name: draw(one) for name, one in options.items() if draw(st.booleans())}


def axis(draw: Draw, x: Shape) -> int:
    return draw(st.integers(-x.rank, x.rank - 1))


# --- axes ---


@st.composite
def layout(draw: Draw, op: Kind) -> Made:
    x = value(draw)
    words = st.sampled_from(["channels", "height", "width", "tokens", "features"])
    return op(tuple(draw(words) for _ in x)), (x,)


@st.composite
def permute(draw: Draw, op: Kind) -> Made:
    x = value(draw)
    order = draw(st.permutations(range(x.rank)))
    return op(tuple(at - x.rank if draw(st.booleans()) else at for at in order)), (x,)


def split(draw: Draw, parts: list[int]) -> tuple[int, ...]:
    """Sizes of the parts of an axis, one of them left open now and then."""
    at = draw(st.integers(-1, len(parts) - 1))
    return tuple(-1 if at == k else part for k, part in enumerate(parts))


@st.composite
def unflatten(draw: Draw, op: Kind) -> Made:
    x = value(draw)
    at = axis(draw, x)
    parts = draw(st.lists(SMALL, min_size=1, max_size=3))
    sizes = [*x.sizes]
    sizes[at] = prod(parts)
    return op(at, split(draw, parts)), (Shape(sizes, x.roles),)


@st.composite
def reshape(draw: Draw, op: Kind) -> Made:
    parts = draw(st.lists(SMALL, min_size=1, max_size=4))
    cut = draw(st.integers(0, len(parts)))
    sizes = [size for size in (prod(parts[:cut]), prod(parts[cut:])) if size > 1] or [1]
    return op(split(draw, parts)), (Shape(sizes),)


@st.composite
def rearrange(draw: Draw, op: Kind) -> Made:
    """Axes split into one to three parts, put together anew; half the time as pictures are."""
    if draw(st.booleans()):
        pattern, roles = draw(st.sampled_from(PATTERNS))
        groups = pattern.split(" -> ")[0].replace(" (", "|(").replace(") ", ")|").split("|")
        left = [part for group in groups for part in ([group] if "(" in group else group.split())]
    else:
        roles = draw(st.sampled_from(LAYOUTS))
        names = iter("abcdefghijkl")
        left = [" ".join(next(names) for _ in range(draw(st.integers(1, 2 if len(roles) > 2 else 3)))) for _ in roles]
        order = draw(st.permutations([name for group in left for name in group.split()]))
        ends = sorted(draw(st.sets(st.integers(1, len(order)), max_size=4)) | {len(order)})
        right = [order[start:end] for start, end in zip([0, *ends], ends, strict=False)]
        sides = ([group.split() for group in left], right)
        pattern = " -> ".join(" ".join(f"({' '.join(g)})" if len(g) > 1 else g[0] for g in side) for side in sides)
    sizes: dict[str, int] = {}
    given: dict[str, int] = {}
    shape = []
    for group in left:
        parts = group.strip("()").split()
        sizes |= {name: draw(SMALL) for name in parts}
        open_part = draw(st.sampled_from([*parts, None]))
        given |= {name: sizes[name] for name in parts if name != open_part and len(parts) > 1}
        shape.append(prod(sizes[name] for name in parts))
    return op(pattern, **given), (Shape(shape, roles),)


PATTERNS = [
    ("c h w -> (h w) c", "css"), ("c h w -> c (h w)", "css"), ("(h w) c -> c h w", "tf"), ("c h w -> h w c", "css"),
    ("(h a) (w b) c -> h w (b a c)", "ssc"), ("c (h a) (w b) -> (c a b) h w", "css"),
    ("(c a b) h w -> c (h a) (w b)", "css"), ("(a b c) h w -> c (h a) (w b)", "css"),
    ("c (h a) (w b) -> (h w) (a b) c", "css"), ("(h w) (a b) c -> c (h a) (w b)", "ttf"),
    ("c (a h) (b w) -> (h w) (a b) c", "css"), ("c (a l) -> (c a) l", "cs"), ("c (h a) w -> c h a w", "css"),
    ("t (s head d) -> s head t d", "tf"), ("c h w -> c w h", "css"), ("(g c) h w -> (c g) h w", "css"),
]  # fmt: skip


@st.composite
def select(draw: Draw, op: Kind) -> Made:
    x = value(draw)
    at = axis(draw, x)
    return op(draw(st.integers(-x[at], x[at] - 1)), at), (x,)


@st.composite
def slice_(draw: Draw, op: Kind) -> Made:
    x = value(draw)
    at = axis(draw, x)
    start, stop = (draw(st.integers(-x[at] - 1, x[at] + 1)) for _ in range(2))
    return op(axis=at, **some(draw, start=st.just(start), stop=st.just(stop), step=SMALL)), (x,)


@st.composite
def roll(draw: Draw, op: Kind) -> Made:
    x = value(draw)
    axes = draw(st.lists(st.integers(0, x.rank - 1), min_size=1, max_size=x.rank, unique=True))
    return op(tuple(draw(st.integers(-9, 9)) for _ in axes), tuple(axes)), (x,)


@st.composite
def reduction(draw: Draw, op: Kind) -> Made:
    x = value(draw)
    axes = draw(st.lists(st.integers(0, x.rank - 1), min_size=1, max_size=x.rank, unique=True))
    return op(tuple(axes), draw(st.booleans())), (x,)


@st.composite
def shuffle(draw: Draw, op: Kind) -> Made:
    groups = draw(SMALL)
    sizes = [draw(SIZE) for _ in range(draw(st.integers(1, 3)))]
    return op(groups), (Shape([groups * draw(SMALL), *sizes]),)


@st.composite
def pixels(draw: Draw, op: Kind) -> Made:
    factor, channels, height, width = (draw(st.integers(1, 3)) for _ in range(4))
    if op.name == "pixel_shuffle":
        return op(factor), (Shape([channels * factor**2, height, width]),)
    return op(factor), (Shape([channels, factor * height, factor * width]),)


@st.composite
def matmul(draw: Draw, op: Kind) -> Made:
    rows, inner, columns, stack = (draw(SIZE) for _ in range(4))
    transpose = draw(st.booleans())
    second = (columns, inner) if transpose else (inner, columns)
    deep = draw(st.integers(0, 2))
    first = [draw(st.sampled_from([stack, 1])) for _ in range(deep)]
    other = [draw(st.sampled_from([stack, 1])) for _ in range(deep)]
    return op(transpose), (Shape([*first, rows, inner], "f" * deep + "tf"), Shape([*other, *second], "f" * deep + "tf"))


# --- layers ---


@st.composite
def norm(draw: Draw, op: Kind) -> Made:
    x = value(draw, ("f", "tf", "ssc", "css", "csss"))
    chosen = some(draw, eps=st.sampled_from([1e-6, 0.1]), elementwise_affine=st.booleans())
    if op.name == "layernorm":
        chosen |= some(draw, bias=st.booleans())
    if x.roles[0] == "c" and op.name == "layernorm" and draw(st.booleans()):
        return op(axis=draw(st.sampled_from([0, -x.rank])), **chosen), (x,)
    return op(axes=x.rank if x.roles[0] == "c" else draw(st.integers(1, x.rank)), **chosen), (x,)


@st.composite
def groupnorm(draw: Draw, op: Kind) -> Made:
    groups = draw(SMALL)
    sizes = [draw(SIZE) for _ in range(draw(st.integers(0, 3)))]
    return op(groups, **some(draw, affine=st.booleans())), (Shape([groups * draw(SMALL), *sizes]),)


@st.composite
def embedding(draw: Draw, op: Kind) -> Made:
    return op(draw(SIZE), draw(SIZE)), (value(draw, ("t", "f", "tt")),)


@st.composite
def recurrent(draw: Draw, op: Kind) -> Made:
    options = some(draw, layers=st.integers(1, 3), bias=st.booleans(), bidirectional=st.booleans())
    return op(draw(SIZE), **options), (Shape([draw(SIZE), draw(SIZE)], "tf"),)


@st.composite
def attention(draw: Draw, op: Kind) -> Made:
    heads, each = draw(SMALL), draw(SMALL)
    query = Shape([draw(SIZE), heads * each], "tf")
    others = [Shape([draw(SIZE), draw(st.sampled_from([query[1], 5]))], "tf")]
    others.append(Shape([others[0][0], draw(st.sampled_from([query[1], 3]))], "tf"))
    return op(heads, **some(draw, bias=st.booleans())), (query, *others[: draw(st.integers(0, 2))])


@st.composite
def window_attention(draw: Draw, op: Kind) -> Made:
    heads, each = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    version = draw(st.sampled_from([1, 2]))
    window = tuple(draw(st.integers(version, 3)) for _ in range(2))
    shift = tuple(draw(st.integers(0, size - 1)) for size in window)
    options = some(draw, qkv_bias=st.booleans(), proj_bias=st.booleans())
    x = Shape([draw(st.integers(1, 6)), draw(st.integers(1, 6)), heads * each], "ssc")
    return op(heads, window, shift, version, **options), (x,)


@st.composite
def relative_attention(draw: Draw, op: Kind) -> Made:
    heads, size = draw(SMALL), draw(st.integers(1, 3))
    front = [draw(SMALL)] if draw(st.booleans()) else []
    return op(heads, size), (Shape([*front, size * size, heads * draw(SMALL)], "t" * len(front) + "tf"),)


FITTING_CASES: dict[str, Callable[[Kind], st.SearchStrategy[Made]]] = {
    "attention": attention,
    "channel_shuffle": shuffle,
    "embedding": embedding,
    "groupnorm": groupnorm,
    "gru": recurrent,
    "layernorm": norm,
    "layout": layout,
    "lstm": recurrent,
    "matmul": matmul,
    "max": reduction,
    "mean": reduction,
    "permute": permute,
    "pixel_shuffle": pixels,
    "pixel_unshuffle": pixels,
    "rearrange": rearrange,
    "relative_attention": relative_attention,
    "reshape": reshape,
    "rmsnorm": norm,
    "roll": roll,
    "select": select,
    "slice": slice_,
    "sum": reduction,
    "unflatten": unflatten,
    "window_attention": window_attention,
}
