"""A stride longer than its window: pixels between the windows are never read.

A convolution of 1 × 1 with stride 2 reads one pixel of four and drops the others, however much work went into them.
Where it is the projection of a shortcut beside a path that reads everything, that is how residual networks were
published, and is told only to those who ask (AS702).

Example:
    network example {
        input image: [3, 32, 32]
        conv(16, 3, padding=1) -> conv(32, 1, stride=2)
    #                             ^^^^^^^^^^^^^^^^^^^^^
    }

Use instead: a window at least as long as the stride.

    network example {
        input image: [3, 32, 32]
        conv(16, 3, padding=1) -> conv(32, 2, stride=2)
    }

References:
    He et al., Bag of Tricks for Image Classification with Convolutional Neural Networks, 2019 (ResNet-B and -D).
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Severity
from archspec.lints.gaps import gaps
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS502", "stride-gaps", __doc__, Severity.WARNING)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    yield from gaps(here, RULE, shortcut=False)
