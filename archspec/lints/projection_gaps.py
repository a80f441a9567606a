"""The projection of a shortcut that reads only some of the pixels.

Residual networks bring the shortcut to the size of the body by a convolution of 1 × 1 with stride 2, which reads one
pixel of four. The body reads all of them, so nothing is lost for good; an average pooling before a projection of stride
1 reads everything and was found to be a little more accurate.

Example:
    network example {
        input image: [16, 32, 32]
        residual {
            conv(32, 3, stride=2, padding=1)
        } skip {
            conv(32, 1, stride=2)
    #       ^^^^^^^^^^^^^^^^^^^^^
        }
    }

Use instead:
    network example {
        input image: [16, 32, 32]
        residual {
            conv(32, 3, stride=2, padding=1)
        } skip {
            avgpool(2) -> conv(32, 1)
        }
    }

References:
    He et al., Bag of Tricks for Image Classification with Convolutional Neural Networks, 2019 (ResNet-D).
"""

from collections.abc import Iterator

from archspec.core.diagnostic import Diagnostic, Severity
from archspec.lints.gaps import gaps
from archspec.lints.lint import declared, of_module
from archspec.lints.subject import Here

RULE = declared("AS702", "projection-gaps", __doc__, Severity.INFO)


@of_module(RULE)
def find(here: Here) -> Iterator[Diagnostic]:
    yield from gaps(here, RULE, shortcut=True)
