"""The cyclic garbage collector, out of the way while much is made that stays.

Syntax trees and designs are many small objects that live on, and hold no circles. The collector walks all of them again
and again as their number grows, and finds nothing: that costs a third of the time that a large network takes.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MANY = 1_000  # objects made in a pause, beyond which to walk them once more is felt
_TOO_MANY = 1_000_000  # objects that were never walked, among which there may be circles of the program's own
_unwalked = 0
_frozen = False  # whether the program has frozen objects itself, which to thaw ours would thaw as well


@contextmanager
def paused() -> Iterator[None]:
    """No collection within; afterwards as before. Nests; also a decorator."""
    running = gc.isenabled()
    if running:
        gc.collect(1)  # circles that the program around has dropped end here: they would grow old among what is made
    gc.disable()
    try:
        yield
    finally:
        if running:
            made = gc.get_count()[0]
            if made > _MANY:
                _settle(made)
            gc.enable()


def _settle(made: int) -> None:
    """Count what there is among the old, which the collector would do after it walked it two or three times.

    Objects thawed are old ones. Circles that were in use meanwhile grow old with the rest: now and then all is walked,
    so that they end as well. A program that is seen to freeze objects itself is left alone from then on, for to count
    them is to walk them.
    """
    global _unwalked, _frozen
    _frozen = _frozen or gc.get_freeze_count() > 0
    if _frozen:
        return
    _unwalked += made
    if _unwalked > _TOO_MANY:
        _unwalked = 0
        gc.collect()
    else:
        gc.freeze()
        gc.unfreeze()


def leave_the_rest() -> None:
    """Nothing that lives now is looked at again: for a process that ends, whose memory goes back as a whole.

    Otherwise the interpreter walks all of it several times before it ends, which costs as much as to read a small spec.
    """
    gc.freeze()
