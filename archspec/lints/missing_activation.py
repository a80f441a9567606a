"""Scores that enter a loss which wants probabilities.

`bce` takes probabilities and `nll` their logarithms. Torch refuses numbers outside 0 to 1 for `bce` once it meets one;
`nll` computes a number from anything, which then has no lower bound: the loss falls below zero and training diverges.

Example:
    network example {
        input image: [3, 32, 32]
        task classification(classes=10, loss=nll)
        conv(16, 3) -> global_avgpool -> flatten -> linear(10)
    #                                               ^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        task classification(classes=10, loss=nll)
        conv(16, 3) -> global_avgpool -> flatten -> linear(10) -> log_softmax
    }

References:
    Nikanjam et al., Automatic Fault Detection for Deep Learning Programs Using Graph Transformations, 2021.
"""

from collections.abc import Iterator

from archspec.analysis.head import Place
from archspec.core.diagnostic import Diagnostic, Edit, Fix, Label, Severity
from archspec.core.edits import followed_by
from archspec.lints.heads import head
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here
from archspec.lints.tasks import at, ends, form
from archspec.ops.tasks import LOG_PROBABILITIES, LOGITS, PROBABILITIES, Labelling

RULE = declared("AS516", "missing-activation", __doc__, Severity.WARNING, fix="unsafe")

_STEPS = {PROBABILITIES: "sigmoid", LOG_PROBABILITIES: "log_softmax"}
_RAW = {"nll": "cross_entropy", "bce": "bce_with_logits"}


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    for one, place in ends(here):
        task = one.task
        if not isinstance(task, Labelling) or task.taken.head in (LOGITS, form(place)):
            continue
        labels = (Label(place.node.span, f"gives {_said(place)}"), Label(one.at("loss"), f"wants {task.taken.head}"))
        message = f"`{task.loss}` wants {task.taken.head}, and `{place.node.layer.op}` gives {_said(place)}"
        help = (
            f"end in `{_STEPS[task.taken.head]}`, or declare `loss={_RAW[task.loss]}`, which takes scores as they are"
        )
        yield at(here, place).finding(RULE, message, labels, help=help, fix=_fix(here, place, task.taken.head))


def _said(place: Place) -> str:
    return "scores" if form(place) == LOGITS else form(place)


def _fix(here: Here, place: Place, wanted: str) -> Fix | None:
    """Append the activation to the last step of the network, or swap the one that stands there."""
    if place.trail:
        return None
    if form(place) == PROBABILITIES and place.node.layer.op == "softmax":
        return Fix("take its logarithm", (Edit(head(place.node.span), "log_softmax"),))
    last = here.module.graph.nodes[-1]
    if form(place) != LOGITS or last.outputs != (here.module.graph.outputs[0].value,):
        return None
    edit = followed_by(last.span, _STEPS[wanted])
    return None if edit is None else Fix(f"end in `{_STEPS[wanted]}`", (edit,))
