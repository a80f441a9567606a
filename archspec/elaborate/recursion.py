"""Room for recursion. Python's own bound is there to find mistakes; how deep a spec may nest, `core.limits` says."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

FRAMES = 6_000  # the limits allow for half of it

_lock = Lock()
_users = 0
_before = 0


@contextmanager
def room() -> Iterator[None]:
    """Let this thread, and whoever runs beside it, recurse as deep as the limits allow."""
    global _users, _before
    with _lock:
        if _users == 0:
            _before = sys.getrecursionlimit()
            sys.setrecursionlimit(max(_before, FRAMES))
        _users += 1
    try:
        yield
    finally:
        with _lock:
            _users -= 1
            if _users == 0:
                sys.setrecursionlimit(_before)
