"""An even kernel with padding "same", which cannot be centred.

An even kernel has no middle. To keep the size, one more pixel of padding stands after the map than before it, and what
each position shows is half a pixel off. Frameworks differ in the side that they choose.

Example:
    network example {
        input image: [3, 32, 32]
        conv(16, 4, padding="same")
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        conv(16, 3, padding="same")
    }
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.lints.lint import declared, of_module
from archspec.lints.strides import sliding
from archspec.lints.subject import Here

RULE = declared("AS703", "even-kernel-same", __doc__, Severity.INFO)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for node, axes in sliding(here.layers()):
        even = [one for one in axes if one.window.stride == 1 and one.window.extent % 2 == 0]
        if even and getattr(node.operator, "padding", None) == "same":
            window = even[0].window
            message = f'a window of {window.extent} with padding "same" is half a pixel off the centre'
            label = Label(node.span, f"{window.before} before, {window.after} after")
            yield here.finding(RULE, message, (label,), help="an odd kernel is centred")
