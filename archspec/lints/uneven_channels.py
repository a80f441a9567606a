"""Channels that tensor cores have to fill up.

Matrix units of GPUs work on 16-bit numbers in groups of eight. Where the channels of a convolution or linear layer are
no multiple of eight, the rest is filled with zeros that cost as much: 33 channels take the time of 40. The three
channels of an image and those of the last layers, the classes, are what they are, and not reported.

Example:
    network example {
        input image: [3, 32, 32]
        conv(32, 3) -> relu -> conv(33, 3) -> relu -> conv(64, 3) -> relu
    #                          ^^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        conv(32, 3) -> relu -> conv(40, 3) -> relu -> conv(64, 3) -> relu
    }

References:
    NVIDIA, Deep Learning Performance Documentation: Convolutional Layers User's Guide.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.design import Apply
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS710", "uneven-channels", __doc__, Severity.INFO)

_GROUP = 8


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    uneven = [node for node in here.layers() if node.layer.op in ("conv", "linear") and _is_uneven(node)]
    for node in uneven:
        if id(node) in _inner(here):
            width = int(node.layer.output.channels)
            filled = -(-width // _GROUP) * _GROUP
            label = Label(node.span, f"as fast with {filled}")
            are = "channel is" if width == 1 else "channels are"
            message = f"{width} {are} no multiple of {_GROUP}: matrix units fill them up to {filled}"
            help = (
                f"{filled - _GROUP} or {filled} use all they cost" if width > _GROUP else f"{filled} use all they cost"
            )
            yield here.finding(RULE, message, (label,), help=help)


def _is_uneven(node: Apply) -> bool:
    return int(node.layer.output.channels) % _GROUP > 0 and int(getattr(node.operator, "groups", 1)) == 1


def _inner(here: Here) -> frozenset[int]:
    if RULE.code not in here.known:
        from archspec.lints.inner import inner_layers  # for those who select the rule

        here.known[RULE.code] = inner_layers(here.root)
    made: frozenset[int] = here.known[RULE.code]
    return made
