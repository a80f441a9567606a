"""A line that says how far an epoch is: drawn over and over on a terminal, now and then in a pipe."""

import sys
import time
from typing import TextIO

WIDTH = 24
EVERY = {True: 0.1, False: 15.0}  # seconds from one line to the next, on a terminal and elsewhere


class Progress:
    """The progress of one epoch. Ask `due` before reading figures off a device: reading them waits for it."""

    def __init__(self, label: str, total: int, stream: TextIO | None = None, silent: bool = False) -> None:
        self.label, self.total, self.silent = label, total, silent
        self.stream = sys.stdout if stream is None else stream
        self.terminal = self.stream.isatty()
        self.started = self.last = time.perf_counter()

    def due(self) -> bool:
        now = time.perf_counter()
        if self.silent or now - self.last < EVERY[self.terminal]:
            return False
        self.last = now
        return True

    def rate(self, done: int) -> float:
        """Images per second since the epoch began."""
        return done / max(time.perf_counter() - self.started, 1e-9)

    def show(self, done: int, loss: float, accuracy: float) -> None:
        share = done / self.total
        bar = ("━" * round(WIDTH * share)).ljust(WIDTH, "╌") if self.terminal else f"{share:4.0%}"
        self._write(f"{self.label}  {bar}  {self.figures(done, loss, accuracy)}", "" if self.terminal else "\n")

    def close(self, done: int, loss: float, accuracy: float, more: str) -> None:
        """The line that stays."""
        self._write(f"{self.label}  {self.figures(done, loss, accuracy)}  {more}", "\n")

    def figures(self, done: int, loss: float, accuracy: float) -> str:
        return f"loss {loss:.4f}  accuracy {accuracy:6.2%}  {self.rate(done):,.0f} images/s"

    def _write(self, line: str, end: str) -> None:
        if self.silent:
            return
        start = "\r\x1b[K" if self.terminal else ""
        try:
            self.stream.write(start + line + end)
        except UnicodeEncodeError:  # a terminal that has no bars
            self.stream.write(start + line.replace("━", "#").replace("╌", "-") + end)
        self.stream.flush()
