"""An input that is declared with a batch axis.

Shapes are those of single samples: the batch comes in front of them, whatever its size. An input of
[1, 3, 224, 224] is a volume of one channel and three slices, over which convolutions slide in three dimensions.

Reported is an input of four sizes whose second is 1 or 3 and whose last two are large, which a convolution reads as it
is. A clip or scan of three slices is rare enough to be suppressed by name.

Example:
    network example {
        input image: [1, 3, 224, 224]
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

from archspec.core.diagnostic import Diagnostic, Edit, Fix, Label, Severity
from archspec.core.shape import Shape
from archspec.lints.channels_last import convolution
from archspec.lints.input_size import written_shape
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here
from archspec.lints.tasks import at

RULE = declared("AS523", "batch-axis", __doc__, Severity.WARNING, fix="unsafe")

_COLOURS = (1, 3)
_LARGE = 16  # pixels


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    if here.module is not here.root:
        return
    for name, value, shape in zip(here.module.inputs, here.module.graph.inputs, here.module.input_shapes, strict=True):
        if not _looks_so(shape):
            continue
        first = convolution(here, value)
        if first is not None:
            batch, *sample = (int(size) for size in shape.sizes)
            meant = f"[{', '.join(map(str, sample))}]"
            message = f"`{first.node.layer.op}` takes {batch} for the channels of a volume of {sample[0]} slices"
            labels = [Label(first.node.span, f"{shape} enters")]
            fix = None
            written = written_shape(here.module, name)
            if written is not None:
                labels.append(Label(written, "with a batch axis"))
                fix = Fix("leave the batch out", (Edit(written, meant),))
            help = f"shapes are those of single samples: `{name}: {meant}`"
            yield at(here, first).finding(RULE, message, labels, help=help, fix=fix)


def _looks_so(shape: Shape) -> bool:
    if shape.roles != "csss":
        return False
    _, depth, height, width = (int(size) for size in shape.sizes)
    return depth in _COLOURS and height >= _LARGE and width >= _LARGE
