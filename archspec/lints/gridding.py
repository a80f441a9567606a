"""Dilated convolutions in a row that read the image like a grating.

A convolution with dilation 2 reads every other pixel. Where all that follow are dilated by 2 as well, neighbouring
outputs never share a pixel, and each sees one of four pixels of its receptive field, however many layers there are.
Steps that share no common divisor close the holes.

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
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here, Wires

_WIDEST = 4096  # pixels; no kernel of use is wider

RULE = declared("AS504", "gridding", __doc__, Severity.WARNING)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for graph in here.graphs():
        inner: set[int] = set()  # layers that chains which began earlier have gone through
        for node in graph.nodes:
            if type(node) is not Apply or id(node) in inner or not _slides(node):
                continue
            chain = _chain(here.wires(graph), node)
            inner.update(id(one) for one in chain)
            dilated = [one for one in chain if _dilation(one) > 1]
            if len(dilated) < 2:
                continue
            read, width = _pattern(chain)
            if read < width:
                steps = ", ".join(str(_dilation(one)) for one in chain)
                message = f"convolutions with dilations {steps} read {read} of {width} pixels in a row"
                labels = [Label(dilated[-1].span, "here none of the holes is closed")]
                labels += [Label(one.span, "dilated too") for one in dilated[:-1] if one.span != dilated[-1].span]
                help = "dilations that share no divisor, such as 1, 2, 3, leave no holes"
                yield here.finding(RULE, message, labels, help=help)


def _slides(node: Apply) -> bool:
    windows = node.layer.windows
    return bool(windows) and all(isinstance(one, Sliding) and one.stride == 1 for one in windows)


def _dilation(node: Apply) -> int:
    return min(one.dilation if one.kernel > 1 else 1 for one in node.layer.windows if isinstance(one, Sliding))


def _chain(wires: Wires, node: Apply) -> list[Apply]:
    """The sliding layers from this one on, as long as each value is read by one layer alone."""
    chain = [node]
    while True:
        found = wires.readers.get(node.outputs[0], ())
        if len(found) != 1 or type(found[0]) is not Apply or len(found[0].inputs) != 1:
            return chain
        node = found[0]
        if node.layer.windows and not _slides(node):
            return chain
        if node.layer.mixes or len(node.outputs) != 1 or node.layer.output.spatial == ():
            return chain
        if node.layer.windows:
            chain.append(node)


def _pattern(chain: list[Apply]) -> tuple[int, int]:
    """How many pixels along the first axis one output reads, and from the first to the last how many there are."""
    pattern = 1
    for node in chain:
        window = node.layer.windows[0]
        assert isinstance(window, Sliding)
        if pattern.bit_length() + window.extent > _WIDEST:
            return 1, 1
        wider = 0
        for tap in range(window.kernel):
            wider |= pattern << (tap * window.dilation)
        pattern = wider
    return pattern.bit_count(), pattern.bit_length()
