"""Random operators: a strategy for every kind of parameter, and from these one for every operator of the registry."""

from typing import Any, NamedTuple

from fitting_cases import FITTING_CASES
from hypothesis import strategies as st

from archspec.core.shape import Shape
from archspec.ops import INITIALISERS, Operator, kinds
from archspec.ops.notation import Pattern

Strategy = st.SearchStrategy[Any]

SPATIAL_ONLY = {
    "conv", "depthwise", "conv_transpose", "maxpool", "avgpool", "l2pool", "adaptive_avgpool", "adaptive_maxpool",
    "global_avgpool", "global_maxpool", "upsample", "spatial_dropout", "locally_connected", "pad", "channel_shuffle",
}  # fmt: skip

# small numbers most often: windows then fit, and groups divide
_SMALL = (1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 7)


class Case(NamedTuple):
    """An operator with its arguments, and the shapes that it is given."""

    op: Operator
    inputs: tuple[Shape, ...]


def values(kind: Any, axes: int) -> Strategy:
    """Values that a parameter of this kind takes, where the input has so many spatial axes."""
    match kind:
        case kinds.Integer(least=least, most=most):
            if least < 0:  # an axis
                return st.sampled_from([one for one in (0, 0, 1, 2, 3, -1, -2, -3) if one >= least])
            return st.sampled_from([one - 1 + least for one in _SMALL if one - 1 + least <= most])
        case kinds.Real(least=least, most=most, above=above, below=below):
            some = [x for x in (0.1, 0.25, 0.5, 0.9, 1.5, 2.0, 3, 0.0, -0.5) if least <= x <= most]
            return st.sampled_from([x for x in some if (x > least or not above) and (x < most or not below)])
        case kinds.Boolean():
            return st.booleans()
        case kinds.Choice(options=options):
            return st.sampled_from(options)
        case kinds.Optional(of=of):
            return st.none() | values(of, axes)
        case kinds.PerAxis(of=of):
            each = values(of, axes)
            return each | st.tuples(*[each] * max(axes, 1))
        case kinds.ListOf(of=of, least=least):
            return st.lists(values(of, axes), min_size=least, max_size=4).map(tuple)
        case kinds.OneOrMore(of=of):
            return values(of, axes) | st.lists(values(of, axes), min_size=1, max_size=3).map(tuple)
        case Pattern():
            return st.sampled_from(["a -> a", "a b -> b a", "a b c -> (a b) c", "(a b) -> b a", "a b c d -> d (c b) a"])
        case kinds.Padding(words_allowed=words, least=least):
            side = st.sampled_from([0, 0, 1, 1, 2, 3, 5, *([-1, -2] if least < 0 else [])])
            pair = st.tuples(side, side)
            lists = (st.tuples(*[one] * max(axes, 1)) for one in (side, pair, side | pair))
            return st.one_of(side, *lists, *([st.sampled_from(words)] if words else []))
        case kinds.Initialiser():
            return st.none() | st.sampled_from(sorted(INITIALISERS)).flatmap(
                lambda name: arguments(INITIALISERS[name], axes)
            )
    raise AssertionError(f"no strategy for {kind!r}")


@st.composite
def arguments(draw: st.DrawFn, declared: Any, axes: int) -> Any:
    """An operator or initialiser with random arguments: required ones always, others now and then."""
    chosen = {}
    for name, one in declared.parameters.items():
        if one.required or isinstance(one.kind, kinds.Padding) or draw(st.integers(0, 2)) == 0:
            chosen[name] = draw(values(one.kind, axes))
    return declared(**chosen)


@st.composite
def cases(draw: st.DrawFn, operator: type[Operator]) -> Case:
    """An operator with random arguments and as many random inputs as it takes, of 1 to 3 spatial axes."""
    if operator.name in FITTING_CASES and draw(st.integers(0, 3)):
        return Case(*draw(FITTING_CASES[operator.name](operator)))
    rank = draw(st.sampled_from([2, 3, 4] if operator.name in SPATIAL_ONLY else [1, 2, 3, 4]))
    first = draw(shapes(rank))
    if operator.name == "linear" and draw(st.booleans()):
        first = Shape(first.sizes, ("f", "tf", "ssc", "sssc")[rank - 1])
    op = draw(arguments(operator, rank - 1))
    if operator.name in _FITTING and draw(st.booleans()):
        op = draw(_FITTING[operator.name](operator, first))
    least, most = operator.ports
    count = draw(st.integers(least, most if most is not None else least + 2))
    others = [draw(resembling(first)) for _ in range(count - 1)]
    return Case(op, (first, *others)[:count])


def shapes(rank: int) -> st.SearchStrategy[Shape]:
    channels = st.sampled_from([1, 2, 3, 4, 4, 6, 6, 8, 12])
    sizes = (
        st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) if rank < 4 else st.sampled_from([1, 2, 3, 4, 5, 6, 7])
    )
    return st.tuples(channels, *[sizes] * (rank - 1)).map(Shape)


@st.composite
def resembling(draw: st.DrawFn, x: Shape) -> Shape:
    """Most often the same shape, else one that differs in an axis or two, or in their number."""
    if draw(st.integers(0, 2)):
        return x
    sizes = [draw(st.sampled_from([size, size, 1, size + 1])) for size in x]
    if draw(st.integers(0, 7)) == 0:
        sizes = sizes[1:] or [*sizes, 2]
    return Shape(sizes)


@st.composite
def fitting_window(draw: st.DrawFn, operator: type[Operator], x: Shape) -> Operator:
    """A small window that steps, with little padding: "same" and unequal sides are at their most telling."""
    axes = x.rank - 1
    small = st.tuples(*[st.sampled_from([1, 2, 3])] * axes)
    pairs = st.tuples(*[st.sampled_from([(0, 1), (1, 0), (1, 1)])] * axes)
    chosen: dict[str, Any] = {"kernel": draw(st.just(2) | st.just(3) | small), "stride": draw(small)}
    chosen["padding"] = draw(st.just("same") | pairs)
    if "count_include_pad" in operator.parameters:
        chosen["count_include_pad"] = draw(st.booleans())
    return operator(*[draw(st.sampled_from(_SMALL))] if "out" in operator.parameters else [], **chosen)


_SIZES: dict[str, Any] = {"scale": kinds.Real(0.0, above=True), "size": kinds.Integer()}


@st.composite
def fitting_upsample(draw: st.DrawFn, operator: type[Operator], x: Shape) -> Operator:
    """Exactly one of scale and size, and a mode for the rank."""
    axes = x.rank - 1
    by = draw(st.sampled_from(["scale", "size"]))
    modes = {1: ["linear"], 2: ["bilinear", "bicubic"], 3: ["trilinear"]}[axes]
    mode = draw(st.sampled_from(["nearest", "nearest-exact", *modes]))
    chosen = {by: draw(values(kinds.PerAxis(_SIZES[by]), axes)), "mode": mode}
    return operator(**chosen, align_corners=mode in modes and draw(st.booleans()))


@st.composite
def fitting_split(draw: st.DrawFn, operator: type[Operator], x: Shape) -> Operator:
    axis = draw(st.integers(-x.rank, x.rank - 1))
    cuts = sorted(draw(st.sets(st.integers(1, max(x[axis] - 1, 1)), max_size=3)))
    ends = [*[cut for cut in cuts if cut < x[axis]], x[axis]]
    sizes = tuple(end - start for start, end in zip([0, *ends], ends, strict=False))
    return operator(sizes=sizes, axis=axis)


# where independent arguments would hardly ever fit
_FITTING = {
    "split": fitting_split,
    "upsample": fitting_upsample,
    "conv": fitting_window,
    "maxpool": fitting_window,
    "avgpool": fitting_window,
    "locally_connected": fitting_window,
}
