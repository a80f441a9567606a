"""Targets that the last activation cannot reach.

A sigmoid gives 0 to 1 and a ReLU nothing below zero. Where the task declares targets beyond, `range=[-1, 1]`, their
error never falls to zero, and the units that should meet them saturate.

Example:
    network example {
        input image: [3, 32, 32]
        task regression(range=[-1, 1])
        conv(3, 3, padding=1) -> relu -> conv(3, 3, padding=1) -> sigmoid
    #                                                             ^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        task regression(range=[-1, 1])
        conv(3, 3, padding=1) -> relu -> conv(3, 3, padding=1) -> tanh
    }
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here
from archspec.lints.tasks import at, ends
from archspec.ops.tasks import Regression

RULE = declared("AS519", "targets-out-of-reach", __doc__, Severity.WARNING)

_INFINITE = float("inf")
_BOUNDS = {
    "sigmoid": (0.0, 1.0),
    "hardsigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "relu": (0.0, _INFINITE),
    "softplus": (0.0, _INFINITE),
    "relu6": (0.0, 6.0),
    "log_softmax": (-_INFINITE, 0.0),
    "logsigmoid": (-_INFINITE, 0.0),
}


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for one, place in ends(here):
        wanted = one.task.range if isinstance(one.task, Regression) else None
        bounds = _BOUNDS.get(place.node.layer.op)
        if wanted is None or bounds is None or (bounds[0] <= wanted[0] and wanted[1] <= bounds[1]):
            continue
        given = f"{bounds[0]:g} to {bounds[1]:g}" if _INFINITE not in map(abs, bounds) else (
            f"{bounds[0]:g} and more" if bounds[1] == _INFINITE else f"{bounds[1]:g} and less"
        )  # fmt: skip
        asked = f"{wanted[0]:g} to {wanted[1]:g}"
        labels = (Label(place.node.span, f"gives {given}"), Label(one.at("range"), f"{asked} is to be met"))
        message = f"targets of {asked} are out of reach: `{place.node.layer.op}` gives {given}"
        help = "end without it, or scale the targets to what it gives"
        yield at(here, place).finding(RULE, message, labels, help=help)
