"""`rearrange`: its notation, what becomes of roles and fields, and the methods that are generated."""

from typing import Any

import pytest

from archspec.core.geometry import Resize, Sliding, Whole
from archspec.core.layer import FunctionCall, Layer, Methods, Pass
from archspec.core.number import Symbol, origin, remember
from archspec.core.shape import Shape
from archspec.ops import OPERATORS, BadArgument, DoesNotFit
from archspec.ops.notation import parsed


def applied(pattern: str, sizes: tuple[int, ...], roles: str, **given: int) -> Layer:
    return OPERATORS["rearrange"](pattern, **given).layer(Shape(sizes, roles))


def methods(layer: Layer) -> list[tuple[str, Any]]:
    assert isinstance(layer.call, Methods)
    return [(one.target, one.arguments) for one in layer.call.calls]


def test_both_sides_are_taken_apart() -> None:
    notation = parsed("c (h a)(w  b) 1 -> h () (a w b c)")
    assert notation.left == (("c",), ("h", "a"), ("w", "b"), ())
    assert notation.right == (("h",), (), ("a", "w", "b", "c"))


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("c h w", "there is no `->`"),
        ("a -> b -> a", "there is more than one `->`"),
        ("a b -> a", "`b` stands on the left only"),
        ("a -> a b", "`b` stands on the right only"),
        ("a a -> a", "`a` stands twice on the left"),
        ("a -> a a", "`a` stands twice on the right"),
        ("(a (b) c) -> a b c", "a parenthesis within a parenthesis"),
        ("(a b -> a b", "a parenthesis stays open"),
        ("a) b -> a b", "a parenthesis closes that is not open"),
        ("a, b -> b a", "`, b` is neither a name nor a parenthesis"),
        ("a 2 -> a", "`2` is neither a name nor a parenthesis"),
        ("a 10 -> a", "`10` is neither a name nor a parenthesis"),
        ("... c -> c ...", "`... c` is neither a name nor a parenthesis"),
    ],
)
def test_patterns_that_are_none(pattern: str, message: str) -> None:
    with pytest.raises(BadArgument) as caught:
        OPERATORS["rearrange"](pattern)
    assert (caught.value.at, caught.value.message) == ("pattern", f"`pattern`: {message}")
    assert caught.value.help


def test_a_long_pattern_is_refused_quickly() -> None:
    with pytest.raises(BadArgument, match="names on the left"):
        OPERATORS["rearrange"](" ".join(f"a{k}" for k in range(500)) + " -> " + " ".join(f"a{k}" for k in range(500)))
    with pytest.raises(BadArgument):
        OPERATORS["rearrange"]("(" * 4000 + "->")


@pytest.mark.parametrize(
    ("pattern", "before", "given", "after"),
    [
        ("c h w -> (h w) c", "css", {}, "tf"),
        ("c h w -> c (h w)", "css", {}, "ct"),
        ("c h w -> h w c", "css", {}, "ssc"),
        ("c h w -> (c h w)", "css", {}, "f"),
        ("(h w) c -> c h w", "tf", {"h": 4}, "css"),
        ("(h w) c -> h w c", "tf", {"h": 4}, "ssc"),
        ("(n k) c -> n (k c)", "tf", {"n": 2}, "tf"),
        ("c (h a) (w b) -> h w (a b c)", "css", {"a": 2, "b": 2}, "ssc"),
        ("(c a b) h w -> c (h a) (w b)", "css", {"a": 2, "b": 2}, "css"),
        ("c (h a) (w b) -> (h w) (a b) c", "css", {"a": 2, "b": 2}, "ttf"),
        ("(h w) (a b) c -> c (h a) (w b)", "ttf", {"h": 2, "a": 2}, "css"),
        ("t (three heads d) -> three heads t d", "tf", {"three": 2, "heads": 2}, "fftf"),
        ("(h w) (a b c) -> c (h a) (w b)", "tf", {"h": 4, "a": 2, "b": 2}, "css"),
        ("c (a l) -> (c a) l", "cs", {"a": 2}, "cs"),
        ("c h w -> (c h) w", "css", {}, "cs"),
        ("c l -> l c", "cs", {}, "sc"),
        ("c h w -> 1 c h w", "css", {}, "tcss"),
        ("c -> c 1 1", "f", {}, "ftt"),
    ],
)
def test_roles(pattern: str, before: str, given: dict[str, int], after: str) -> None:
    assert applied(pattern, (8,) * len(before), before, **given).output.roles == after


@pytest.mark.parametrize(
    ("pattern", "given", "windows", "mixes"),
    [
        ("c h w -> (h w) c", {}, (), False),
        ("c (h a) (w b) -> (h w) (a b) c", {"a": 2, "b": 4}, (), False),  # tokens, each of which sees itself
        ("c (h a) (w b) -> h w (a b c)", {"a": 2, "b": 4}, (Sliding(2, stride=2), Sliding(4, stride=4)), False),
        ("c (h a) (w b) -> (h w) (a b c)", {"a": 2, "b": 4}, (Sliding(2, stride=2), Sliding(4, stride=4)), False),
        ("c (a h) w -> (c a) h w", {"a": 2}, (Sliding(5), Sliding(1)), False),  # rows that lie half the map apart
        ("(c a) h w -> c (h a) w", {"a": 2}, (Resize(16), Sliding(1)), False),
        ("c h w -> (c h) w", {}, (Whole(), Sliding(1)), False),
        ("(c a) h w -> c (a h) w", {"a": 2}, (), True),  # the map twice, below each other
        ("c h w -> c w h", {}, (), True),
        ("c (h a) w -> c (a h) w", {"a": 2}, (), True),
    ],
)
def test_fields(pattern: str, given: dict[str, int], windows: tuple[Any, ...], mixes: bool) -> None:
    layer = applied(pattern, (8, 8, 8), "css", **given)
    assert (layer.windows, layer.mixes) == (windows, mixes)


def test_methods_are_those_that_are_needed() -> None:
    assert methods(applied("c h w -> (h w) c", (8, 4, 4), "css")) == [("permute", (0, 2, 3, 1)), ("flatten", (1, 2))]
    assert methods(applied("c h w -> h w c", (8, 4, 4), "css")) == [("permute", (0, 2, 3, 1))]
    assert methods(applied("c (h a) -> c h a", (8, 4), "cs", a=2)) == [("unflatten", (2, (-1, 2)))]
    assert methods(applied("1 c -> c 1", (1, 8), "ff")) == [("squeeze", (1,)), ("unsqueeze", (2,))]
    assert applied("c h w -> c h w", (8, 4, 4), "css").call == Pass()


def test_a_method_call_is_a_function_of_the_input() -> None:
    layer = applied("c h w -> c (h w)", (8, 4, 4), "css")
    assert layer.call == Methods((FunctionCall("flatten", (2, 3), {}, "method"),))
    assert layer.view
    assert not applied("c h w -> (h w) c", (8, 4, 4), "css").view  # the numbers are copied into their new order


def test_sizes_remember() -> None:
    channels = remember(8, Symbol("channels"))
    layer = applied("c h w -> (h w) c", (channels, 4, 4), "css")
    assert origin(layer.output[1]) == Symbol("channels")
    parted = applied("(c a) l -> c (l a)", (channels, 4), "cs", a=2)
    assert origin(parted.output[0]).operator == "//"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("pattern", "given", "at", "message"),
    [
        (
            "h w -> w h", {}, "pattern",
            "the pattern has 2 axes before its arrow, here is 8 × 6 × 4 (channels, spatial, spatial)",
        ),
        ("c (h a) w -> c h a w", {}, "pattern", "how axis 1 of 6 is split into `h`, `a` is not said"),
        ("c (h a) w -> c h a w", {"a": 4}, "a", "a=4 does not divide axis 1 of 6"),
        ("c (h a) w -> c h a w", {"h": 2, "a": 2}, "h", "axis 1 is 6, the pattern makes it h=2 · a=2"),
        ("c h w -> w h c", {"w": 5}, "w", "axis 2 is 4, the pattern makes it w=5"),
        ("c h w -> w h c", {"k": 5}, "k", "`k` is not in the pattern"),
        ("c 1 w -> w c", {}, "pattern", "axis 1 is 6, the pattern makes it 1"),
    ],
)  # fmt: skip
def test_inputs_that_are_not_the_patterns(pattern: str, given: dict[str, int], at: str, message: str) -> None:
    with pytest.raises(DoesNotFit) as caught:
        applied(pattern, (8, 6, 4), "css", **given)
    assert (caught.value.at, caught.value.message) == (at, message)


def test_arguments_of_other_names_are_sizes() -> None:
    op = OPERATORS["rearrange"]("(a b) -> a b", a=2)
    assert repr(op) == 'rearrange(pattern="(a b) -> a b", a=2)'
    assert op == OPERATORS["rearrange"]("(a b) -> a b", a=2)
    assert op != OPERATORS["rearrange"]("(a b) -> a b", b=2)
    with pytest.raises(BadArgument) as caught:
        OPERATORS["rearrange"]("(a b) -> a b", a=0)
    assert (caught.value.at, caught.value.message) == ("a", "`a`: 0 is below 1")
