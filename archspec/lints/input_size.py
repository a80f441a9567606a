"""The nearest size of the input that loses no pixel anywhere, as a fix."""

import re

from archspec.core.diagnostic import Diagnostic, Edit, Fix, Label, Rule
from archspec.core.shape import Shape
from archspec.core.source import Span
from archspec.design import Module
from archspec.lints.subject import Here

_FURTHER = 96  # pixels; a size further away is another network


def fitting_size(here: Here, rule: Rule) -> Fix | None:
    """Change the height and width of the only input to the nearest larger ones of which nothing is left unread.

    None where the network promises shapes or figures, which are those of the size it declares, or where its parts
    depend on the size.
    """
    root = here.root
    if len(root.inputs) != 1 or len(root.input_shapes[0].spatial) != 2 or len(root.input_shapes[0].sizes) != 3:
        return None
    if re.search(r"\b(?:expect|assert)\b", root.span.text):
        return None
    if ("fitting", rule.code) not in here.known:
        here.known["fitting", rule.code] = _fitting_size(here, rule)
    made: Fix | None = here.known["fitting", rule.code]
    return made


def _fitting_size(here: Here, rule: Rule) -> Fix | None:
    from archspec.analysis.sizes.fitting import fitting  # the walk over sizes: seldom wanted, and long to import

    root = here.root

    def again(_: Module, __: tuple[Shape, ...]) -> Diagnostic:
        return Diagnostic(rule, "it may be another network", (Label(root.span),))

    sizes = [int(size) for size in root.input_shapes[0].spatial]
    found: list[int] = []
    for at, size in enumerate(sizes):
        axis = fitting(root, again, size, size + _FURTHER)[at]
        nearest = size if size in axis.sizes else axis.above
        if nearest is None:
            return None
        found.append(nearest)
    written = written_shape(root, root.inputs[0])
    if written is None or found == sizes:
        return None
    shape = f"[{int(root.input_shapes[0].sizes[0])}, {found[0]}, {found[1]}]"
    return Fix(f"take an input of {found[0]} × {found[1]}", (Edit(written, shape),))


def written_shape(network: Module, name: str) -> Span | None:
    """Where the shape of an input is written, in plain numbers; none where it is not."""
    span = network.span
    found = list(re.finditer(rf"\b{name}\s*:\s*(\[\s*\d+\s*(?:,\s*\d+\s*)*,?\s*\])", span.text))
    if len(found) != 1:
        return None
    return span._replace(start=span.start + found[0].start(1), end=span.start + found[0].end(1))
