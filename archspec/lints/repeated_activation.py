"""An activation of an activation.

A ReLU of a ReLU changes nothing, and a sigmoid of a sigmoid squeezes what is squeezed already. One of the two has
slipped in, often because a block ends with the activation that the next one begins with.

Example:
    network example {
        input image: [3, 32, 32]
        conv(16, 3) -> relu -> dropout(0.1) -> relu
    #                                          ^^^^
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        conv(16, 3) -> relu -> dropout(0.1)
    }

References:
    Nikanjam et al., Automatic Fault Detection for Deep Learning Programs Using Graph Transformations, 2021.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Fix, Label, Severity
from archspec.core.edits import without_step
from archspec.design import Apply
from archspec.lints.chains import ACTIVATIONS, next_layer
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS708", "repeated-activation", __doc__, Severity.WARNING, opt_in=True, fix="unsafe")

_THROUGH = frozenset({"dropout", "spatial_dropout", "alpha_dropout"})


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for graph in here.graphs():
        for node in graph.nodes:
            if type(node) is not Apply or node.layer.op not in ACTIVATIONS:
                continue
            after = next_layer(here.wires(graph), node)
            while after is not None and after.layer.op in _THROUGH:
                after = next_layer(here.wires(graph), after)
            if after is not None and after.layer.op in ACTIVATIONS:
                message = f"`{after.layer.op}` of what `{node.layer.op}` gives"
                labels = (Label(after.span, "an activation"), Label(node.span, "of this activation"))
                edit = without_step(after.span)
                fix = None if edit is None else Fix("leave it out", (edit,))
                yield here.finding(RULE, message, labels, help="one of them is enough", fix=fix)
