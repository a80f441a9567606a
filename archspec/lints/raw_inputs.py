"""Inputs of large numbers that enter the first layer as they are.

A task that declares `inputs=[0, 255]` says that pixels enter as bytes. Weights start for numbers about 1: with inputs a
hundred times as large the first activations saturate, and a learning rate that suits one layer suits no other. Scale
the data where it is loaded, or normalise in the network first.

Example:
    network example {
        input image: [3, 32, 32]
        task classification(classes=10, inputs=[0, 255])
        conv(16, 3) -> relu -> global_avgpool -> flatten -> linear(10)
    #   ^^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        task classification(classes=10, inputs=[0, 255])
        batchnorm -> conv(16, 3) -> relu -> global_avgpool -> flatten -> linear(10)
    }

References:
    LeCun et al., Efficient BackProp, 1998, section 4.3.
"""

from collections.abc import Iterator

from archspec.analysis.head import readers
from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here
from archspec.lints.tasks import at

RULE = declared("AS520", "raw-inputs", __doc__, Severity.WARNING)

_LARGE = 16.0  # far beyond what standardised data reaches


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    if here.module is not here.root:
        return
    for one in here.module.tasks:
        given = one.task.inputs
        if given is None or max(map(abs, given)) <= _LARGE:
            continue
        for value in here.module.graph.inputs:
            first = next((place for place in readers(here.root, value) if place.node.layer.products), None)
            if first is None:
                continue
            message = f"numbers up to {max(map(abs, given)):g} enter `{first.node.layer.op}` as they are"
            labels = (Label(first.node.span, "the first weights"), Label(one.at("inputs"), "declared here"))
            help = "scale them to about 1 where they are loaded, or put `batchnorm` first"
            yield at(here, first).finding(RULE, message, labels, help=help)
