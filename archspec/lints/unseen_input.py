"""A receptive field that never reaches the size of the input before the head.

No position of the last map sees the whole image: a global pooling averages over partial views. Many good networks are
made so, on purpose or not, so this is told only to those who ask. Declare `object` in a task to be told where it
matters (AS518).

Example:
    network example {
        input image: [3, 64, 64]
        conv(16, 3, padding=1) -> relu -> conv(32, 3, padding=1) -> relu
    #                                     ^^^^^^^^^^^^^^^^^^^^^^
        global_avgpool -> flatten -> linear(10)
    }

Use instead:
    network example {
        input image: [3, 64, 64]
        conv(16, 8, stride=8) -> relu -> conv(32, 8, padding="same") -> relu
        global_avgpool -> flatten -> linear(10)
    }

References:
    Araujo, Norris and Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill, 2019.
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.lints.lint import declared, of_module
from archspec.lints.seen import before_head, image_size
from archspec.lints.subject import Here

RULE = declared("AS704", "unseen-input", __doc__, Severity.INFO)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    found = before_head(here) if here.module is here.root else None
    if found is None or not found.averaged or found.head is None:
        return
    entering = image_size(here.root)
    short = [(seen, size) for seen, size in zip(found.sizes, entering, strict=False) if seen < size]
    if short:
        size, whole = (" × ".join(map(str, one)) for one in (found.sizes, entering))
        message = f"no position sees the whole input: {size} of {whole} pixels"
        labels = (Label(found.widest.span, "sees the most"), Label(found.head.span, "brings all positions together"))
        help = "`archspec summary` shows the receptive field of each layer"
        yield here.standing(found.widest).finding(RULE, message, labels, help=help)
