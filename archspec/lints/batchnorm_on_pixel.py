"""Batch normalisation of maps of one pixel.

Mean and variance of a channel are taken over the batch and the pixels. On maps of 1 × 1, after a global pooling, only
the batch is left: with one image in the batch torch refuses to train, and the last batch of an epoch is often that
small; with few images the estimate is poor. In evaluation nothing shows.

Example:
    network example {
        input image: [16, 8, 8]
        global_avgpool -> conv(8, 1, bias=false) -> batchnorm -> relu
    #                                               ^^^^^^^^^
    }

Use instead:
    network example {
        input image: [16, 8, 8]
        global_avgpool -> conv(8, 1) -> relu
    }

References:
    Chen et al., Rethinking Atrous Convolution for Semantic Image Segmentation, 2017, whose image branch has it.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS506", "batchnorm-on-pixel", __doc__, Severity.WARNING)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for node in here.layers():
        spatial = node.layer.inputs[0].spatial if node.layer.inputs else ()
        if node.layer.op == "batchnorm" and spatial and all(size == 1 for size in spatial):
            label = Label(node.span, f"{node.layer.inputs[0]} enters")
            yield here.finding(
                RULE,
                "`batchnorm` of maps of one pixel: a batch of one image cannot be trained on",
                (label,),
                help="leave it out here, or normalise before the pooling",
            )
