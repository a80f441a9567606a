"""An image with its channels last that enters a convolution.

Axes are ordered as in torch: channels, height, width. A convolution over an image of 224 × 224 × 3 takes its height for
the channels and slides over a map of 224 × 3 pixels. It runs, with seventy times the weights, and learns little.

Reported is an input of two large sizes and then 1, 3 or 4, which a convolution reads as it is. A task that declares
`layout=channels_first` says that this is meant, one that declares `layout=channels_last` that it is not. Images that
can only be had so are turned in the network: `layout(["height", "width", "channels"])`, then `permute([2, 0, 1])`.

Example:
    network example {
        input image: [224, 224, 3]
        conv(16, 3, padding=1) -> relu
    #   ^^^^^^^^^^^^^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 224, 224]
        conv(16, 3, padding=1) -> relu
    }
"""

from collections.abc import Iterator

from archspec.analysis.head import Place, readers, transparent
from archspec.core.diagnostic import Diagnostic, Edit, Fix, Label, Severity
from archspec.core.shape import Shape
from archspec.design import Apply
from archspec.lints.input_size import written_shape
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here
from archspec.lints.tasks import at

RULE = declared("AS517", "channels-last", __doc__, Severity.WARNING, fix="unsafe")

_COLOURS = (1, 3, 4)
_LARGE = 16  # pixels; a map with so many rows and so few columns is no image


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    if here.module is not here.root:
        return
    layouts = {one.task.layout for one in here.module.tasks}
    for name, value, shape in zip(here.module.inputs, here.module.graph.inputs, here.module.input_shapes, strict=True):
        if len(shape.spatial) != 2 or "channels_first" in layouts:
            continue
        if "channels_last" not in layouts and not _looks_so(shape):
            continue
        first = convolution(here, value)
        if first is not None:
            yield _finding(here, name, shape, first)


def _looks_so(shape: Shape) -> bool:
    height, width, channels = (int(size) for size in shape.sizes)
    return channels in _COLOURS and height >= _LARGE and width >= _LARGE


def _keeps_axes(node: Apply) -> bool:
    """Whether a layer leaves the axes where they are, with the roles that they have."""
    return transparent(node) and node.layer.output == node.layer.inputs[0]


def convolution(here: Here, value: int) -> Place | None:
    """The first convolution that reads an input of the network with its axes where they were declared."""
    found = readers(here.root, value, _keeps_axes)
    return next((place for place in found if place.node.layer.products and place.node.layer.windows), None)


def _finding(here: Here, name: str, shape: Shape, place: Place) -> Diagnostic:
    height, width, channels = (int(size) for size in shape.sizes)
    message = f"`{place.node.layer.op}` takes {height} for the channels of a map of {width} × {channels}"
    labels = [Label(place.node.span, f"{shape} enters")]
    meant = f"[{channels}, {height}, {width}]"
    written = written_shape(here.module, name)
    fix = None
    if written is not None:
        labels.append(Label(written, "channels last"))
        fix = Fix("put the channels first", (Edit(written, meant),))
    help = f"write `{name}: {meant}`, and `permute` the images where they are loaded"
    return at(here, place).finding(RULE, message, labels, help=help, fix=fix)
