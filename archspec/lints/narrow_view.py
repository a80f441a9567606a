"""A receptive field smaller than the object that the task declares.

What a layer tells of a place depends on the pixels of its receptive field. Where an object is larger, no position ever
sees all of it, and a global average only counts its parts. A task says how large its objects are: `object=96`. Layers
that are fully connected over a map put the parts together, and are not reported.

Example:
    network example {
        input image: [3, 128, 128]
        task classification(classes=10, object=96)
    #                                   ^^^^^^^^^
        conv(16, 3, padding=1) -> relu -> conv(32, 3, padding=1) -> relu
        global_avgpool -> flatten -> linear(10)
    }

Use instead: more layers, strides or dilation before the pooling.

    network example {
        input image: [3, 128, 128]
        task classification(classes=10, object=96)
        conv(16, 16, stride=16) -> relu -> conv(32, 7, padding=3) -> relu
        global_avgpool -> flatten -> linear(10)
    }

References:
    Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill, 2019.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.lints.lint import declared, of_module
from archspec.lints.seen import before_head
from archspec.lints.subject import Here

RULE = declared("AS518", "narrow-view", __doc__, Severity.WARNING)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    if here.module is not here.root:
        return
    for one in here.module.tasks:
        wanted = one.task.object
        found = None if wanted is None else before_head(here)
        if wanted is None or found is None or not found.averaged or min(found.sizes) >= wanted:
            continue
        size = " × ".join(map(str, found.sizes))
        message = f"objects of {wanted} pixels are never seen whole: the receptive field is {size}"
        labels = [Label(one.at("object"), "declared here"), Label(found.widest.span, f"sees {size} pixels at most")]
        if found.head is not None:
            labels.append(Label(found.head.span, "brings all positions together"))
        help = "a stride, a dilation or more layers before the head widen it"
        yield here.finding(RULE, message, labels, help=help)
