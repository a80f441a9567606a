"""The cyclic garbage collector, out of the way while much is made that stays.

Syntax trees and designs are many small objects that live on. The collector walks all of them again and again as their
number grows, and finds nothing: that costs a third of the time that a large network takes.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def leave_the_rest() -> None:
    """Nothing that lives now is looked at again: for a process that ends, whose memory goes back as a whole.

    Otherwise the interpreter walks all of it several times before it ends, which costs as much as to read a small spec.
    """
    gc.freeze()


@contextmanager
def paused() -> Iterator[None]:
    """No collection within; afterwards as before. Nests; also a decorator."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
