"""A dilation so large that only one tap of the kernel ever meets a pixel.

A kernel of 3 × 3 with dilation 18 and padding 18 spans 37 pixels. On a map of 14 × 14 its outer taps read padding at
every position: it is a convolution of 1 × 1 that carries nine times the weights. The pyramids of segmentation networks
come to this when they run on smaller images than they were made for.

Example:
    network example {
        input image: [64, 14, 14]
        conv(32, 3, padding=18, dilation=18)
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [64, 14, 14]
        conv(32, 3, padding=6, dilation=6)
    }

References:
    Chen et al., Rethinking Atrous Convolution for Semantic Image Segmentation, 2017, section 3.3.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.lints.lint import declared, of_module
from archspec.lints.strides import Axis, sliding
from archspec.lints.subject import Here

RULE = declared("AS503", "degenerate-dilation", __doc__, Severity.WARNING)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for node, axes in sliding(here.layers()):
        dilated = [one for one in axes if one.window.kernel > 1]
        if not dilated or not any(one.window.dilation > 1 for one in dilated):
            continue
        if all(_live(one) == 1 for one in dilated):
            taps = 1
            for one in dilated:
                taps *= one.window.kernel
            message = f"1 of {taps} taps of this `{node.layer.op}` meets a pixel, the others only padding"
            spans = " × ".join(str(one.window.extent) for one in axes)
            notes = (f"the taps span {spans} pixels, and {node.layer.inputs[0]} enters",)
            help = f"a dilation of at most {min(one.size - 1 for one in dilated) or 1} lets other taps meet the map"
            yield here.finding(RULE, message, (Label(node.span, "as good as a kernel of 1"),), notes, help)


def _live(axis: Axis) -> int:
    """How many taps read a pixel at any position of the output."""
    kernel, stride, dilation, before, _, _ = axis.window
    last = axis.window.output(axis.size) - 1
    live = 0
    for tap in range(kernel):
        start = dilation * tap - before  # where it reads at the first position
        first = max(0, -(start // stride))  # the first position at which that is no padding before
        live += first <= last and start + first * stride < axis.size
    return live
