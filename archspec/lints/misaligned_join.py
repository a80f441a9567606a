"""Values that meet show different places of the image.

A window without padding moves what it sees towards the end of the image by half of its size, a crop moves it by what it
takes from the start. Where such a branch meets another one at equal size, the same position of both shows places that
are that many pixels apart. Sizes fit, torch is silent, and the network has to learn to look round the corner.

In time this may be meant: causal convolutions, padded by all of the kernel but one in front, see the past alone. Along
the axis of a signal, or the first one of three, values that both end with the same moment are not reported.

Example:
    network example {
        input image: [8, 32, 32]
        add {
    #   ^^^
            conv(8, 5)
            pad([[-4, 0], [-4, 0]])
        }
    }

Use instead:
    network example {
        input image: [8, 32, 32]
        add {
            conv(8, 5)
            pad([[-2, -2], [-2, -2]])
        }
    }
"""

from collections.abc import Iterator

from archspec.analysis.receptive_field import View, graph_views
from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.core.field import Field
from archspec.design import Apply
from archspec.lints.heads import head
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS510", "misaligned-join", __doc__, Severity.WARNING)


_TIMED = (1, 3)  # of a signal the only axis is time, of a video the first


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for graph in here.graphs():
        joins = [node for node in graph.nodes if type(node) is Apply and _joins(node)]
        views = graph_views(graph, here.seen, "eval") if joins else []
        for node in joins:
            given = [views[value] or {} for value in node.inputs]
            offset = _offset(given)
            if offset:
                apart = " × ".join(f"{one:g}" for one in offset)
                message = f"`{node.layer.op}` joins values that show places {apart} pixels apart"
                makers = [here.wires(graph).makers.get(value) for value in node.inputs]
                labels = [Label(head(node.span), "centres of what both see")]
                labels += [Label(one.span, _centred(view)) for one, view in zip(makers, given, strict=True) if one]
                help = "give both the same padding at the start, or crop both sides alike"
                yield here.finding(RULE, message, labels, help=help)


def _joins(node: Apply) -> bool:
    return len(node.inputs) > 1 and node.layer.op in ("add", "sub", "concat")


def _offset(given: list[View]) -> tuple[float, ...]:
    """How far apart the centres of two of the values are, in pixels of the input; empty where it is nothing."""
    for at in given[0] if given else ():
        seen = [view[at] for view in given if at in view]
        for one in seen[1:]:
            if len(one.fields) != len(seen[0].fields):
                continue
            pairs = list(zip(seen[0].fields, one.fields, strict=True))
            if any(a is None or b is None or a.period > 1 or b.period > 1 or a.advance != b.advance for a, b in pairs):
                continue
            twice = [abs(_ends(a) - _ends(b)) for a, b in pairs if a is not None and b is not None]
            if len(pairs) in _TIMED and _end_alike(*pairs[0]):
                twice[0] = 0
            if any(far > a.advance for far, (a, _) in zip(twice, pairs, strict=True) if a is not None):
                return tuple(far / 2 for far in twice)
    return ()


def _end_alike(one: Field | None, other: Field | None) -> bool:
    """Whether what position 0 reads last is the same in both: neither looks ahead of the other."""
    return one is not None and other is not None and one.high[0] == other.high[0]


def _ends(field: Field) -> int:
    """The sum of the ends of what position 0 reads: twice its centre, as an integer."""
    return field.low[0] + field.high[0]


def _centred(view: View) -> str:
    fields = next(iter(view.values())).fields if view else ()
    return "position 0 is centred at " + ", ".join("?" if one is None else f"{float(one.center):g}" for one in fields)
