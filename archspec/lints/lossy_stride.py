"""A stride that leaves real pixels at the end unread.

The windows of a convolution or pooling start every `stride` pixels. Where the last one ends before the input does, and
what is left is more than padding, the rows below and the columns to the right of it are never read: they change
nothing about the output. Torch rounds down in silence.

What is lost is not only a border of the image: the map is no longer centred on what it shows, by half of what is lost,
and layers that meet such a map again (a skip, an upsampling) are a pixel short. Padding left over is no loss and not
reported; `--strict` asks for strides without any remainder.

Example:
    network example {
        input image: [3, 224, 224]
        conv(96, 7, stride=2) -> relu
    #   ^^^^^^^^^^^^^^^^^^^^^
    }

Use instead: an input that fits, or padding, or for pooling `ceil_mode=true`.

    network example {
        input image: [3, 227, 227]
        conv(96, 7, stride=2) -> relu
    }

References:
    Stanford CS231n, Convolutional Networks: “the setting of the hyperparameters is considered to be invalid”.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Fix, Label, Severity
from archspec.core.edits import argument
from archspec.design import Apply
from archspec.lints.input_size import fitting_size
from archspec.lints.lint import declared, of_module
from archspec.lints.strides import Axis, closing_padding, fitting, last, sliding, sums
from archspec.lints.subject import Here

RULE = declared("AS501", "lossy-stride", __doc__, Severity.WARNING, fix="unsafe")


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for node, axes in sliding(here.layers()):
        lossy = [one for one in axes if one.found.verdict == "lossy"]
        if lossy:
            verb = "is" if len(lossy) == 1 and lossy[0].found.unread == 1 else "are"
            label = Label(node.span, f"{last(lossy)} of {node.layer.inputs[0]} {verb} not read")
            message = f"`{node.layer.op}` never reads {last(lossy)} of its input"
            yield here.finding(RULE, message, (label,), sums(lossy), fitting(node, lossy), _fix(here, node, lossy))


def _fix(here: Here, node: Apply, lossy: list[Axis]) -> Fix | None:
    """Padding that leaves nothing over, for a pooling a last window that sticks out; else an input that fits."""
    pads = closing_padding(lossy)
    if "ceil_mode" in node.operator.parameters:
        edit = argument(node.span, node.operator, "ceil_mode", "true")
        return None if edit is None else Fix("let the last window stick out", (edit,))
    edit = None if pads is None else argument(node.span, node.operator, "padding", str(pads))
    return fitting_size(here, RULE) if edit is None else Fix("pad it so that nothing is left over", (edit,))
