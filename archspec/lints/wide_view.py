"""A receptive field many times as large as the input.

Beyond the size of the image there is only padding to see. A receptive field of more than four times the input says
that the network was made for larger images: its last layers work on what is known already. A larger input, or fewer
strides and layers, would serve better.

Example:
    network example {
        input image: [3, 32, 32]
        conv(16, 33, padding=16) -> relu -> conv(16, 99, padding=49)
    #                                       ^^^^^^^^^^^^^^^^^^^^^^^^
        global_avgpool -> flatten -> linear(10)
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        conv(16, 9, padding=4) -> relu -> conv(16, 9, padding=4)
        global_avgpool -> flatten -> linear(10)
    }

References:
    Richter et al., (Input) Size Matters for CNN Classifiers, 2021.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.lints.lint import declared, of_module
from archspec.lints.seen import before_head, image_size
from archspec.lints.subject import Here

RULE = declared("AS705", "wide-view", __doc__, Severity.INFO)

_TIMES = 4


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    found = before_head(here) if here.module is here.root else None
    if found is None:
        return
    entering = image_size(here.root)
    if len(entering) == len(found.sizes) and all(
        seen > _TIMES * size for seen, size in zip(found.sizes, entering, strict=True)
    ):
        size, whole = (" × ".join(map(str, one)) for one in (found.sizes, entering))
        message = f"the receptive field is {size}, the input {whole}"
        label = Label(found.widest.span, f"sees {min(found.sizes) / max(entering):.1f} times the input")
        help = "a larger input, or fewer layers and strides, serve better"
        yield here.standing(found.widest).finding(RULE, message, (label,), help=help)
