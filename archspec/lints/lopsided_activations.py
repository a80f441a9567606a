"""A layer whose output takes more memory than that of all others together.

The batch that fits is decided by the activations that training keeps. Where one layer gives more numbers than all
others together, a stride or fewer channels there save the most, and the same elsewhere saves nothing.

Example:
    network example {
        input image: [3, 64, 64]
        conv(512, 3, padding=1) -> maxpool(4) -> conv(64, 3, padding=1) -> maxpool(2) -> conv(64, 3)
    #   ^^^^^^^^^^^^^^^^^^^^^^^
    }

Use instead:
    network example {
        input image: [3, 64, 64]
        conv(64, 3, padding=1) -> relu -> conv(64, 3, padding=1) -> maxpool(2) -> conv(128, 3, padding=1)
    }
"""

from collections.abc import Iterator

from archspec.analysis.flat import rows
from archspec.core.diagnostic import Diagnostic, Label, Severity
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS711", "lopsided-activations", __doc__, Severity.INFO)

_LEAST = 3  # layers with weights; of fewer, one is always large


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    if here.module is not here.root:
        return
    kept = [row for row in rows(here.root, fold=True) if row.layer.products]
    if len(kept) < _LEAST:
        return
    largest = max(kept, key=lambda row: row.layer.output.elements)
    whole = sum(row.layer.output.elements * row.count for row in kept)
    own = largest.layer.output.elements
    if 2 * own > whole and largest.count == 1:
        message = f"the output of `{largest.layer.op}` takes {100 * own // whole} % of the activations"
        label = Label(largest.span, f"{largest.layer.output}: {own:,} numbers of {whole:,}")
        help = "a stride or fewer channels here save the most memory"
        yield here.standing(largest).finding(RULE, message, (label,), help=help)
