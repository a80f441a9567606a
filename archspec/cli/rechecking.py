"""`archspec check --watch`: checking anew as files change."""

import select
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from archspec.cli.output import complain, look, write
from archspec.cli.watching import INTERVAL, stamps
from archspec.targets import TargetError, find

if TYPE_CHECKING:
    from archspec.api import Checked

_CLEAR = "\x1b[2J\x1b[3J\x1b[H"  # the screen, what was scrolled off it, and the cursor to the top


def watch(
    once: Callable[[], tuple["Checked", str]],
    show: Callable[["Checked", str], None],
    targets: Sequence[str],
    footer: bool,
) -> int:
    """Check once, and again whenever a file that was read, or is new below a folder, changes; until Ctrl-C.

    On a terminal each report takes the place of the one before; with a `footer` it ends in a line that says what is
    going on. In a pipe reports follow each other, until nobody reads it any more.
    """
    known: frozenset[Path] = frozenset()
    terminal = sys.stdout.isatty()
    try:
        for round in count():
            before = stamps(known | _files(targets))  # taken first: what changes meanwhile is another change
            began = time.time_ns()
            found = None
            try:
                found = once()
                known = found[0].read
            except (TargetError, OSError) as error:
                if not round:
                    raise
                complain(str(error))  # a file is away for a moment: editors save so
            seen = {path: None if _newer(one, began) else one for path, one in stamps(known).items()} | before
            if terminal:
                write(_CLEAR)
            if found is not None:
                show(*found)
            if terminal and footer:
                said = f"watching {len(known)} file{'s' if len(known) != 1 else ''}; Ctrl-C ends"
                write(look().paint(said, "secondary") + "\n")
            while all(seen.get(path) == one for path, one in stamps(known | _files(targets)).items()):
                if _unread():
                    return 0
                time.sleep(INTERVAL)
    except KeyboardInterrupt:
        if terminal:
            write("\n")
    return 0


def _newer(stamp: tuple[int, int] | None, began: int) -> bool:
    """Whether a file was written since: what was read of it may be what it held before."""
    return stamp is not None and stamp[0] >= began


def _files(targets: Sequence[str]) -> frozenset[Path]:
    """The files that targets stand for at the moment."""
    found: set[Path] = set()
    for target in targets:
        with suppress(TargetError):  # said by the check
            found.update(one.path.absolute() for one in find(target) if one.path is not None)
    return frozenset(found)


def _unread() -> bool:
    """Whether standard output is a pipe that nobody reads any more."""
    if not hasattr(select, "poll"):
        return False
    try:
        number = sys.stdout.fileno()
    except (OSError, ValueError):
        return False
    poll = select.poll()
    poll.register(number, select.POLLERR)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))
