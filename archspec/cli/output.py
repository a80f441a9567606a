"""Writing: to the terminal or pipe in the look that suits it, and to files."""

import errno
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from archspec.cli.patience import PATIENCE
from archspec.core.diagnostic import Diagnostic
from archspec.core.report.style import Style, style_for
from archspec.core.report.visible import visible


def look(color: str = "auto", stream: IO[str] | None = None) -> Style:
    """The look that suits a stream, standard output unless told; `color` is auto, always or never."""
    style = style_for(sys.stdout if stream is None else stream)
    return style if color == "auto" else style._replace(color=color == "always")


def room() -> int | None:
    """The columns that a table may take: those of the terminal or of COLUMNS; in a pipe or a file any number."""
    known = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal()
    return look().width if known else None


def write(text: str) -> None:
    """Print text as it is. A reader who stops reading ends it without a word."""
    _write_to(sys.stdout, text)


def write_bytes(data: bytes) -> None:
    """Print what is no text, or text whose encoding is given."""
    PATIENCE.stop()
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        _closed(sys.stdout, error)


def complain(text: str) -> None:
    """A sentence on standard error."""
    style = look(stream=sys.stderr)
    said = visible(text, style.unicode)
    _write_to(sys.stderr, f"{style.paint('archspec', 'error')}: {said}\n")


def complain_of(diagnostics: Sequence[Diagnostic]) -> None:
    """Diagnostics on standard error, as text."""
    from archspec.core.report import report

    _write_to(sys.stderr, report(diagnostics, "text", look(stream=sys.stderr)))


def _write_to(stream: IO[str], text: str) -> None:
    PATIENCE.stop()
    try:
        try:
            stream.write(text)
        except UnicodeEncodeError:
            encoding = getattr(stream, "encoding", None) or "ascii"
            stream.write(text.encode(encoding, "backslashreplace").decode(encoding))
        stream.flush()
    except OSError as error:
        _closed(stream, error)


def _closed(stream: IO[str], error: OSError) -> None:
    """A pipe whose reader has gone is no failure; the interpreter must not try to flush it again."""
    if error.errno not in (errno.EPIPE, errno.EINVAL):  # Windows says EINVAL
        raise error
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, stream.fileno())
    os.close(devnull)


def save(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises `OSError`, which names that file."""
    from archspec.emit.files import write as write_whole

    write_whole(path, data)
