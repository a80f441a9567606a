"""A line on the terminal while a command works for long, gone before anything else is written."""

import os
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from threading import Event, Thread

DELAY = 1.0  # seconds that pass without a word
_TURN = 0.2
_ERASE = "\r\x1b[K"


class Patience:
    """Says on standard error, where that is a terminal, how long the work goes on: `working: 3 s`."""

    _done: "Event"

    def __init__(self) -> None:
        self._thread: Thread | None = None

    def start(self) -> None:
        if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
            from threading import Event, Thread  # not for those who look at no terminal: start-up is a feature

            self._done = Event()
            self._thread = Thread(target=self._show, args=(self._done,), daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Leave the terminal as it was. Does nothing where nothing was started."""
        if self._thread is not None:
            self._done.set()
            self._thread.join()
            self._thread = None

    def _show(self, done: "Event") -> None:
        began = time.monotonic()
        if done.wait(DELAY):
            return
        while not done.wait(_TURN):
            sys.stderr.write(f"{_ERASE}working: {time.monotonic() - began:.0f} s")
            sys.stderr.flush()
        sys.stderr.write(_ERASE)
        sys.stderr.flush()


PATIENCE = Patience()  # of the command at work; whoever writes ends it
