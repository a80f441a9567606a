"""Writing files in one step: a reader finds the old file or the new one, never half of it."""

import os
import stat
from pathlib import Path
from secrets import token_hex


def write(path: Path, data: bytes) -> None:
    """Write a file whole. Links are followed, permissions kept; what is no regular file (a pipe, a device) is written
    as it is. Raises `OSError`, which names the file that was asked for.
    """
    try:
        _write(Path(os.path.realpath(path)), data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _write(target: Path, data: bytes) -> None:
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        mode = None
    if mode is not None and not stat.S_ISREG(mode):
        target.write_bytes(data)  # for a folder, this says so
        return
    beside = target.with_name(f".{target.name[:100]}.{token_hex(4)}")
    try:
        with open(beside, "xb") as file:
            file.write(data)
        if mode is not None:
            os.chmod(beside, stat.S_IMODE(mode))
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
