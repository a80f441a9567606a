"""A concatenation along the height or the width of maps.

`concat` joins channels unless told otherwise. Along the height or the width it sets maps beside each other: no position
then sees both, and the number of channels is that of one of them. With maps of one shape torch takes any axis, and an
axis counted with the batch (1 for the channels, in torch) is one too many here, where the batch is not counted.

Example:
    network example {
        input image: [16, 8, 8]
        concat(axis=1) {
    #   ^^^^^^
            conv(16, 1)
            conv(16, 3, padding=1)
        }
    }

Use instead:
    network example {
        input image: [16, 8, 8]
        concat {
            conv(16, 1)
            conv(16, 3, padding=1)
        }
    }
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.core.shape import SPATIAL
from archspec.lints.heads import head
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS507", "spatial-concat", __doc__, Severity.WARNING)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for node in here.layers():
        if node.layer.op != "concat" or len(node.inputs) < 2:
            continue
        joined = node.layer.output
        axis = getattr(node.operator, "axis", 0) % joined.rank
        if joined.roles[axis] == SPATIAL:
            name = ("height", "width")[joined.spatial_axes.index(axis)] if len(joined.spatial) == 2 else f"axis {axis}"
            message = f"`concat` sets maps beside each other along the {name}, not channel by channel"
            label = Label(head(node.span), f"makes {joined} of {len(node.inputs)} maps")
            help = "the channels are axis 0, the batch not being counted; it is the default"
            yield here.finding(RULE, message, (label,), help=help)
