"""Dilated convolutions in a row that read the image like a grating.

A convolution with dilation 2 reads every other pixel. Where all that follow are dilated by 2 as well, neighbouring
outputs never share a pixel, and each sees one of four pixels of its receptive field, however many layers there are.
Steps that share no common divisor close the holes; so does a convolution without dilation anywhere before or behind
them at the same resolution, outside of a residual or block too.

Example:
    network example {
        input image: [16, 64, 64]
        conv(16, 3, padding=2, dilation=2) -> relu -> conv(16, 3, padding=2, dilation=2)
    #                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [16, 64, 64]
        conv(16, 3, padding=1) -> relu -> conv(16, 3, padding=2, dilation=2)
    }

References:
    Wang et al., Understanding Convolution for Semantic Segmentation, 2018 (hybrid dilated convolution).
"""

from collections.abc import Iterator

from archspec.core.convolution import Sliding
from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.design import Apply
from archspec.lints.holes import PIXEL, Taps, dilation, slides, with_holes
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here, Wires

RULE = declared("AS504", "gridding", __doc__, Severity.WARNING)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for graph in here.graphs():
        inner: set[int] = set()  # layers that chains which began earlier have gone through
        for node in graph.nodes:
            if type(node) is not Apply or id(node) in inner or not slides(node.layer):
                continue
            chain = _chain(here.wires(graph), node)
            inner.update(id(one) for one in chain)
            dilated = [one for one in chain if dilation(one.layer) > 1]
            if len(dilated) < 2:
                continue
            taps = _pattern(chain)
            if taps is not None and taps.has_holes and _is_open(here, dilated[-1]):
                read, width = taps.bits.bit_count(), taps.bits.bit_length()
                steps = ", ".join(str(dilation(one.layer)) for one in chain)
                message = f"convolutions with dilations {steps} read {read} of {width} pixels in a row"
                labels = [Label(dilated[-1].span, "here none of the holes is closed")]
                labels += [Label(one.span, "dilated too") for one in dilated[:-1] if one.span != dilated[-1].span]
                help = "dilations that share no divisor, such as 1, 2, 3, leave no holes"
                yield here.finding(RULE, message, labels, help=help)


def _chain(wires: Wires, node: Apply) -> list[Apply]:
    """The sliding layers from this one on, as long as each value is read by one layer alone."""
    chain = [node]
    while True:
        found = wires.readers.get(node.outputs[0], ())
        if len(found) != 1 or type(found[0]) is not Apply or len(found[0].inputs) != 1:
            return chain
        node = found[0]
        if node.layer.windows and not slides(node.layer):
            return chain
        if node.layer.mixes or len(node.outputs) != 1 or node.layer.output.spatial == ():
            return chain
        if node.layer.windows:
            chain.append(node)


def _pattern(chain: list[Apply]) -> Taps | None:
    """The pixels along the first axis that one output reads; none where they are too many."""
    taps: Taps | None = PIXEL
    for node in chain:
        window = node.layer.windows[0]
        assert isinstance(window, Sliding)
        taps = taps and taps.through(window)
    return taps


def _is_open(here: Here, node: Apply) -> bool:
    """Whether nothing in the network closes the holes behind a layer, before it or behind it."""
    if RULE.code not in here.known:
        here.known[RULE.code] = with_holes(here.root)
    return id(node) in here.known[RULE.code]
