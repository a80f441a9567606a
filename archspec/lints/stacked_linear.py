"""Two convolutions or linear layers with no nonlinearity between them.

The second of two linear maps in a row adds weights and no power: one map does what both do. A forgotten activation
looks like this. So do, on purpose, depthwise-separable convolutions, factors of low rank and linear bottlenecks; those
are left out where they can be told, and the rule is for those who ask.

Example:
    network example {
        input image: [3, 32, 32]
        conv(16, 3, bias=false) -> batchnorm -> conv(32, 3) -> relu
    #                                           ^^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        conv(16, 3, bias=false) -> batchnorm -> relu -> conv(32, 3) -> relu
    }

References:
    Nikanjam et al., Automatic Fault Detection for Deep Learning Programs Using Graph Transformations, 2021.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.core.shape import Shape
from archspec.design import Apply
from archspec.lints.chains import NORMS, next_layer
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS707", "stacked-linear", __doc__, Severity.WARNING, opt_in=True)

_THROUGH = NORMS | {"pad", "dropout", "spatial_dropout"}
_MAPS = frozenset({"conv", "linear", "conv_transpose"})


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for graph in here.graphs():
        for node in graph.nodes:
            if type(node) is not Apply or node.layer.op not in _MAPS or _grouped(node):
                continue
            after = next_layer(here.wires(graph), node, _THROUGH)
            if after is None or after.layer.op not in _MAPS or _grouped(after) or _bottleneck(node, after):
                continue
            message = f"`{after.layer.op}` follows `{node.layer.op}` with no nonlinearity between"
            labels = (Label(after.span, "linear"), Label(node.span, "linear, too"))
            yield here.finding(RULE, message, labels, help="put an activation between, or leave one of them out")


def _grouped(node: Apply) -> bool:
    return int(getattr(node.operator, "groups", 1)) > 1


def _bottleneck(first: Apply, second: Apply) -> bool:
    """Whether the value between is narrower than both ends: a map of low rank."""
    between = _width(first.layer.output)
    return between < _width(first.layer.inputs[0]) and between < _width(second.layer.output)


def _width(shape: Shape) -> int:
    return 0 if shape.channel_axis is None else int(shape.channels)
