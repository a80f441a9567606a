"""Dropout directly before a batch normalisation or a pooling.

In training, dropout widens the spread of what it lets through; the running statistics of a batch normalisation behind
it are those of training, and wrong in evaluation. A maximum behind dropout hides most of what was dropped. Dropout
stands best before the last layers.

Example:
    network example {
        input image: [3, 32, 32]
        conv(16, 3, bias=false) -> dropout(0.5) -> batchnorm -> relu
    #                              ^^^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        conv(16, 3, bias=false) -> batchnorm -> relu -> dropout(0.5)
    }

References:
    Li et al., Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift, 2019.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.design import Apply
from archspec.lints.chains import next_layer
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS709", "dropout-before-norm", __doc__, Severity.WARNING, opt_in=True)

_BEHIND = frozenset({"batchnorm", "maxpool"})


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for graph in here.graphs():
        for node in graph.nodes:
            if type(node) is not Apply or node.layer.op not in ("dropout", "spatial_dropout", "alpha_dropout"):
                continue
            after = next_layer(here.wires(graph), node)
            if after is not None and after.layer.op in _BEHIND:
                message = f"`{node.layer.op}` directly before `{after.layer.op}`"
                labels = (Label(node.span, "drops numbers"), Label(after.span, "meets them in training alone"))
                yield here.finding(RULE, message, labels, help=f"put it behind `{after.layer.op}`, or leave it out")
