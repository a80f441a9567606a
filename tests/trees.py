"""Random syntax trees, of every kind of node: what a text can say, whether or not it means anything.

Names are such as can stand where they stand, many of them words of the language. All spans are empty.
"""

from typing import Any

from hypothesis import strategies as st

from archspec.core.source import Source, Span
from archspec.syntax import tree

NOWHERE = Span(Source("tree", ""), 0, 0)

Made = st.SearchStrategy[Any]

_PLAIN = ("x", "conv", "relu", "channels", "c3", "_hidden", "Stage", "depths", "n", "a_rather_long_name_of_a_parameter")
# Words that stand for themselves elsewhere, and are names here.
_VALUES = ("skip", "as", "import", "block", "network", "from", "input", "fn", "if", "else", "for", "and", "or")
_CALLED = ("as", "import", "block", "network", "from", "concat")
_NAMED = ("skip", "as", "block", "network", "from", "input", "in", "not", "else", "residual")


def names(*more: str) -> st.SearchStrategy[str]:
    """Names, three in four of them plain ones."""
    repeated = -(-3 * len(more) // len(_PLAIN)) or 1
    return st.sampled_from([*_PLAIN * repeated, *more])


def node(kind: Any, *fields: Made) -> Made:
    """Nodes with these fields, nowhere."""
    return st.tuples(*fields).map(lambda made: kind(*made, NOWHERE))


def many(strategy: Made, least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(strategy, min_size=least, max_size=most).map(tuple)


def maybe(strategy: Made) -> Made:
    return st.one_of(st.none(), strategy)


# --- expressions ---

constants = node(
    tree.Constant,
    st.one_of(
        st.sampled_from([True, False, None, 0, 1, 3, 64, 0.1, 1e-5, 0.0, 1e16, float("inf")]),
        st.integers(0, 10**30),
        st.floats(0, 1e300, allow_nan=False),
    ),
)
# What a text cannot hold is left out: surrogates, and carriage returns, which are read as line feeds.
texts = st.one_of(
    st.sampled_from(
        ["", "a", "{", "}}", '"', "\\", "\\n", "a\n\tb", "# no comment", "a -> b; c", "(é)", "in", "c {x}"]
    ),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=5),
)
values = node(tree.Name, names(*_VALUES, "in", "_"))
_leaves = st.one_of(values, constants, node(tree.Here, names(*_NAMED)))


def strings(expressions: Made) -> Made:
    """Strings as reading makes them: neighbouring texts are one, and an empty string is one empty text."""
    return many(st.one_of(texts, expressions)).map(lambda parts: tree.String(_merged(parts), NOWHERE))


def _merged(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    merged: list[Any] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return tuple(merged) or ("",)


def lists(items: Made) -> Made:
    return node(tree.List, many(items, most=5))


def _table(cell: Any) -> tree.List:
    """Rows of the same length, for the sake of layout."""
    number = tree.Constant(128, NOWHERE)
    return tree.List((tree.List((cell, number), NOWHERE), tree.List((number, cell), NOWHERE)), NOWHERE)


def arguments(values: Made) -> Made:
    return many(node(tree.Argument, maybe(names("skip", "input", "else")), values), most=4)


targets = st.recursive(
    node(tree.Target, maybe(names("skip", "in")), st.just(())),
    lambda inner: node(tree.Target, st.none(), many(inner, 1)),
    max_leaves=3,
)


def _comparison(inner: Made) -> Made:
    operators = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    first = st.tuples(inner, many(st.tuples(operators, inner), 1, 2))
    return first.map(
        lambda made: tree.Compare((made[0], *(one[1] for one in made[1])), tuple(one[0] for one in made[1]), NOWHERE)
    )


def _composed(inner: Made) -> Made:
    """Expressions, all but strings, made of others."""
    binary = st.sampled_from(["+", "-", "*", "/", "//", "%", "**", "and", "or"])
    return st.one_of(
        node(tree.Attribute, inner, names(*_NAMED)),
        node(tree.Item, inner, inner),
        node(tree.Slice, inner, maybe(inner), maybe(inner)),
        node(tree.Apply, inner, arguments(inner)),
        node(tree.Unary, st.sampled_from(["-", "+", "not"]), inner),
        node(tree.Binary, binary, inner, inner),
        _comparison(inner),
        node(tree.Choose, inner, inner, inner),
        lists(inner),
        _leaves.map(_table),
        node(tree.Comprehension, inner, many(targets, 1), inner, maybe(inner)),
    )


# A string holds expressions without strings: a quote would end it.
without_strings = st.recursive(_leaves, _composed, max_leaves=4)
expressions = st.recursive(st.one_of(_leaves, strings(without_strings)), _composed, max_leaves=5)


# --- steps and statements ---


def _longer(inner: Made) -> Made:
    return st.one_of(
        node(tree.Attribute, inner, names(*_NAMED)),
        node(tree.Item, inner, without_strings),
    )


readings = node(tree.Reading, st.recursive(values, _longer, max_leaves=2))
labels = node(
    tree.Label,
    st.one_of(
        names(*_NAMED, "_", "repeat").map(lambda name: tree.String((name,), NOWHERE)),
        strings(without_strings),
    ),
)
called = node(tree.Name, names(*_CALLED))
_calls = node(tree.Call, called, maybe(arguments(expressions)))


def actions(bodies: Made) -> Made:
    return st.one_of(
        _calls,
        _calls,
        node(tree.Combine, called, maybe(arguments(expressions)), bodies),
        node(tree.Residual, bodies, maybe(bodies)),
        node(tree.Group, bodies),
    )


def chains(acts: Made) -> Made:
    step = node(tree.Step, many(labels, most=2), acts)
    return st.one_of(
        node(tree.Chain, st.none(), many(step, 1, 4)),
        node(tree.Chain, many(readings, 1), many(step)),
    )


parameters = node(tree.Parameter, names(*_VALUES, "in"), maybe(expressions))
lets = node(tree.Let, many(targets, 1), expressions)
functions = node(tree.Function, names(*_VALUES), many(parameters), expressions)
defaults = node(tree.Default, called, arguments(expressions))
tasks = node(tree.Task, node(tree.Name, names("classification", "segmentation", "shared")), arguments(expressions))
_simple = st.one_of(
    node(tree.Inputs, many(node(tree.InputPort, names(*_VALUES), maybe(lists(expressions))), 1)),
    node(tree.Expect, expressions),
    node(tree.Assert, expressions, texts),
    lets,
    functions,
    defaults,
    tasks,
    node(tree.Doc, texts),
)
_lines = st.one_of(_simple, chains(_calls), chains(_calls))


def _statements(bodies: Made) -> Made:
    acts = actions(bodies)
    chained = chains(acts)
    return st.one_of(
        chained,
        chained,
        _simple,
        node(tree.Output, chained),
        node(tree.Shared, names(*_NAMED), acts),
        node(tree.If, many(st.tuples(expressions, bodies), 1), maybe(bodies)),
        node(tree.For, many(targets, 1), expressions, bodies),
        node(tree.Repeat, expressions, maybe(names("skip", "as")), bodies),
    )


def _bodies(statements: Made) -> Made:
    return node(tree.Body, many(statements))


_shallow = _bodies(_lines)
_nested = _bodies(_statements(_shallow))
bodies = st.one_of(_nested, _nested, _bodies(_statements(_nested)))

# --- files ---

_nowhere = st.just(NOWHERE)  # the span of a name
_definitions = st.one_of(
    node(tree.Import, texts, _nowhere, many(node(tree.Name, names(*_VALUES)), 1)),
    *[node(kind, names(*_VALUES), many(parameters), bodies, _nowhere) for kind in [tree.Block, tree.Network] * 2],
    node(tree.Variant, names(*_VALUES), expressions, _nowhere),
    lets,
    functions,
    defaults,
)
_versions = st.one_of(st.just(()), st.just((tree.Version("1", NOWHERE),)))
files = st.tuples(_versions, many(_definitions, 1)).map(lambda parts: tree.File(NOWHERE.source, parts[0] + parts[1]))
