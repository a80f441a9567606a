"""A convolution whose input already sees the whole image.

Along the shortest way to it, what enters the layer has a receptive field at least as large as the image. The layer has
no new context to bring in, and was found not to add to what a classifier solves; smaller kernels of 1 × 1 are exempt.
A heuristic: the field of the theory is larger than the part that matters.

Example:
    network example {
        input image: [3, 32, 32]
        conv(16, 33, padding=16) -> relu -> conv(16, 3, padding=1)
    #                                       ^^^^^^^^^^^^^^^^^^^^^^
        global_avgpool -> flatten -> linear(10)
    }

Use instead:
    network example {
        input image: [3, 32, 32]
        conv(16, 9, padding=4) -> relu -> conv(16, 3, padding=1)
        global_avgpool -> flatten -> linear(10)
    }

References:
    Richter et al., Should You Go Deeper? Optimizing Convolutional Neural Network Architectures without Training, 2021.
"""

from collections.abc import Iterator

from archspec.analysis.flat import rows
from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.lints.lint import declared, of_module
from archspec.lints.seen import image_size
from archspec.lints.subject import Here

RULE = declared("AS706", "unproductive-layer", __doc__, Severity.INFO)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    if here.module is not here.root:
        return
    sizes = image_size(here.root)
    told: set[object] = set()
    for row in rows(here.root, fold=True) if sizes else ():
        layer, seen = row.layer, row.view.get(0)
        kernels = [getattr(one, "extent", 0) for one in layer.windows]
        if seen is None or not layer.products or len(kernels) != len(sizes) or min(kernels) < 2 or row.span in told:
            continue
        fields = [field for field in seen.shortest if field is not None]
        if len(fields) != len(sizes):
            continue
        # a field of r over a kernel of e with steps of S before it: what enters sees r - (e - 1) S
        steps = [field.stride / getattr(one, "stride", 1) for field, one in zip(fields, layer.windows, strict=True)]
        before = [field.size - (e - 1) * step for field, e, step in zip(fields, kernels, steps, strict=True)]
        if all(entered >= size for entered, size in zip(before, sizes, strict=True)):
            told.add(row.span)
            entered, whole = (" × ".join(f"{int(one)}" for one in some) for some in (before, sizes))
            label = Label(row.span, f"what enters sees {entered} pixels of {whole}")
            message = f"`{layer.op}` has nothing new to see: its input sees the whole image"
            help = "a larger input, or fewer layers before it"
            yield here.standing(row).finding(RULE, message, (label,), help=help)
