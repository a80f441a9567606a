"""What lints of declared tasks have in common: the tasks of a network, and the layer that ends its head."""

from collections.abc import Iterator

from archspec.analysis.head import Place, final
from archspec.design import Declared
from archspec.lints.subject import Here
from archspec.ops.tasks import LOG_PROBABILITIES, LOGITS, PROBABILITIES

_FORMS = {
    "softmax": PROBABILITIES,
    "sigmoid": PROBABILITIES,
    "hardsigmoid": PROBABILITIES,
    "log_softmax": LOG_PROBABILITIES,
    "logsigmoid": LOG_PROBABILITIES,
}


def ends(here: Here) -> Iterator[tuple[Declared, Place]]:
    """The tasks of a network, each with the layer that decides what form its output has."""
    if here.module is not here.root:
        return
    for declared in here.module.tasks:
        place = final(here.root, here.module.graph.outputs[declared.port].value)
        if place is not None:
            yield declared, place


def at(here: Here, place: Place) -> Here:
    """The place of a layer, for a finding there."""
    return here._replace(trail=place.trail, path=place.path)


def form(place: Place) -> str:
    """The form of the numbers that leave a layer."""
    return _FORMS.get(place.node.layer.op, LOGITS)
