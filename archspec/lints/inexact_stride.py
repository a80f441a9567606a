"""A stride that leaves a remainder, if only of padding: invalid in the textbook's sense.

Textbooks call the stride of a convolution valid where (input + padding − kernel) / stride is a whole number. Where it
is not, windows that fit end before the padded input does. If what is left over is padding alone, as in the first layer
of every ResNet at 224, no pixel is lost and nothing is wrong; so this rule is for those who ask, with `--strict`. Where
real pixels are lost, AS501 and AS502 say so.

Example:
    network example {
        input image: [3, 224, 224]
        conv(64, 7, stride=2, padding=3)
    #   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    }

Use instead: an input that fits.

    network example {
        input image: [3, 225, 225]
        conv(64, 7, stride=2, padding=3)
    }

References:
    Stanford CS231n, Convolutional Networks: constraints on strides.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.lints.lint import declared, of_module
from archspec.lints.strides import Axis, fitting, sliding, sums
from archspec.lints.subject import Here

RULE = declared("AS701", "inexact-stride", __doc__, Severity.WARNING, opt_in=True)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for node, axes in sliding(here.layers()):
        if any(one.found.verdict in ("lossy", "gaps") for one in axes):
            continue  # told by rules of their own
        left = [one for one in axes if one.found.remainder]
        if left:
            message = f"the stride of `{node.layer.op}` leaves a remainder of {_remainders(left)}"
            label = Label(node.span, f"{node.layer.inputs[0]} enters; no pixel is lost")
            yield here.finding(RULE, message, (label,), sums(left), fitting(node, left))


def _remainders(left: list[Axis]) -> str:
    return " and ".join(dict.fromkeys(str(one.found.remainder) for one in left))
