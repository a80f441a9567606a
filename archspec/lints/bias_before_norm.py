"""A bias before a normalisation that takes it away again.

Batch and instance normalisation subtract the mean of each channel. A bias that is added to a channel just before is
part of that mean: it changes nothing, its gradient is zero, and it takes memory and time. The fix is safe where the
layer always stands before the normalisation; weights published with the bias then lack a place for it.

Example:
    network example {
        input image: [3, 32, 32]
        conv(16, 3, padding=1) -> batchnorm -> relu
    #   ^^^^^^^^^^^^^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        conv(16, 3, padding=1, bias=false) -> batchnorm -> relu
    }

References:
    Ioffe and Szegedy, Batch Normalization, 2015, section 3.2.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Fix, Label, Severity
from archspec.core.edits import argument
from archspec.design import Apply
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS508", "bias-before-norm", __doc__, Severity.WARNING, fix="safe")


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for graph in here.graphs():
        wires = here.wires(graph)
        for node in graph.nodes:
            if type(node) is not Apply or node.reused or "bias" not in node.layer.weights or not node.layer.products:
                continue
            found = wires.readers.get(node.outputs[0], ())
            if len(found) != 1 or node.outputs[0] in wires.leaving:
                continue
            (norm,) = found
            if type(norm) is not Apply or norm.layer.op not in ("batchnorm", "instancenorm"):
                continue
            if node.phase != norm.phase:
                continue
            count = node.layer.weights["bias"][0]
            message = f"the bias of `{node.layer.op}` has no effect: `{norm.layer.op}` subtracts it again"
            labels = (Label(node.span, f"{int(count)} biases"), Label(norm.span, "takes them away"))
            edit = argument(node.span, "bias", "false")
            safe = not here.module.decisions and norm.span.text.startswith(norm.layer.op)
            fix = None if edit is None else Fix("leave the bias out", (edit,), safe)
            yield here.finding(RULE, message, labels, help="`bias=false` computes the same", fix=fix)
