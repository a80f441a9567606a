"""A softmax or sigmoid before a loss that applies it itself.

`cross_entropy` takes the logarithm of a softmax of what it is given, and `bce_with_logits` a sigmoid. Given
probabilities they compute a loss all the same, of scores squeezed into 0 to 1: the gradients are small, training is
slow and ends far from where it could. Nothing is ever reported.

Example:
    network example {
        input image: [3, 32, 32]
        task classification(classes=10, loss=cross_entropy)
        conv(16, 3) -> global_avgpool -> flatten -> linear(10) -> softmax
    #                                                             ^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        task classification(classes=10, loss=cross_entropy)
        conv(16, 3) -> global_avgpool -> flatten -> linear(10)
    }

References:
    Nikanjam et al., Automatic Fault Detection for Deep Learning Programs Using Graph Transformations, 2021.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Fix, Label, Severity
from archspec.core.edits import without_step
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here
from archspec.lints.tasks import at, ends, form
from archspec.ops.tasks import LOG_PROBABILITIES, LOGITS, PROBABILITIES, Labelling

RULE = declared("AS515", "activation-before-loss", __doc__, Severity.WARNING, fix="unsafe")

_TAKES_THEM = {("cross_entropy", LOG_PROBABILITIES): "nll", ("bce_with_logits", PROBABILITIES): "bce"}


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for one, place in ends(here):
        task = one.task
        if not isinstance(task, Labelling) or task.taken.head != LOGITS or form(place) == LOGITS:
            continue
        op, loss = place.node.layer.op, task.loss
        labels = (Label(place.node.span, f"gives {form(place)}"), Label(one.at("loss"), "takes scores as they are"))
        other = _TAKES_THEM.get((loss, form(place)))
        help = f"leave `{op}` out while training"
        help += f", or declare `loss={other}` if that is what follows" if other else ""
        edit = None if place.trail else without_step(place.node.span)
        fix = None if edit is None else Fix("leave it out", (edit,))
        message = f"`{op}` before `{loss}`, which applies its own"
        yield at(here, place).finding(RULE, message, labels, help=help, fix=fix)
